/** The endpoints of attestations. */
import { z } from 'zod'
import type { Finding } from '../../src/proposal/attestation/make.ts'
import { MAX_RISK_LEVEL } from '../../src/proposal/attestation/predicates.ts'
import type * as attestation from './attestation-api.ts'
import { acting, byId, dryRunOf, endpoint } from './endpoint.ts'
import * as shape from './schemas.ts'

const count = z.int().min(0)
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be bytes')
const subject = z.strictObject({ name: z.string(), digest: z.string() })
const names = z.array(z.string())

const attestationLine: z.ZodType<attestation.AttestationLine> = z.object({
  id: z.string(),
  proposal: z.object({ id: z.string(), title: z.string() }).nullable(),
  stakeholder: z.string(),
  key: z.string(),
  at: count,
  kind: z.string(),
  predicateType: z.string(),
  result: z.string(),
  subjects: z.array(subject),
  labels: names,
  remark: z.string().nullable(),
  counts: z.boolean().nullable(),
  unread: z.string().nullable(),
  supersedes: names,
  evidence: z.object({
    kind: z.enum(['inline', 'artefact']),
    digest: z.string(),
    sizeBytes: count,
  }),
  outerKeys: z.array(
    z.object({
      algorithm: z.enum(['ed25519', 'ecdsa-p256']),
      fingerprint: z.string(),
      isOwn: z.boolean(),
      verifies: z.boolean(),
    }),
  ),
  check: z.object({
    state: z.enum(['verified', 'differs', 'unverified', 'elsewhere']),
    sentence: z.string(),
  }),
})

const envelopeFile: z.ZodType<attestation.EnvelopeFile> = z.object({
  id: z.string(),
  envelope: bytes.nullable(),
  keys: z.array(z.object({ fingerprint: z.string(), pem: z.string() })),
})

const attested: z.ZodType<attestation.Attested> = z.intersection(
  shape.signed,
  z.object({
    verified: z.string(),
    claim: z.object({
      kind: z.string(),
      predicateType: z.string(),
      result: z.string(),
      subjects: z.array(subject),
      labels: names,
    }),
    unread: z.string().nullable(),
  }),
)

const envelopeInput: z.ZodType<attestation.EnvelopeInput> = z.strictObject({
  proposal: shape.maybeText,
  envelope: bytes,
  keys: z.array(bytes),
  artefact: shape.maybeText,
})

const outcome = z.enum(['PASSED', 'WARNED', 'FAILED'])
const level = z.int().min(1).max(MAX_RISK_LEVEL)

const finding: z.ZodType<Finding> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('review'),
    verdict: z.enum(['approve', 'comment', 'reject']),
    scope: names,
    text: shape.maybeText,
  }),
  z.strictObject({
    kind: z.literal('test'),
    result: outcome,
    suites: names,
    url: shape.maybeText,
  }),
  z.strictObject({ kind: z.literal('build'), builder: z.string(), buildType: z.string() }),
  z.strictObject({
    kind: z.literal('drill'),
    result: outcome,
    scenario: z.string(),
    text: shape.maybeText,
  }),
  z.strictObject({
    kind: z.literal('risk'),
    verdict: z.enum(['acceptable', 'mitigated', 'unacceptable']),
    risks: z
      .array(
        z.strictObject({
          name: z.string(),
          likelihood: level,
          impact: level,
          mitigation: shape.maybeText,
        }),
      )
      .min(1),
    text: shape.maybeText,
  }),
])

const findingInput: z.ZodType<attestation.FindingInput> = z.strictObject({
  proposal: z.string(),
  finding,
  subjects: names.exactOptional(),
  built: z.array(subject).exactOptional(),
  registers: z.array(subject).exactOptional(),
})

/** Attestations: read, attested, stated. */
export const ATTESTATION_ENDPOINTS = {
  attestations: endpoint({
    method: 'GET',
    path: '/v1/attestations',
    summary: 'attestations, of one proposal or all',
    input: z.strictObject({ proposal: shape.maybeText }),
    output: z.array(attestationLine).readonly(),
    answer: (api, query) => api.attestations.list(query),
  }),
  envelope: endpoint({
    method: 'GET',
    path: '/v1/attestations/:id/envelope',
    summary: 'the envelope of an attestation byte for byte, with its keys',
    input: byId,
    output: envelopeFile,
    answer: (api, { id }) => api.attestations.envelope(id),
  }),
  attest: endpoint({
    method: 'POST',
    path: '/v1/attestations',
    summary: 'attest what another tool signed, after verifying that it did',
    input: acting({ input: envelopeInput }),
    output: attested,
    answer: (api, act) => api.attestations.attest(act.input, dryRunOf(act)),
  }),
  state: endpoint({
    method: 'POST',
    path: '/v1/findings',
    summary: 'state a finding of our own and attest it',
    input: acting({ input: findingInput }),
    output: attested,
    answer: (api, act) => api.attestations.state(act.input, dryRunOf(act)),
  }),
}
