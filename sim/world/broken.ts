/** Ways in which a node can be broken on purpose, beside the rules: only mutants do that. */

/** What is broken. */
export interface Broken {
  /** A crash takes along how ballots were closed, and its own seals. */
  readonly forgetsAtCrash?: boolean
  /** A restored backup is used as if nothing had happened. */
  readonly ignoresStaleness?: boolean
  /** A write is acknowledged at once and on disk only with the next one. */
  readonly acknowledgesEarly?: boolean
}
