/** Commands that report on how a coalition works (design §3.2, §3.5). */

import { defineCommand } from '../command.ts'
import type { OptionSpec } from '../command-outline.ts'

const SINCE = {
  kind: 'text',
  value: 'when',
  about: 'only what came since: 2026-01-31, or how long ago: 90d',
} as const satisfies OptionSpec

const influence = defineCommand({
  name: 'influence',
  about: 'who has influence: how few control what, who took part, who decided, who was heard',
  options: {
    track: { kind: 'text', value: 'track', about: 'only decisions on this track' },
    since: SINCE,
  },
  examples: [
    { run: 'folkmoot influence', does: 'all ballots, by member, by quarter, by charter' },
    {
      run: 'folkmoot influence --track standard --since 365d --json',
      does: 'one track, the last year, as data',
    },
  ],
  run: async (input, context) => (await import('../acts/influence.ts')).influence(input, context),
})

const presence = defineCommand({
  name: 'presence',
  about: 'who was heard when, and when voting ends where members are',
  options: {
    keys: { kind: 'flag', about: 'every key by itself' },
  },
  examples: [
    { run: 'folkmoot presence', does: 'by our clock, and by what each member says' },
    { run: 'folkmoot presence --keys', does: 'which node is silent, and how much of ours it has' },
  ],
  run: async (input, context) => (await import('../acts/presence.ts')).presence(input, context),
})

/** Commands that report. */
export const REPORT_COMMANDS = [influence, presence]
