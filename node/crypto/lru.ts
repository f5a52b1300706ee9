/** A bounded map that forgets what was used least recently. */

/** Least-recently-used cache of at most `limit` entries; values are computed on a miss. */
export class LruCache<K, V> {
  private readonly entries = new Map<K, { readonly value: V }>()
  private readonly limit: number
  private readonly compute: (key: K) => V

  constructor(limit: number, compute: (key: K) => V) {
    this.limit = limit
    this.compute = compute
  }

  /** Entries held now. */
  get size(): number {
    return this.entries.size
  }

  /** The value of a key, from the cache or computed. */
  get(key: K): V {
    const entry = this.entries.get(key) ?? { value: this.compute(key) }
    // Maps iterate in insertion order, so what is used moves to the young end.
    this.entries.delete(key)
    this.entries.set(key, entry)
    if (this.entries.size > this.limit) this.dropOldest()
    return entry.value
  }

  private dropOldest(): void {
    for (const key of this.entries.keys()) {
      this.entries.delete(key)
      return
    }
  }
}
