/** Ways in which a node can be broken on purpose, beside the rules: only mutants do that. */

/** What is broken. */
export interface Broken {
  /** A crash takes along how ballots were closed, and its own seals. */
  readonly forgetsAtCrash?: boolean
  /** A restored backup is used as if nothing had happened. */
  readonly ignoresStaleness?: boolean
  /** What was last written is on disk only with the next write. */
  readonly losesWrites?: boolean
}
