/**
 * The predicates that Folkmoot understands (design §3.4): two of in-toto's and SLSA's that other
 * tools write, and three of its own for what no published predicate says. Unknown fields are for
 * other readers, as the in-toto parsing rules ask.
 */
import { z } from 'zod'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { ClaimKind, ClaimResult } from './kinds.ts'

/** Predicate types by what they are for. */
export const PREDICATES = {
  /** https://github.com/in-toto/attestation, `spec/predicates/test-result.md`. */
  testResult: 'https://in-toto.io/attestation/test-result/v0.1',
  /** https://slsa.dev/spec/v1.0/provenance */
  provenance: 'https://slsa.dev/provenance/v1',
  /** https://github.com/in-toto/attestation, `spec/predicates/svr.md`. */
  verification: 'https://in-toto.io/attestation/svr/v0.1',
  /** A member has read the change and says what it thinks of it. */
  review: 'urn:folkmoot:attestation:review:v1',
  /** A procedure, such as the rollback, was carried out for practice. */
  drill: 'urn:folkmoot:attestation:drill:v1',
  /** Risks were assessed again. */
  risk: 'urn:folkmoot:attestation:risk-reassessment:v1',
} as const

/** In a simple verification result: a drill was carried out and went well. */
export const DRILL_PROPERTY = 'FOLKMOOT_DRILL_PASSED'
/** Largest likelihood and impact of a risk; the least is 1. */
export const MAX_RISK_LEVEL = 5

/** A predicate in the words of a claim. */
export interface Reading {
  readonly kind: ClaimKind
  readonly result: ClaimResult
  readonly labels: readonly string[]
  readonly remark: string | undefined
}

const outcome = z.enum(['PASSED', 'WARNED', 'FAILED'])
const remark = z.string().optional()
const descriptor = z.object({
  name: z.string().optional(),
  uri: z.string().optional(),
  downloadLocation: z.string().optional(),
})

const testResult = z.object({
  result: outcome,
  configuration: z.array(descriptor),
  url: z.string().optional(),
})
const provenance = z.object({
  buildDefinition: z.object({ buildType: z.string() }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
})
const verification = z.object({
  verifier: z.object({ id: z.string() }),
  timeCreated: z.string(),
  properties: z.array(z.string()),
})

/** Schema of the review predicate. */
export const reviewPredicate = z.object({
  verdict: z.enum(['approve', 'comment', 'reject']),
  /** What was looked at: `security`, `docs`. */
  scope: z.array(z.string()).optional(),
  text: remark,
})
/** Schema of the drill predicate. */
export const drillPredicate = z.object({ result: outcome, scenario: z.string(), text: remark })
/** Schema of the risk predicate; likelihood and impact go from 1 to `MAX_RISK_LEVEL`. */
export const riskPredicate = z.object({
  verdict: z.enum(['acceptable', 'mitigated', 'unacceptable']),
  risks: z
    .array(
      z.object({
        name: z.string(),
        likelihood: z.int().min(1).max(MAX_RISK_LEVEL),
        impact: z.int().min(1).max(MAX_RISK_LEVEL),
        mitigation: z.string().optional(),
      }),
    )
    .min(1),
  text: remark,
})

const RESULT = { PASSED: 'passed', WARNED: 'warned', FAILED: 'failed' } as const
const REVIEWED = { approve: 'passed', comment: 'warned', reject: 'failed' } as const
const ASSESSED = { acceptable: 'passed', mitigated: 'warned', unacceptable: 'failed' } as const

type PredicateReader = (predicate: unknown) => Reading | string

/** A reader that says in a sentence what does not fit. */
const reader =
  <T>(schema: z.ZodType<T>, read: (value: T) => Reading): PredicateReader =>
  (predicate) => {
    const parsed = schema.safeParse(predicate)
    if (parsed.success) return read(parsed.data)
    const [issue] = parsed.error.issues
    return `${issue?.path.join('.') || 'it'}: ${issue?.message}`
  }

const READERS: ReadonlyMap<string, PredicateReader> = new Map([
  [
    PREDICATES.testResult,
    reader(testResult, ({ result, configuration, url }) => ({
      kind: 'test',
      result: RESULT[result],
      labels: configuration.flatMap(
        ({ name, uri, downloadLocation }) => name ?? uri ?? downloadLocation ?? [],
      ),
      remark: url,
    })),
  ],
  [
    PREDICATES.provenance,
    reader(provenance, ({ buildDefinition, runDetails }) => ({
      kind: 'build',
      result: 'passed',
      labels: [runDetails.builder.id, buildDefinition.buildType],
      remark: undefined,
    })),
  ],
  [
    PREDICATES.verification,
    reader(verification, ({ verifier, properties }) => ({
      kind: properties.includes(DRILL_PROPERTY) ? 'drill' : 'verification',
      result: 'passed',
      labels: properties,
      remark: `verified by ${verifier.id}`,
    })),
  ],
  [
    PREDICATES.review,
    reader(reviewPredicate, ({ verdict, scope = [], text }) => ({
      kind: 'review',
      result: REVIEWED[verdict],
      labels: scope,
      remark: text,
    })),
  ],
  [
    PREDICATES.drill,
    reader(drillPredicate, ({ result, scenario, text }) => ({
      kind: 'drill',
      result: RESULT[result],
      labels: [scenario],
      remark: text,
    })),
  ],
  [
    PREDICATES.risk,
    reader(riskPredicate, ({ verdict, risks, text }) => ({
      kind: 'risk',
      result: ASSESSED[verdict],
      labels: risks.map(({ name }) => name),
      remark: text,
    })),
  ],
])

/** Reads a predicate by its type; one of an unknown type is `other`, whatever it holds. */
export function readPredicate(type: string, predicate: unknown): Result<Reading> {
  const read = READERS.get(type)
  if (read === undefined)
    return accept({ kind: 'other', result: 'passed', labels: [], remark: undefined })
  const reading = read(predicate)
  return typeof reading === 'string'
    ? refuse('not-understood', `the predicate does not fit ${type}: ${reading}`)
    : accept(reading)
}
