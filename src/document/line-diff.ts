/**
 * Differences between two texts by lines (Myers, "An O(ND) difference algorithm", 1986), as people
 * read them: unified, with lines of context.
 */

/** Lines of context around what differs. */
const CONTEXT = 3
/** Differences beyond which texts are shown as replaced as a whole: the search is quadratic. */
const MAX_DIFFERENCES = 400

/** A line of either text or of both. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** All lines of both texts in order, each marked with where it stands. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const a = linesOf(before)
  const b = linesOf(after)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end))
    end++
  const middle = shortest(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return [
    ...a.slice(0, start).map((text) => ({ mark: ' ', text }) as const),
    ...middle,
    ...a.slice(a.length - end).map((text) => ({ mark: ' ', text }) as const),
  ]
}

/** A unified diff without file names; empty for equal texts. */
export function unifiedDiff(before: string, after: string): string {
  const lines = lineDiff(before, after)
  const near = lines.map(() => false)
  for (const [i, { mark }] of lines.entries())
    if (mark !== ' ')
      near.fill(true, Math.max(0, i - CONTEXT), Math.min(lines.length, i + CONTEXT + 1))
  const hunks: string[] = []
  let [left, right] = [1, 1]
  for (let i = 0; i < lines.length; ) {
    if (!near[i]) {
      left++
      right++
      i++
      continue
    }
    const end = near.indexOf(false, i)
    const hunk = lines.slice(i, end < 0 ? lines.length : end)
    const removed = hunk.filter(({ mark }) => mark !== '+').length
    const added = hunk.filter(({ mark }) => mark !== '-').length
    hunks.push(`@@ -${left},${removed} +${right},${added} @@`)
    hunks.push(...hunk.map(({ mark, text }) => mark + text))
    left += removed
    right += added
    i += hunk.length
  }
  return hunks.join('\n')
}

const linesOf = (text: string): string[] => {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** The shortest script from one list of lines to the other. */
function shortest(a: readonly string[], b: readonly string[]): DiffLine[] {
  const trace = search(a, b)
  return trace ? retrace(a, b, trace) : replaced(a, b)
}

const replaced = (a: readonly string[], b: readonly string[]): DiffLine[] => [
  ...a.map((text) => ({ mark: '-', text }) as const),
  ...b.map((text) => ({ mark: '+', text }) as const),
]

type Reach = ReadonlyMap<number, number>

/** For each number of differences, how far along `a` each diagonal gets. */
function search(a: readonly string[], b: readonly string[]): Reach[] | undefined {
  const trace: Reach[] = []
  let reach = new Map<number, number>([[1, 0]])
  for (let d = 0; d <= Math.min(a.length + b.length, MAX_DIFFERENCES); d++) {
    trace.push(reach)
    const next = new Map(reach)
    for (let k = -d; k <= d; k += 2) {
      let x = startOf(reach, k, d)
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      next.set(k, x)
      if (x >= a.length && x - k >= b.length) return trace
    }
    reach = next
  }
  return undefined
}

const isDown = (reach: Reach, k: number, d: number): boolean =>
  k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))

const startOf = (reach: Reach, k: number, d: number): number =>
  isDown(reach, k, d) ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1

function retrace(a: readonly string[], b: readonly string[], trace: readonly Reach[]): DiffLine[] {
  const lines: DiffLine[] = []
  let [x, y] = [a.length, b.length]
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d] ?? new Map()
    const k = x - y
    const fromK = isDown(reach, k, d) ? k + 1 : k - 1
    const fromX = d === 0 ? 0 : (reach.get(fromK) ?? 0)
    const fromY = d === 0 ? 0 : fromX - fromK
    while (x > fromX && y > fromY) {
      lines.push({ mark: ' ', text: a[--x] ?? '' })
      y--
    }
    if (d === 0) break
    if (x === fromX) lines.push({ mark: '+', text: b[--y] ?? '' })
    else lines.push({ mark: '-', text: a[--x] ?? '' })
  }
  return lines.reverse()
}
