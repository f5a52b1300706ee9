/** in-toto statements (Statement v1): what an envelope says about which subjects (design §3.4). */
import { z } from 'zod'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import { type DsseEnvelope, IN_TOTO_PAYLOAD, readJson } from './dsse.ts'

/** The type of an in-toto statement. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'

/** Something that a statement is about, under one digest: `sha256:<hex>`. */
export interface Subject {
  readonly name: string
  readonly digest: string
}

/** A statement; its predicate is read by its type. */
export interface Statement {
  /** One for each digest of each subject, in the statement's order, digests by algorithm. */
  readonly subjects: readonly Subject[]
  readonly predicateType: string
  readonly predicate: unknown
}

const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z
    .array(
      z.object({
        name: z.string().optional(),
        uri: z.string().optional(),
        digest: z.record(z.string(), z.string()),
      }),
    )
    .min(1),
  predicateType: z.string().min(1),
  predicate: z.unknown().optional(),
})

/** The statement in an envelope; refuses (`not-in-toto`) any other payload. */
export function readStatement({ payloadType, payload }: DsseEnvelope): Result<Statement> {
  if (payloadType !== IN_TOTO_PAYLOAD)
    return notInToto(`its payload type is "${payloadType}", not ${IN_TOTO_PAYLOAD}`)
  const json = readJson(payload)
  if (!json.ok) return notInToto('its payload is no JSON in UTF-8')
  const read = statementSchema.safeParse(json.value)
  const issue = read.error?.issues[0]
  if (!read.success)
    return notInToto(`${issue?.path.join('.') || 'its payload'}: ${issue?.message}`)
  const { subject, predicateType, predicate } = read.data
  const subjects = subject.flatMap(({ name, uri, digest }) =>
    Object.keys(digest)
      .sort()
      .map((algorithm) => ({
        name: name ?? uri ?? '',
        digest: `${algorithm}:${digest[algorithm]}`.toLowerCase(),
      })),
  )
  return accept({ subjects, predicateType, predicate })
}

/** The payload that says so: subjects of one name share an entry. */
export function statementPayload({ subjects, predicateType, predicate }: Statement): Uint8Array {
  const byName = Map.groupBy(subjects, ({ name }) => name)
  const subject = [...byName].map(([name, list]) => ({
    name,
    digest: Object.fromEntries(list.map(({ digest }) => splitDigest(digest))),
  }))
  const statement = { _type: STATEMENT_TYPE, subject, predicateType, predicate }
  return new TextEncoder().encode(JSON.stringify(statement))
}

/** `sha256:ab…` as algorithm and value; without a colon the algorithm is sha256. */
function splitDigest(digest: string): readonly [string, string] {
  const colon = digest.indexOf(':')
  return colon < 0 ? ['sha256', digest] : [digest.slice(0, colon), digest.slice(colon + 1)]
}

const notInToto = (what: string) =>
  refuse('not-in-toto', `this envelope holds no in-toto statement: ${what}`)
