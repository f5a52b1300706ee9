/**
 * Remembers what was computed from short byte strings that come again and again: keys, CIDs. One
 * object for each also spares every map that it is looked up in a new hash.
 */

/** `compute`, remembered for up to `limit` byte strings; beyond it all are forgotten at once. */
export function byteMemo<T>(limit: number, compute: (bytes: Uint8Array) => T) {
  const known = new Map<number, { readonly bytes: Uint8Array; readonly value: T }>()
  return (bytes: Uint8Array): T => {
    const end = endOf(bytes)
    const before = known.get(end)
    if (before && equal(before.bytes, bytes)) return before.value
    const value = compute(bytes)
    if (known.size >= limit) known.clear()
    known.set(end, { bytes: new Uint8Array(bytes), value })
    return value
  }
}

/** The last four bytes as a small integer; the first ones of a CID are always the same. */
function endOf(bytes: Uint8Array): number {
  const last = bytes.length - 1
  return (
    ((bytes[last] ?? 0) << 24) |
    ((bytes[last - 1] ?? 0) << 16) |
    ((bytes[last - 2] ?? 0) << 8) |
    (bytes[last - 3] ?? 0)
  )
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
