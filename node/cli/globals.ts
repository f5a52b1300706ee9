/** Options that every command takes. */
import type { OptionSpecs } from './command-outline.ts'

/** Options that every command takes, before or after its name. */
export const GLOBAL_OPTIONS = {
  home: {
    kind: 'text',
    value: 'dir',
    about: 'home directory (default: $FOLKMOOT_HOME, else ~/.folkmoot)',
  },
  json: { kind: 'flag', about: 'print JSON with stable fields' },
  noColor: { kind: 'flag', about: 'no colours (also: NO_COLOR=1)' },
  quiet: { kind: 'flag', about: 'print results only' },
} as const satisfies OptionSpecs

/** Global options as given. */
export interface Globals {
  readonly home: string | undefined
  readonly json: boolean
  readonly noColor: boolean
  readonly quiet: boolean
}
