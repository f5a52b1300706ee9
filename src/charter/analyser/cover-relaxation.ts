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
  /** The inverse of the basis, line by line. */
  readonly inverse: Float64Array
  /** What one more of each variable costs beyond what it is worth. */
  readonly costs: Float64Array
  /** What a unit of each row is worth. */
  readonly prices: Float64Array
  /** Pivots since all this was computed anew. */
  readonly age: number
}

/** A solution of the relaxed problem. */
export interface Relaxed {
  /** How many of each kind, in parts. */
  readonly values: Float64Array
  /** How many members that is, in parts. */
  readonly size: number
  /** How much a unit of each row matters, ≥ 0. */
  readonly multipliers: readonly number[]
  readonly vertex: Vertex
}

/** Smaller differences are noise of floating point. */
const EPSILON = 1e-9
/** Most pivots for each row; then what there is will do. */
const MAX_PIVOTS_PER_ROW = 40
/** After so many pivots everything is computed anew, before errors add up. */
const MAX_AGE = 60

/** Solves relaxations of one problem in boxes whose upper corner is a cover. */
export class Relaxation {
  private readonly least: readonly number[]
  private readonly kinds: number
  private readonly rows: number
  private readonly variables: number
  /** For each variable its column: the share of each demand that it brings. */
  private readonly columns: Float64Array
  private low: Counts = []
  private high: Counts = []
  private basis: number[] = []
  private isHigh = new Uint8Array(0)
  private inverse: Float64Array = new Float64Array(0)
  private costs = new Float64Array(0)
  private prices = new Float64Array(0)
  private age = 0
  private readonly isBasic: Uint8Array
  private readonly basicValues: Float64Array
  /** How much one more of each variable changes the basic variable of a row, downwards. */
  private readonly slopes: Float64Array

  constructor({ kinds, least, brings }: Rows) {
    this.least = least
    this.kinds = kinds
    this.rows = least.length
    this.variables = this.kinds + this.rows
    this.columns = new Float64Array(this.variables * this.rows)
    for (let k = 0; k < kinds; k++)
      for (const [j, all] of least.entries())
        this.columns[k * this.rows + j] = (brings[k * this.rows + j] ?? 0) / all
    for (let j = 0; j < this.rows; j++) this.columns[(this.kinds + j) * this.rows + j] = -1
    this.isBasic = new Uint8Array(this.variables)
    this.basicValues = new Float64Array(this.rows)
    this.slopes = new Float64Array(this.variables)
  }

  /** Solves in a box, from a vertex of a larger box where there is one. */
  solve({ low, high }: Box, start?: Vertex): Relaxed {
    this.low = low
    this.high = high
    this.begin(start)
    this.evaluate()
    for (let left = MAX_PIVOTS_PER_ROW * this.rows; left > 0; left--) {
      const row = this.mostViolated()
      if (row === undefined || !this.pivot(row)) break
      if (++this.age > MAX_AGE) this.refresh()
      this.evaluate()
    }
    const { basis, isHigh, inverse, costs, prices, age } = this
    const values = this.values()
    return {
      values,
      size: values.reduce((sum, value) => sum + value, 0),
      multipliers: this.least.map((all, j) => Math.max(0, (prices[j] ?? 0) / all)),
      vertex: { basis, isHigh, inverse, costs, prices, age },
    }
  }

  /** Takes the vertex over, or begins with all surpluses basic: then a member costs one. */
  private begin(start: Vertex | undefined): void {
    if (start) {
      this.basis = [...start.basis]
      this.isHigh = start.isHigh.slice()
      this.inverse = start.inverse.slice()
      this.costs = start.costs.slice()
      this.prices = start.prices.slice()
      this.age = start.age
    } else {
      this.basis = this.least.map((_, j) => this.kinds + j)
      this.isHigh = new Uint8Array(this.kinds)
      this.inverse = new Float64Array(this.rows * this.rows)
      for (let j = 0; j < this.rows; j++) this.inverse[j * this.rows + j] = -1
      this.costs = new Float64Array(this.variables).fill(1, 0, this.kinds)
      this.prices = new Float64Array(this.rows)
      this.age = 0
    }
    this.isBasic.fill(0)
    for (const k of this.basis) this.isBasic[k] = 1
  }

  private most = (k: number): number =>
    k < this.kinds ? (this.high[k] ?? 0) : Number.POSITIVE_INFINITY

  /** Everything that follows from the basis, computed anew. */
  private refresh(): void {
    const inverse = invert(this.basisColumns(), this.rows)
    if (inverse === undefined) {
      this.begin(undefined)
      return
    }
    this.inverse = inverse
    this.age = 0
    this.prices.fill(0)
    for (const [r, k] of this.basis.entries())
      for (let j = 0; k < this.kinds && j < this.rows; j++)
        this.prices[j] = (this.prices[j] ?? 0) + (inverse[r * this.rows + j] ?? 0)
    for (let k = 0; k < this.variables; k++) {
      this.costs[k] = (k < this.kinds ? 1 : 0) - this.alongColumn(k, this.prices, 0)
      this.settleBound(k)
    }
  }

  private basisColumns(): Float64Array {
    const columns = new Float64Array(this.rows * this.rows)
    for (const [r, k] of this.basis.entries())
      columns.set(this.columns.subarray(k * this.rows, (k + 1) * this.rows), r * this.rows)
    return columns
  }

