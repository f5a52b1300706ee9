/** One thing that Folkmoot can do: what, with which commands, and the tests that show it. */

/** Number, sentence, commands, tests. Several may share a number: each says a part of it. */
export interface Capability {
  /** Its number in the list of what a coalition needs, 1 to `LAST_CAPABILITY`. */
  readonly number: number
  readonly sentence: string
  /** Names of commands as the program has them: `vote`, `charter check`. */
  readonly commands: readonly string[]
  /** `path > title` of a test, the title as it stands in the file. */
  readonly tests: readonly string[]
}

/** How many capabilities the list has. */
export const LAST_CAPABILITY = 70

/** Writes one down. */
export const capability = (
  number: number,
  sentence: string,
  { commands, tests }: Pick<Capability, 'commands' | 'tests'>,
): Capability => ({ number, sentence, commands, tests })

/** A test as a row names it. */
export interface TestName {
  readonly path: string
  readonly title: string
}

/** Takes `path > title` apart; undefined where it is not that. */
export function testNameOf(text: string): TestName | undefined {
  const at = text.indexOf(' > ')
  return at < 0 ? undefined : { path: text.slice(0, at), title: text.slice(at + ' > '.length) }
}
