/**
 * A kind of register, defined once: its fields, its rules, its columns, what it computes, what goes
 * into a calendar. Schema, API, command line and manual all come from that definition.
 */
import type { CalendarEntry } from './calendar.ts'
import type { Fields, RowOf } from './field.ts'

/** How much a finding matters: an error contradicts what the register is for. */
export type Severity = 'error' | 'warning'

/** Something in a register that is wrong, or will be. */
export interface Finding {
  /** Stable. */
  readonly code: string
  readonly severity: Severity
  /** The row's id; null for the register as a whole. */
  readonly row: string | null
  readonly field: string | null
  readonly sentence: string
  /** What would mend it. */
  readonly fix: string
}

/** A member as registers see it. */
export interface RegisterMember {
  readonly id: string
  readonly weight: number
  readonly functions: readonly string[]
  readonly jurisdictions: readonly string[]
}

/** What rows are judged against. */
export interface RegisterScene {
  /** By whose clock things are due: ms since the epoch. */
  readonly now: number
  readonly members: readonly RegisterMember[]
  readonly components: readonly string[]
  /** Digests of artefacts that members announced. */
  readonly artefacts: ReadonlySet<string>
}

/** A table that was computed from rows; every cell is text. */
export interface ComputedTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What a kind computes from its rows. */
export interface RegisterReport {
  readonly tables: readonly ComputedTable[]
  readonly notes: readonly string[]
}

/** A column of the list of rows. */
export interface RowColumn<Row> {
  readonly title: string
  readonly of: (row: Row) => string
}

/** A kind of register as it is written down. */
export interface KindSpec<F extends Fields> {
  /** The word by which people call it. */
  readonly kind: string
  /** In one sentence, for help and manual. */
  readonly about: string
  /** A command line's fields of an example row, for help and manual. */
  readonly example: { readonly row: string; readonly fields: string; readonly does: string }
  readonly fields: F
  /** What a new row holds where nothing is said. */
  readonly defaults?: { readonly [K in keyof F]?: string }
  /** Fields that a list of rows shows. */
  readonly shown: readonly (keyof F & string)[]
  /** Columns that are computed from a row. */
  readonly columns?: readonly RowColumn<RowOf<F>>[]
  /** The field that names for whom a row speaks: only that member may write it. */
  readonly speaksFor?: keyof F & string
  /** Fields of such a row that others may write as well. */
  readonly othersWrite?: readonly (keyof F & string)[]
  /** What is wrong with rows that are well formed. */
  readonly lint: (rows: readonly RowOf<F>[], scene: RegisterScene) => readonly Finding[]
  readonly report?: {
    readonly about: string
    readonly of: (rows: readonly RowOf<F>[], scene: RegisterScene) => RegisterReport
  }
  readonly calendar?: (rows: readonly RowOf<F>[]) => readonly CalendarEntry[]
}

/** A row of some kind. */
export type AnyRow = { readonly id: string } & { readonly [field: string]: unknown }

/** A kind whose rows are not typed any more: for whatever serves all kinds. */
export interface RegisterKind
  extends Omit<KindSpec<Fields>, 'lint' | 'report' | 'calendar' | 'columns' | 'defaults'> {
  readonly defaults?: Readonly<Record<string, string>>
  readonly columns: readonly RowColumn<AnyRow>[]
  readonly lint: (rows: readonly AnyRow[], scene: RegisterScene) => readonly Finding[]
  readonly report?: {
    readonly about: string
    readonly of: (rows: readonly AnyRow[], scene: RegisterScene) => RegisterReport
  }
  readonly calendar?: (rows: readonly AnyRow[]) => readonly CalendarEntry[]
}

/** Writes down a kind; its rows are typed by its fields. */
export const defineKind = <const F extends Fields>(spec: KindSpec<F>): RegisterKind =>
  // cast: rows reach these functions only as `readRows` read them by this very spec.
  ({ columns: [], ...spec }) as unknown as RegisterKind

/** An error that stops a register from saying what it is for. */
export const error = (
  code: string,
  row: string | null,
  sentence: string,
  fix: string,
): Finding => ({ code, severity: 'error', row, field: null, sentence, fix })

/** Something to look at. */
export const warning = (
  code: string,
  row: string | null,
  sentence: string,
  fix: string,
): Finding => ({ code, severity: 'warning', row, field: null, sentence, fix })
