/**
 * The cover problem with parts of members allowed: a linear program with few demands and a box for each
 * kind, solved by the bounded dual simplex method with bound flipping (Koberstein 2005, ch. 3). It only
 * guides the search: its multipliers say how much each demand matters, its values whom to try. It
 * computes in floating point, so nothing is concluded from it that whole numbers do not confirm.
 */
import type { Counts } from './cover-problem.ts'
import type { Rows } from './cover-rows.ts'
import { invert } from './matrix.ts'

/** At least and at most so many of each kind. */
export interface Box {
  readonly low: Counts
  readonly high: Counts
}

/** Where a solution stands, so that the next, in a smaller box, starts from there. */
export interface Vertex {
  /** The basic variables: kinds, or kinds + j for the surplus of row j. */
  readonly basis: readonly number[]
  /** 1 for kinds that are at their upper bound. */
  readonly isHigh: Uint8Array
}

/** A solution of the relaxed problem. */
export interface Relaxed {
  /** How many of each kind, in parts. */
  readonly values: Float64Array
  /** How much a unit of each row matters, ≥ 0. */
  readonly multipliers: readonly number[]
  readonly vertex: Vertex
}

/** Smaller differences are noise of floating point. */
const EPSILON = 1e-9
/** Most pivots for each row; then what there is will do. */
const MAX_PIVOTS_PER_ROW = 40

/** Solves relaxations of one problem in boxes whose upper corner is a cover. */
export class Relaxation {
  private readonly least: readonly number[]
  private readonly kinds: number
  private readonly rows: number
  /** For each variable its column: the share of each demand that it brings. */
  private readonly columns: Float64Array
  private low: Counts = []
  private high: Counts = []
  private basis: number[] = []
  private isHigh = new Uint8Array(0)
  private inverse: Float64Array = new Float64Array(0)
  private readonly multipliers: Float64Array
  private readonly basicValues: Float64Array
  /** What one more of each variable costs beyond what it is worth. */
  private readonly costs: Float64Array

  constructor({ kinds, least, brings }: Rows) {
    this.least = least
    this.kinds = kinds
    this.rows = least.length
    const variables = this.kinds + this.rows
    this.columns = new Float64Array(variables * this.rows)
    for (let k = 0; k < kinds; k++)
      for (const [j, all] of least.entries())
        this.columns[k * this.rows + j] = (brings[k * this.rows + j] ?? 0) / all
    for (let j = 0; j < this.rows; j++) this.columns[(this.kinds + j) * this.rows + j] = -1
    this.multipliers = new Float64Array(this.rows)
    this.basicValues = new Float64Array(this.rows)
    this.costs = new Float64Array(variables)
  }

  /** Solves in a box, from a vertex of a larger box where there is one. */
  solve({ low, high }: Box, start?: Vertex): Relaxed {
    this.low = low
    this.high = high
    this.basis = [...(start?.basis ?? this.surpluses())]
    this.isHigh = Uint8Array.from(start?.isHigh ?? new Uint8Array(this.kinds))
    this.refresh()
    for (let left = MAX_PIVOTS_PER_ROW * this.rows; left > 0; left--) {
      const row = this.mostViolated()
      if (row === undefined || !this.pivot(row)) break
      this.refresh()
    }
    return {
      values: this.values(),
      multipliers: this.least.map((all, j) => Math.max(0, (this.multipliers[j] ?? 0) / all)),
      vertex: { basis: this.basis, isHigh: this.isHigh },
    }
  }

  private surpluses = (): number[] => this.least.map((_, j) => this.kinds + j)

  private most = (k: number): number =>
    k < this.kinds ? (this.high[k] ?? 0) : Number.POSITIVE_INFINITY

  /** Everything that follows from the basis, computed anew: it is small, and nothing drifts. */
  private refresh(): void {
    const inverse = invert(this.basisColumns(), this.rows)
    if (inverse === undefined) {
      this.basis = this.surpluses()
      this.refresh()
      return
    }
    this.inverse = inverse
    this.price()
    this.settleBounds()
    this.evaluate()
  }

  private basisColumns(): Float64Array {
    const columns = new Float64Array(this.rows * this.rows)
    for (const [r, k] of this.basis.entries())
      columns.set(this.columns.subarray(k * this.rows, (k + 1) * this.rows), r * this.rows)
    return columns
  }

