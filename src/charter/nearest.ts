/** "Did you mean …?": the allowed word that is closest to a mistyped one. */

/** Longest word that is worth comparing, in UTF-16 units. */
const MAX_WORD = 64

/** The allowed word within a third of its length in edits, the closest first; none if all are far. */
export function nearestWord(word: string, allowed: Iterable<string>): string | undefined {
  if (word.length > MAX_WORD) return undefined
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of allowed) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    const close = distance <= Math.max(1, Math.ceil(Math.max(word.length, candidate.length) / 3))
    if (!close || distance >= bestDistance) continue
    best = candidate
    bestDistance = distance
  }
  return best
}

/** Edits between two words, a swap of neighbours being one (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = at(above, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(at(above, j) + 1, at(row, j - 1) + 1, change, swap))
    }
    before = above
    above = row
  }
  return at(above, b.length)
}

const at = (row: readonly number[], j: number): number => row[j] ?? Number.POSITIVE_INFINITY
