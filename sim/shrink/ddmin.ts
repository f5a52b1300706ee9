/**
 * Delta debugging (Zeller and Hildebrandt 2002): from a list that fails to one that still does and of
 * which no item can be left out. Knows nothing of scenarios.
 */

/** Whether the rest still fails; never asked twice about the same items. */
export type Fails<T> = (items: readonly T[]) => boolean

/**
 * The smallest list that chunks of items can be taken out of; `items` itself must fail. What `fails`
 * refuses to judge (false) stays. At most about n² / 2 questions, about n · log n for a few culprits.
 */
export function ddmin<T>(items: readonly T[], fails: Fails<T>): T[] {
  const asked = asking(items, fails)
  if (items.length > 0 && asked([])) return []
  let kept = [...items]
  let chunks = 2
  while (kept.length > 1) {
    const parts = chunksOf(kept, Math.min(chunks, kept.length))
    const alone = chunks === 2 ? undefined : parts.find(asked)
    const rest = alone ?? parts.map((part) => without(kept, part)).find(asked)
    if (rest !== undefined) {
      chunks = alone === undefined ? Math.max(2, chunks - 1) : 2
      kept = [...rest]
    } else if (chunks < kept.length) chunks = Math.min(2 * chunks, kept.length)
    else break
  }
  return kept
}

/** Asks about each choice of items once. */
function asking<T>(items: readonly T[], fails: Fails<T>): Fails<T> {
  const places = new Map(items.map((item, i) => [item, i]))
  const answers = new Map<string, boolean>()
  return (choice) => {
    const key = choice.map((item) => places.get(item)).join()
    const answer = answers.get(key) ?? fails(choice)
    answers.set(key, answer)
    return answer
  }
}

/** The list in so many pieces of nearly one length. */
const chunksOf = <T>(list: readonly T[], count: number): T[][] =>
  Array.from({ length: count }, (_, i) =>
    list.slice(Math.floor((i * list.length) / count), Math.floor(((i + 1) * list.length) / count)),
  )

function without<T>(list: readonly T[], part: readonly T[]): T[] {
  const out = new Set(part)
  return list.filter((item) => !out.has(item))
}