  /** A member costs one, a surplus nothing. */
  private price(): void {
    this.multipliers.fill(0)
    for (const [r, k] of this.basis.entries()) {
      if (k >= this.kinds) continue
      for (let j = 0; j < this.rows; j++)
        this.multipliers[j] = (this.multipliers[j] ?? 0) + (this.inverse[r * this.rows + j] ?? 0)
    }
    for (let k = 0; k < this.costs.length; k++)
      this.costs[k] = (k < this.kinds ? 1 : 0) - this.alongColumn(k, this.multipliers, 0)
  }

  /** The product of a variable's column with a line of numbers. */
  private alongColumn(k: number, line: Float64Array, from: number): number {
    let sum = 0
    const at = k * this.rows
    for (let j = 0; j < this.rows; j++) sum += (this.columns[at + j] ?? 0) * (line[from + j] ?? 0)
    return sum
  }

  /** A kind worth more than it costs is at its upper bound, one worth less at its lower. */
  private settleBounds(): void {
    for (let k = 0; k < this.kinds; k++) {
      const cost = this.costs[k] ?? 0
      if (cost > EPSILON) this.isHigh[k] = 0
      else if (cost < -EPSILON) this.isHigh[k] = 1
    }
  }

  private bound = (k: number): number =>
    k >= this.kinds ? 0 : ((this.isHigh[k] ? this.high[k] : this.low[k]) ?? 0)

  /** What the basic variables come to where all others are at their bounds. */
  private evaluate(): void {
    const rest = new Float64Array(this.rows).fill(1)
    for (let k = 0; k < this.kinds; k++) {
      const value = this.bound(k)
      if (value === 0 || this.basis.includes(k)) continue
      for (let j = 0; j < this.rows; j++)
        rest[j] = (rest[j] ?? 0) - value * (this.columns[k * this.rows + j] ?? 0)
    }
    for (let r = 0; r < this.rows; r++) {
      let sum = 0
      for (let j = 0; j < this.rows; j++)
        sum += (this.inverse[r * this.rows + j] ?? 0) * (rest[j] ?? 0)
      this.basicValues[r] = sum
    }
  }

  /** By how much a basic variable is out of its box: below is negative, above positive. */
  private violation(row: number): number {
    const k = this.basis[row] ?? 0
    const value = this.basicValues[row] ?? 0
    const least = k < this.kinds ? (this.low[k] ?? 0) : 0
    if (value < least) return value - least
    return value > this.most(k) ? value - this.most(k) : 0
  }

  private mostViolated(): number | undefined {
    let worst: number | undefined
    let worstSize = EPSILON
    for (let row = 0; row < this.rows; row++) {
      const size = Math.abs(this.violation(row))
      if (size <= worstSize) continue
      worst = row
      worstSize = size
    }
    return worst
  }

  /** Exchanges the variable of a row for the one that leaves all costs right; false if none does. */
  private pivot(row: number): boolean {
    const isBelow = this.violation(row) < 0
    let open = Math.abs(this.violation(row))
    for (const { k, slope } of this.candidates(row, isBelow)) {
      open -= slope * (this.most(k) - (k < this.kinds ? (this.low[k] ?? 0) : 0))
      if (open > EPSILON) continue
      const leaving = this.basis[row] ?? 0
      if (leaving < this.kinds) this.isHigh[leaving] = isBelow ? 0 : 1
      this.basis[row] = k
      return true
    }
    return false
  }

  /** Variables whose change mends the row, the cheapest first. */
  private candidates(row: number, isBelow: boolean) {
    const found: { readonly k: number; readonly slope: number; readonly ratio: number }[] = []
    for (let k = 0; k < this.costs.length; k++) {
      if (k < this.kinds && this.high[k] === this.low[k]) continue
      const slope = this.alongColumn(k, this.inverse, row * this.rows)
      const isMending = k < this.kinds && this.isHigh[k] ? slope > 0 : slope < 0
      if (Math.abs(slope) <= EPSILON || isMending !== isBelow || this.basis.includes(k)) continue
      const ratio = Math.abs((this.costs[k] ?? 0) / slope)
      found.push({ k, slope: Math.abs(slope), ratio })
    }
    return found.sort((a, b) => a.ratio - b.ratio)
  }

  private values(): Float64Array {
    const values = new Float64Array(this.kinds)
    for (let k = 0; k < this.kinds; k++) values[k] = this.bound(k)
    for (const [row, k] of this.basis.entries())
      if (k < this.kinds) values[k] = this.basicValues[row] ?? 0
    return values
  }
}
