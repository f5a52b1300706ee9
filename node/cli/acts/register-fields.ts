/** Fields of a row as they are typed: each read by its shape, so that a mistake is named at once. */
import type { Field, FieldValue } from '../../../src/register/field.ts'
import type { RegisterKind } from '../../../src/register/kind.ts'
import { optionName } from '../../../src/register/rows.ts'
import { fieldFault } from '../../../src/register/schema.ts'
import type { RawInput } from '../command.ts'
import { usageError } from '../errors.ts'

/** The fields that options name; throws a usage error for what no field can hold. */
export function fieldsOf(kind: RegisterKind, input: RawInput): Record<string, FieldValue> {
  const given = Object.entries(kind.fields).flatMap(([name, field]) => {
    const value = fieldValue(name, field, input[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given)
}

/** Names of fields as people write them, `--depends-on` or `dependsOn`. */
export function fieldNames(kind: RegisterKind, given: readonly string[]): string[] {
  const names = Object.keys(kind.fields)
  return given.map((word) => {
    const name = names.find((one) => one === word || optionName(one) === word)
    if (name !== undefined) return name
    throw usageError(
      `"${word}" is no field of ${kind.kind}`,
      `one of ${names.map(optionName).join(', ')}`,
    )
  })
}

function fieldValue(name: string, field: Field, given: unknown): FieldValue | undefined {
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return undefined
  const value = field.shape === 'shares' ? sharesOf(given) : normal(given)
  const fault = fieldFault(field, value)
  if (fault === undefined) return value
  const shown = Array.isArray(given) ? given.join(' ') : String(given)
  throw usageError(`--${optionName(name)} "${shown}" does not fit`, fault)
}

function normal(given: unknown): FieldValue {
  if (typeof given === 'number') return given
  if (Array.isArray(given)) return given.map((one) => String(one).normalize('NFC'))
  return String(given).normalize('NFC')
}

/** `acme=3 globex=1`; what is no whole number becomes none, and is refused as any other. */
function sharesOf(given: unknown): Record<string, number> {
  const pairs = Array.isArray(given) ? given.map((one) => String(one).split('=')) : []
  return Object.fromEntries(
    pairs.map(([id = '', share = '']) => [id, /^\d+$/.test(share) ? Number(share) : Number.NaN]),
  )
}
