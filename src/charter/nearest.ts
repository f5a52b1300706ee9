/** "Did you mean …?": the allowed word that is closest to a mistyped one. */

/** Longest word that is worth comparing, in UTF-16 units. */
const MAX_WORD = 64

/** The allowed word within a third of the longer's length in edits, the closest first; none if all are far. */
export function nearestWord(word: string, allowed: Iterable<string>): string | undefined {
  if (word.length > MAX_WORD) return undefined
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of allowed) {
    const distance = editDistance([...word.toLowerCase()], [...candidate.toLowerCase()])
    const isClose = distance <= Math.ceil(Math.max(word.length, candidate.length) / 3)
    if (!isClose || distance >= bestDistance) continue
    best = candidate
    bestDistance = distance
  }
  return best
}

/** Edits between two words, a swap of neighbours being one (optimal string alignment). */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let before: readonly number[] = []
  let above: readonly number[] = [0, ...b.map((_, j) => j + 1)]
  for (const [i, mine] of a.entries()) {
    const row = [i + 1]
    for (const [j, its] of b.entries()) {
      const change = at(above, j) + (mine === its ? 0 : 1)
      const isSwap = mine === b[j - 1] && a[i - 1] === its
      const swap = isSwap ? at(before, j - 1) + 1 : change
      row.push(Math.min(at(above, j + 1) + 1, at(row, j) + 1, change, swap))
    }
    before = above
    above = row
  }
  return at(above, b.length)
}

const at = (row: readonly number[], j: number): number => row[j] ?? Number.POSITIVE_INFINITY
