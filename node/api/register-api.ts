/** What a node can be asked and told about registers (part of `NodeApi`). */
import type { Result } from '../../src/op/refusal.ts'
import type { ExportFormat } from '../../src/register/export.ts'
import type { FieldValue } from '../../src/register/field.ts'
import type { Finding, RegisterReport } from '../../src/register/kind.ts'
import type { TextTable } from '../../src/register/table.ts'
import type { ActOptions, Signed } from './signed.ts'

/** One register in a list. */
export interface RegisterLine {
  readonly kind: string
  readonly about: string
  readonly rows: number
  readonly errors: number
  readonly warnings: number
  /** When it was changed last, by its authors' clocks, in ms; null where there is none yet. */
  readonly changedAt: number | null
}

/** A row as it stands. */
export interface RegisterRowLine {
  readonly id: string
  readonly document: string
  /** What is well formed. */
  readonly fields: Readonly<Record<string, FieldValue>>
  /** What is there and is not. */
  readonly odd: Readonly<Record<string, unknown>>
  /** Nothing is missing, nothing malformed: it is computed with. */
  readonly isWhole: boolean
}

/** One register whole. */
export interface RegisterDetail {
  readonly kind: string
  readonly documents: readonly {
    readonly id: string
    readonly title: string
    readonly rows: number
  }[]
  readonly rows: readonly RegisterRowLine[]
  /** The rows as people see them. */
  readonly table: TextTable
  readonly findings: readonly Finding[]
  /** Findings beyond those. */
  readonly more: number
  /** What the kind computes; null where it computes nothing. */
  readonly report: RegisterReport | null
}

/** Which part of a register is meant. */
export interface RegisterQuery {
  readonly kind: string
  /** A document, by a unique part of its id, where a register has several. */
  readonly in?: string
}

/** A row as somebody writes it. */
export interface RegisterWrite extends RegisterQuery {
  readonly row: string
  readonly act: 'add' | 'set' | 'remove'
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly clear: readonly string[]
}

/** What a write signed: the beginning of the document where there was none, and the edit. */
export interface RegisterWritten {
  readonly signed: readonly Signed[]
  /** A dry run leaves out what names an operation that is not signed. */
  readonly more: number
}

/** A register in some format. */
export interface RegisterFile {
  readonly mediaType: string
  readonly content: string
}

/** Reading and writing registers. */
export interface RegisterApi {
  list(): Promise<readonly RegisterLine[]>
  read(query: RegisterQuery): Promise<Result<RegisterDetail>>
  write(input: RegisterWrite, options?: ActOptions): Promise<Result<RegisterWritten>>
  export(query: RegisterQuery & { readonly format: ExportFormat }): Promise<Result<RegisterFile>>
  /** A member's disclosure policies as a `security.txt` (RFC 9116); by default ours. */
  securityTxt(member?: string): Promise<Result<RegisterFile>>
  /** Opens an escalation for each error that none is open for, at most `MAX_ESCALATED` at once. */
  escalate(
    query: { readonly kind: string; readonly dueInMs: number },
    options?: ActOptions,
  ): Promise<Result<readonly Signed[]>>
}
