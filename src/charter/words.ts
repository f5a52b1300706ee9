/** Checks that lists of ids name things that exist, each of them once. */
import { type Path, type Problem, problem, unknownWord } from './problem.ts'

/** Positions and values of all that stood earlier in the list already. */
export function repeats<T>(values: readonly T[]): (readonly [number, T])[] {
  const seen = new Set<T>()
  return values.flatMap((value, i) => {
    if (seen.has(value)) return [[i, value] as const]
    seen.add(value)
    return []
  })
}

/** Problems of a list whose words must be among those allowed, each once. */
export function checkWords(
  path: Path,
  what: string,
  words: readonly string[],
  allowed: readonly string[],
): Problem[] {
  const known = new Set(allowed)
  return [
    ...words.flatMap((word, i) =>
      known.has(word) ? [] : [unknownWord([...path, i], what, word, allowed)],
    ),
    ...repeats(words).map(([i, word]) =>
      problem([...path, i], `"${word}" a second time`, `each ${what} once`),
    ),
  ]
}
