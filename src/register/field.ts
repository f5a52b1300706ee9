/**
 * What a field of a register may hold: plain data, from which schema, options of the command line and
 * the manual are made. Knows no schema library, so that commands start without one.
 */
import { MAX_AMOUNT_DIGITS, MAX_DAYS, MAX_LINE, MAX_LIST, MAX_PROSE, MAX_SHARE } from './limits.ts'

/** What a field holds. */
export type FieldShape =
  | { readonly shape: 'line' | 'prose' }
  | { readonly shape: 'word'; readonly words: readonly string[] }
  | { readonly shape: 'count'; readonly min: number; readonly max: number }
  | { readonly shape: 'date' | 'moment' | 'amount' | 'currency' | 'digest' | 'url' }
  | { readonly shape: 'member' | 'members' | 'components' | 'rows' | 'lines' | 'shares' }

/** A field of a kind of register. */
export type Field = FieldShape & {
  /** In a few words, for help and manual. */
  readonly about: string
  readonly required?: true
}

/** Fields by name. */
export type Fields = { readonly [name: string]: Field }

/** What a value is in a row. */
export type FieldValue = string | number | readonly string[] | Readonly<Record<string, number>>

type ValueOf<F> = F extends { readonly shape: 'count' }
  ? number
  : F extends { readonly shape: 'members' | 'components' | 'rows' | 'lines' }
    ? readonly string[]
    : F extends { readonly shape: 'shares' }
      ? Readonly<Record<string, number>>
      : F extends { readonly shape: 'word'; readonly words: readonly (infer W)[] }
        ? W
        : string

type RequiredName<F> = {
  [K in keyof F]: F[K] extends { readonly required: true } ? K : never
}[keyof F]

/** A row of these fields, well formed; `id` is its key in the register. */
export type RowOf<F extends Fields> = { readonly id: string } & {
  readonly [K in RequiredName<F>]: ValueOf<F[K]>
} & { readonly [K in Exclude<keyof F, RequiredName<F>>]?: ValueOf<F[K]> }

/** Ids of rows. */
export const ROW_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
/** What ids of rows look like, in words. */
export const ROW_ID_WORDS = 'letters, digits, "." "_" "-", at most 63, the first a letter or digit'

/** Patterns of the shapes that are text of a form. */
export const PATTERNS = {
  date: /^\d{4}-\d\d-\d\d$/,
  moment: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/,
  amount: new RegExp(`^\\d{1,${MAX_AMOUNT_DIGITS}}(\\.\\d{1,3})?$`),
  currency: /^[A-Z]{3}$/,
  digest: /^sha256:[0-9a-f]{64}$/,
  url: /^[a-z][a-z0-9+.-]{1,31}:\S{1,1000}$/,
  member: /^[a-z0-9][a-z0-9-]{0,62}$/,
} as const

/** What is right in a field, in words. */
export function expectedOf(field: FieldShape): string {
  switch (field.shape) {
    case 'line':
      return `one line of text, at most ${MAX_LINE} characters`
    case 'prose':
      return `text, at most ${MAX_PROSE} characters`
    case 'word':
      return `one of ${field.words.join(', ')}`
    case 'count':
      return `a whole number from ${field.min} to ${field.max}`
    case 'date':
      return 'a date such as 2026-03-01'
    case 'moment':
      return 'a moment in UTC such as 2026-03-01T09:00Z'
    case 'amount':
      return 'an amount such as 1200 or 1200.50, as text'
    case 'currency':
      return 'a currency of three capitals, such as EUR'
    case 'digest':
      return 'sha256: and 64 hex digits'
    case 'url':
      return 'an address such as https://example.org/suite'
    case 'member':
      return 'the id of a member'
    case 'members':
      return `ids of members, at most ${MAX_LIST}`
    case 'components':
      return `ids of components, at most ${MAX_LIST}`
    case 'rows':
      return `ids of rows of this register, at most ${MAX_LIST}`
    case 'lines':
      return `lines of text, at most ${MAX_LIST}`
    case 'shares':
      return `members with whole numbers from 1 to ${MAX_SHARE}: acme=3`
  }
}

/** Whole days, as an estimate. */
export const days = { shape: 'count', min: 0, max: MAX_DAYS } as const
/** True for a shape that holds several values. */
export const isMany = ({ shape }: FieldShape): boolean =>
  shape === 'members' ||
  shape === 'components' ||
  shape === 'rows' ||
  shape === 'lines' ||
  shape === 'shares'
