/**
 * What an attestation claims, in the few words that gates and people read: the member's own signed
 * word (design §3.4). The envelope beside it is the evidence, in other tools' words.
 */
import { z } from 'zod'
import { isNormal } from '../../op/nfc.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import { text } from '../../op/type.ts'
import { CLAIM_KINDS, RESULTS } from './kinds.ts'
import { readPredicate } from './predicates.ts'
import type { Statement } from './statement.ts'

/** Most subjects of one claim: a digest of a subject counts as one. */
export const MAX_SUBJECTS = 64
/** Most labels of one claim. */
export const MAX_LABELS = 32
/** Longest name, digest, label or predicate type. */
export const MAX_WORD = 256
/** Longest remark. */
export const MAX_REMARK = 1024

/** A claim as it stands in an operation. */
export const claimSchema = z.strictObject({
  kind: z.enum(CLAIM_KINDS),
  predicateType: text(MAX_WORD),
  result: z.enum(RESULTS),
  subjects: z
    .array(z.strictObject({ name: text(MAX_WORD), digest: text(MAX_WORD) }))
    .min(1)
    .max(MAX_SUBJECTS),
  /** Suites of a test, builder of a build, scenario of a drill, risks, properties, scope. */
  labels: z.array(text(MAX_WORD)).max(MAX_LABELS),
  /** What its maker wrote about it. */
  remark: text(MAX_REMARK).optional(),
})

/** What an attestation claims. */
export type Claim = z.infer<typeof claimSchema>

/**
 * The claim that a statement makes. Refuses (`not-understood`) a known predicate that does not fit
 * its schema, and subjects that an operation cannot carry; labels that it cannot carry are left out.
 */
export function claimOf(statement: Statement): Result<Claim> {
  const { subjects, predicateType, predicate } = statement
  if (subjects.length === 0 || subjects.length > MAX_SUBJECTS)
    return refuse('not-understood', `${subjects.length} subject digests; 1 to ${MAX_SUBJECTS}`)
  const unfit = [...subjects.flatMap(({ name, digest }) => [name, digest]), predicateType].find(
    (word) => !isWord(word),
  )
  if (unfit !== undefined)
    return refuse('not-understood', `"${unfit.slice(0, 40)}…" cannot be carried`, WORDS)
  const read = readPredicate(predicateType, predicate)
  if (!read.ok) return read
  const { kind, result, labels, remark } = read.value
  const shown = remark === undefined ? '' : clip(remark)
  return accept({
    kind,
    predicateType,
    result,
    subjects: [...subjects],
    labels: [...new Set(labels.filter(isWord))].slice(0, MAX_LABELS),
    ...(shown !== '' && { remark: shown }),
  })
}

const WORDS = `names, digests and types are text in normal form C of at most ${MAX_WORD} characters`

const isWord = (word: string): boolean =>
  word.length <= MAX_WORD && word.isWellFormed() && isNormal(word)

/** As much of the remark as an operation carries; the envelope has all of it. */
const clip = (remark: string): string =>
  remark.toWellFormed().normalize('NFC').slice(0, MAX_REMARK).toWellFormed().trim()

/** True when two claims are of one kind about one subject under one label, where they have any. */
export const overlap = (a: Claim, b: Claim): boolean =>
  a.kind === b.kind &&
  a.subjects.some(({ digest }) => b.subjects.some((other) => other.digest === digest)) &&
  (a.labels.length === 0 ||
    b.labels.length === 0 ||
    a.labels.some((label) => b.labels.includes(label)))
