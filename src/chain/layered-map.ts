/**
 * A map over one that others share: what is set here shows nowhere else. So the replicas of one
 * process that begin with the same operations hold these once (design §5.7: ten thousand nodes of a
 * simulated coalition). Alone it is a plain map; its order is that of a plain map, too.
 */
export class LayeredMap<K, V extends NonNullable<unknown>> implements ReadonlyMap<K, V> {
  private base: ReadonlyMap<K, V>
  private own = new Map<K, V>()
  /** Keys of the base that have another value here. */
  private covered = 0

  constructor(base: ReadonlyMap<K, V> = new Map()) {
    this.base = base
  }

  get size(): number {
    return this.base.size + this.own.size - this.covered
  }

  /** True while some of it is shared. */
  get isShared(): boolean {
    return this.base.size > 0
  }

  get(key: K): V | undefined {
    return this.own.get(key) ?? this.base.get(key)
  }

  has(key: K): boolean {
    return this.own.has(key) || this.base.has(key)
  }

  set(key: K, value: V): this {
    if (this.base.has(key) && !this.own.has(key)) this.covered++
    this.own.set(key, value)
    return this
  }

  /** The value of a key, to be changed: a copy where others see it too. */
  owned(key: K, copyOf: (shared: V) => V): V | undefined {
    const own = this.own.get(key)
    const shared = own === undefined ? this.base.get(key) : undefined
    if (shared === undefined) return own
    const copy = copyOf(shared)
    this.set(key, copy)
    return copy
  }

  delete(key: K): boolean {
    if (this.base.has(key)) this.detach((shared) => shared)
    return this.own.delete(key)
  }

  clear(): void {
    this.base = new Map()
    this.own.clear()
    this.covered = 0
  }

  /** Another map over the same; from here on neither sees what the other sets. */
  fork(): LayeredMap<K, V> {
    if (this.own.size > 0) {
      this.base = new Map(this)
      this.own = new Map()
      this.covered = 0
    }
    return new LayeredMap(this.base)
  }

  /** Shares nothing any more: what was shared is copied. */
  detach(copyOf: (shared: V) => V): void {
    const all = new Map<K, V>()
    for (const [key, shared] of this.base) all.set(key, this.own.get(key) ?? copyOf(shared))
    for (const [key, value] of this.own) all.set(key, value)
    this.base = new Map()
    this.own = all
    this.covered = 0
  }

  entries(): MapIterator<[K, V]> {
    return this.isShared ? this.layers() : this.own.entries()
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this)
  }

  private *layers(): MapIterator<[K, V]> {
    for (const [key, shared] of this.base) yield [key, this.own.get(key) ?? shared]
    for (const entry of this.own) if (!this.base.has(entry[0])) yield entry
  }
}
