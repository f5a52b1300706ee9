/** Schemas of rows, made from their fields: what a row must hold to count as one. */
import { z } from 'zod'
import { dateMs, momentMs } from './dates.ts'
import { expectedOf, type Field, type FieldShape, PATTERNS } from './field.ts'
import type { RegisterKind } from './kind.ts'
import { MAX_LINE, MAX_LIST, MAX_PROSE, MAX_SHARE } from './limits.ts'

const memberId = z.string().regex(PATTERNS.member)
const oneLine = z
  .string()
  .min(1)
  .max(MAX_LINE)
  .refine((text) => text.trim() !== '' && !/[\n\r]/.test(text))
const listOf = (item: z.ZodType<string>) => z.array(item).max(MAX_LIST)

/** The schema of one field. */
export function fieldSchema(field: FieldShape): z.ZodType {
  switch (field.shape) {
    case 'prose':
      return z.string().max(MAX_PROSE)
    case 'word':
      return z.enum(field.words)
    case 'count':
      return z.int().min(field.min).max(field.max)
    case 'date':
      return z.string().refine((text) => dateMs(text) !== undefined)
    case 'moment':
      return z.string().refine((text) => momentMs(text) !== undefined)
    case 'amount':
    case 'currency':
    case 'digest':
    case 'url':
      return z.string().regex(PATTERNS[field.shape])
    case 'member':
      return memberId
    case 'members':
    case 'components':
      return listOf(memberId)
    case 'line':
      return oneLine
    case 'rows':
    case 'lines':
      return listOf(oneLine)
    case 'shares':
      return z
        .record(memberId, z.int().min(1).max(MAX_SHARE))
        .refine((shares) => Object.keys(shares).length <= MAX_LIST)
  }
}

const SCHEMAS = new Map<Field, z.ZodType>()

/** The schema of a field of a kind, made once. */
function schemaFor(field: Field): z.ZodType {
  const known = SCHEMAS.get(field)
  if (known) return known
  const made = fieldSchema(field)
  SCHEMAS.set(field, made)
  return made
}

/** The schema of a row of a kind; unknown fields are refused. */
export const rowSchema = (kind: RegisterKind): z.ZodType =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(kind.fields).map(([name, field]) => {
        const schema = schemaFor(field)
        return [name, field.required ? schema : schema.exactOptional()]
      }),
    ),
  )

/** What is wrong with a value of a field, in words; `undefined` when it is good. */
export const fieldFault = (field: Field, value: unknown): string | undefined =>
  schemaFor(field).safeParse(value).success ? undefined : `expected ${expectedOf(field)}`
