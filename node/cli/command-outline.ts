/** What a command looks like from outside: its name, arguments and options. */

/** A positional argument. */
export interface ArgumentSpec {
  readonly about: string
  readonly choices?: readonly string[]
  readonly optional?: true
  /** Takes all that follow; only the last argument may. */
  readonly many?: true
}

/** An option; its name is its key in the spec, written `--kebab-case`. */
export type OptionSpec = (
  | { readonly kind: 'flag' }
  | {
      readonly kind: 'text'
      readonly value: string
      readonly choices?: readonly string[]
      readonly required?: true
    }
  | { readonly kind: 'list'; readonly value: string }
  | { readonly kind: 'number' | 'duration'; readonly value: string }
) & {
  readonly about: string
  readonly short?: string
}

/** Arguments by name, in their order. */
export type ArgumentSpecs = { readonly [name: string]: ArgumentSpec }
/** Options by name. */
export type OptionSpecs = { readonly [name: string]: OptionSpec }

/** A command without what it does: enough for completion. */
export interface CommandOutline {
  readonly name: string
  readonly about: string
  readonly args: ArgumentSpecs
  readonly options: OptionSpecs
}