  /** The product of a variable's column with a line of numbers. */
  private alongColumn(k: number, line: Float64Array, from: number): number {
    const { columns, rows } = this
    let sum = 0
    const at = k * rows
    for (let j = 0; j < rows; j++) sum += (columns[at + j] ?? 0) * (line[from + j] ?? 0)
    return sum
  }

  /** A kind worth more than it costs is at its upper bound, one worth less at its lower. */
  private settleBound(k: number): void {
    if (k >= this.kinds) return
    const cost = this.costs[k] ?? 0
    if (cost > EPSILON) this.isHigh[k] = 0
    else if (cost < -EPSILON) this.isHigh[k] = 1
  }

  private bound = (k: number): number =>
    k >= this.kinds ? 0 : ((this.isHigh[k] ? this.high[k] : this.low[k]) ?? 0)

  /** What the basic variables come to where all others are at their bounds. */
  private evaluate(): void {
    const { rows, kinds, columns, inverse, isBasic } = this
    const rest = new Float64Array(rows).fill(1)
    for (let k = 0; k < kinds; k++) {
      const value = isBasic[k] ? 0 : this.bound(k)
      if (value === 0) continue
      for (let j = 0; j < rows; j++) rest[j] = (rest[j] ?? 0) - value * (columns[k * rows + j] ?? 0)
    }
    for (let r = 0; r < rows; r++) {
      let sum = 0
      for (let j = 0; j < rows; j++) sum += (inverse[r * rows + j] ?? 0) * (rest[j] ?? 0)
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
    const entering = this.entering(row, isBelow)
    if (entering === undefined) return false
    const leaving = this.basis[row] ?? 0
    this.basis[row] = entering
    this.isBasic[leaving] = 0
    this.isBasic[entering] = 1
    if (leaving < this.kinds) this.isHigh[leaving] = isBelow ? 0 : 1
    // Its slope is one, for it is the row's own; those of other basic variables are none.
    this.slopes[leaving] = 1
    this.reprice(row, entering)
    this.turn(row, entering)
    return true
  }

  /**
   * The variable whose change mends the row: the cheapest first, and the next where the change of all
   * before it, from bound to bound, does not mend it.
   */
  private entering(row: number, isBelow: boolean): number | undefined {
    const mending = this.mending(row, isBelow)
    let open = Math.abs(this.violation(row))
    while (mending.length > 0) {
      const at = this.cheapest(mending)
      const k = mending[at] ?? 0
      open -=
        Math.abs(this.slopes[k] ?? 0) * (this.most(k) - (k < this.kinds ? (this.low[k] ?? 0) : 0))
      if (open <= EPSILON) return k
      mending[at] = mending.at(-1) ?? 0
      mending.pop()
    }
    return undefined
  }

  /** Variables whose change mends the row; notes the slopes of all. */
  private mending(row: number, isBelow: boolean): number[] {
    const { slopes, isBasic, isHigh, kinds, low, high } = this
    const found: number[] = []
    for (let k = 0; k < this.variables; k++) {
      const slope = isBasic[k] ? 0 : this.alongColumn(k, this.inverse, row * this.rows)
      slopes[k] = slope
      if (Math.abs(slope) <= EPSILON || (k < kinds && high[k] === low[k])) continue
      const isMending = k < kinds && isHigh[k] ? slope > 0 : slope < 0
      if (isMending === isBelow) found.push(k)
    }
    return found
  }

  private cheapest(mending: readonly number[]): number {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (let at = 0; at < mending.length; at++) {
      const k = mending[at] ?? 0
      const ratio = Math.abs((this.costs[k] ?? 0) / (this.slopes[k] ?? 1))
      if (ratio >= least) continue
      best = at
      least = ratio
    }
    return best
  }

  /** Costs and prices after the variable enters: what it costs goes along the row. */
  private reprice(row: number, entering: number): void {
    const { costs, slopes, prices, inverse, rows } = this
    const step = (costs[entering] ?? 0) / (slopes[entering] ?? 1)
    for (let j = 0; j < rows; j++)
      prices[j] = (prices[j] ?? 0) + step * (inverse[row * rows + j] ?? 0)
    for (let k = 0; k < this.variables; k++) {
      costs[k] = this.isBasic[k] ? 0 : (costs[k] ?? 0) - step * (slopes[k] ?? 0)
      if (!this.isBasic[k]) this.settleBound(k)
    }
  }

  /** Takes the new column into the inverse. */
  private turn(row: number, entering: number): void {
    const { inverse, rows } = this
    const head = this.alongColumn(entering, inverse, row * rows)
    for (let j = 0; j < rows; j++) inverse[row * rows + j] = (inverse[row * rows + j] ?? 0) / head
    for (let r = 0; r < rows; r++) {
      const factor = r === row ? 0 : this.alongColumn(entering, inverse, r * rows)
      for (let j = 0; factor !== 0 && j < rows; j++)
        inverse[r * rows + j] =
          (inverse[r * rows + j] ?? 0) - factor * (inverse[row * rows + j] ?? 0)
    }
  }

  private values(): Float64Array {
    const values = new Float64Array(this.kinds)
    for (let k = 0; k < this.kinds; k++) values[k] = this.bound(k)
    for (const [row, k] of this.basis.entries())
      if (k < this.kinds) values[k] = this.basicValues[row] ?? 0
    return values
  }
}
