/** The inverse of a small square matrix, by Gauss and Jordan with the largest pivot of a column. */

/** Pivots below this are zero but for rounding. */
const SMALLEST_PIVOT = 1e-12

/**
 * The inverse, line by line, of the matrix whose columns follow one another; `undefined` when there
 * is none.
 */
export function invert(columns: Float64Array, size: number): Float64Array | undefined {
  const width = 2 * size
  const lines = new Float64Array(size * width)
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < size; c++) lines[i * width + c] = columns[c * size + i] ?? 0
    lines[i * width + size + i] = 1
  }
  for (let pivot = 0; pivot < size; pivot++) {
    const from = largestIn(lines, pivot, size)
    const head = lines[from * width + pivot] ?? 0
    if (Math.abs(head) < SMALLEST_PIVOT) return undefined
    exchange(lines, [from, pivot], width)
    for (let c = 0; c < width; c++)
      lines[pivot * width + c] = (lines[pivot * width + c] ?? 0) / head
    for (let i = 0; i < size; i++) if (i !== pivot) clear(lines, i, { pivot, width })
  }
  const inverse = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    inverse.set(lines.subarray(i * width + size, (i + 1) * width), i * size)
  return inverse
}

/** The line at or below the pivot that is largest in its column. */
function largestIn(lines: Float64Array, pivot: number, size: number): number {
  const at = (i: number): number => Math.abs(lines[i * 2 * size + pivot] ?? 0)
  let best = pivot
  for (let i = pivot + 1; i < size; i++) if (at(i) > at(best)) best = i
  return best
}

function exchange(lines: Float64Array, [a, b]: readonly [number, number], width: number): void {
  if (a === b) return
  const kept = lines.slice(a * width, (a + 1) * width)
  lines.copyWithin(a * width, b * width, (b + 1) * width)
  lines.set(kept, b * width)
}

/** Takes the pivot's line off another so that its column becomes zero there. */
function clear(
  lines: Float64Array,
  i: number,
  { pivot, width }: { readonly pivot: number; readonly width: number },
): void {
  const factor = lines[i * width + pivot] ?? 0
  if (factor === 0) return
  for (let c = 0; c < width; c++)
    lines[i * width + c] = (lines[i * width + c] ?? 0) - factor * (lines[pivot * width + c] ?? 0)
}
