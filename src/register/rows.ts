/**
 * Rows as they stand in a document that anybody may have written by hand: what is well formed is read,
 * what is not is shown with what is wrong. No value of a peer makes reading fail.
 */
import type { Value } from '../op/ids.ts'
import { type FieldValue, ROW_ID, ROW_ID_WORDS } from './field.ts'
import type { AnyRow, Finding, RegisterKind } from './kind.ts'
import { fieldFault } from './schema.ts'

/** A row as it was read. */
export interface ReadRow {
  readonly id: string
  /** The fields that are well formed. */
  readonly fields: Readonly<Record<string, FieldValue>>
  /** What is there and is not: shown, never computed with. */
  readonly odd: Readonly<Record<string, unknown>>
  readonly faults: readonly Finding[]
  /** All that its kind asks for is there and well formed. */
  readonly isWhole: boolean
}

/** Reads the rows of a document of a kind, by id. */
export function readRows(kind: RegisterKind, value: Value): ReadRow[] {
  if (!isRecord(value)) return []
  return Object.keys(value)
    .sort()
    .map((id) => readRow(kind, id, value[id]))
}

/** Reads one row. */
export function readRow(kind: RegisterKind, id: string, raw: Value | undefined): ReadRow {
  const badId = ROW_ID.test(id)
    ? []
    : [fault(id, null, ['odd-id', `its id is odd: ${ROW_ID_WORDS}`, 'write it under another id'])]
  if (!isRecord(raw)) {
    const faults = [...badId, fault(id, null, ['no-row', 'it is no row but a value', 'remove it'])]
    return { id, fields: {}, odd: { '': raw }, faults, isWhole: false }
  }
  const entries = Object.entries(raw)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, given]) => ({ name, given, fault: fieldFinding(kind, id, name, given) }))
  const missing = Object.entries(kind.fields)
    .filter(([name, { required }]) => required && !Object.hasOwn(raw, name))
    .map(([name]) => fault(id, name, ['missing', `${name} is missing`, `--${optionName(name)}`]))
  const faults = [...badId, ...entries.flatMap((entry) => entry.fault ?? []), ...missing]
  const picked = (isGood: boolean) =>
    Object.fromEntries(
      entries.flatMap((entry) =>
        (entry.fault === undefined) === isGood ? [[entry.name, entry.given]] : [],
      ),
    )
  const isWhole = faults.every(({ severity }) => severity === 'warning')
  // Values without a fault are what the schema of their field says.
  return { id, fields: picked(true) as ReadRow['fields'], odd: picked(false), faults, isWhole }
}

/** A row for the functions of its kind. */
export const typedRow = ({ id, fields }: ReadRow): AnyRow => ({ ...fields, id })

/** How a field is written on the command line, without dashes. */
export const optionName = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function fieldFinding(
  kind: RegisterKind,
  row: string,
  name: string,
  given: Value,
): Finding | undefined {
  const field = Object.hasOwn(kind.fields, name) ? kind.fields[name] : undefined
  // A later build may know it: whatever it is, the row is what the known fields say.
  if (field === undefined)
    return {
      ...fault(row, name, ['unknown-field', `${name} is no field of this register`, 'remove it']),
      severity: 'warning',
    }
  const sentence = fieldFault(field, given)
  return sentence === undefined
    ? undefined
    : fault(row, name, ['malformed', `${name}: ${sentence}`, `--${optionName(name)}`])
}

const fault = (
  row: string,
  field: string | null,
  [code, sentence, fix]: readonly [code: string, sentence: string, fix: string],
): Finding => ({ code, severity: 'error', row, field, sentence, fix })

const isRecord = (value: unknown): value is Readonly<Record<string, Value>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array)
