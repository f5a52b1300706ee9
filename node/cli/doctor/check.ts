/** One thing that `doctor` looks at, with its fix. */

/** What was found. */
export interface Check {
  readonly name: string
  readonly state: 'good' | 'warning' | 'bad'
  readonly sentence: string
  /** What mends it; empty where all is well. */
  readonly fix: string
}

/** All is well. */
export const good = (name: string, sentence: string): Check => ({
  name,
  state: 'good',
  sentence,
  fix: '',
})

/** It works, but not for long, or not well. */
export const warning = (name: string, sentence: string, fix: string): Check => ({
  name,
  state: 'warning',
  sentence,
  fix,
})

/** It does not work. */
export const bad = (name: string, sentence: string, fix: string): Check => ({
  name,
  state: 'bad',
  sentence,
  fix,
})
