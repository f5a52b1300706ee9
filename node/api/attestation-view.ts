/** Attestations as people read them: whose word, by which outer key, and whether the evidence holds. */
import { hash } from 'node:crypto'
import type { OpCid } from '../../src/op/ids.ts'
import type { keyBytes } from '../../src/op/key-id.ts'
import { type Result, unwrap } from '../../src/op/refusal.ts'
import { type Claim, claimOf } from '../../src/proposal/attestation/claim.ts'
import { readEnvelope } from '../../src/proposal/attestation/dsse.ts'
import type { AttestationBody } from '../../src/proposal/attestation/ops.ts'
import { readStatement } from '../../src/proposal/attestation/statement.ts'
import { isReadable } from '../../src/proposal/gates/scene.ts'
import type { Entry } from '../../src/replica/entry.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type OuterKey, outerKeyPem, readOuterKey, verifiedBy } from '../crypto/dsse.ts'
import type {
  AttestationLine,
  EnvelopeFile,
  EvidenceCheck,
  OuterKeyLine,
} from './attestation-api.ts'
import { nameOf } from './naming.ts'

/** A filed attestation. */
export type AttestationEntry = Entry<AttestationBody>

/** All attestations that are held and have effect, of one proposal or of all and of none. */
export function attestationEntries({ views }: Replica, proposal?: OpCid): AttestationEntry[] {
  const { proposals, records } = views.topics
  const topics = [...proposals.values()].filter(
    ({ id }) => proposal === undefined || id === proposal,
  )
  const entries = topics.flatMap(({ attestations }) => attestations)
  const all = proposal === undefined ? [...entries, ...records.attestations] : entries
  return all.toSorted(
    ({ held: { op: a } }, { held: { op: b } }) => a.at - b.at || (a.cid < b.cid ? -1 : 1),
  )
}

/** One attestation as a line. */
export function attestationLine(replica: Replica, entry: AttestationEntry): AttestationLine {
  const { held, body } = entry
  const { op } = held
  const proposal = body.proposal === undefined ? undefined : op.refs[body.proposal]
  const ballot = proposal === undefined ? undefined : replica.views.ballot(proposal)
  const counted = ballot?.ok
    ? ballot.value.gateScene.attestations.find(({ cid }) => cid === op.cid)
    : undefined
  const { kind, predicateType, result, subjects, labels, remark } = body.claim
  const keys = keysOf(entry)
  const verified = new Set(verifiedKeys(entry, keys))
  return {
    id: op.cid,
    proposal: proposal === undefined ? null : { id: proposal, title: titleOf(replica, proposal) },
    stakeholder: counted?.stakeholder ?? nameOf(replica, op.key),
    key: op.key,
    at: op.at,
    ...{ kind, predicateType, result, subjects, labels },
    remark: remark ?? null,
    counts: proposal === undefined ? null : counted !== undefined,
    unread: proposal === undefined ? null : unreadOn(replica, proposal, body.claim),
    supersedes: body.supersedes.flatMap((position) => op.refs[position] ?? []),
    evidence: evidenceLine(body),
    // The own key is named only where it signed: it has nothing to do with what other tools signed.
    outerKeys: keys
      .map((key) => keyLine(key, entry, verified))
      .filter(({ isOwn, verifies }) => !isOwn || verifies),
    check: checkEvidence(body, verified.size),
  }
}

/** Why no gate of a proposal reads a claim, if so. */
export function unreadOn({ views }: Replica, proposal: OpCid, claim: Claim): string | null {
  const ballot = views.ballot(proposal)
  if (!ballot.ok || isReadable(ballot.value.gateScene, claim)) return null
  return claim.kind === 'other'
    ? `no gate reads ${claim.predicateType}`
    : 'no gate reads it: none of its digests is of the proposal or of a subject of it'
}

/** The envelope of an attestation, with its keys as PEM. */
export function envelopeFile(entry: AttestationEntry): EnvelopeFile {
  const { evidence } = entry.body
  return {
    id: entry.held.op.cid,
    envelope: evidence.kind === 'inline' ? evidence.envelope : null,
    keys: verifiedKeys(entry, keysOf(entry)).map((key) => ({
      fingerprint: key.fingerprint,
      pem: outerKeyPem(key),
    })),
  }
}

const titleOf = ({ views }: Replica, id: OpCid): string =>
  views.topics.proposals.get(id)?.proposal?.body.title ?? id

function evidenceLine({ evidence }: AttestationBody): AttestationLine['evidence'] {
  if (evidence.kind === 'artefact') return evidence
  const { kind, envelope } = evidence
  return { kind, digest: `sha256:${hash('sha256', envelope)}`, sizeBytes: envelope.length }
}

/** The keys that the member named, and its own: what it makes itself it signs with that. */
function keysOf({ held, body }: AttestationEntry): OuterKey[] {
  const named = body.keys.flatMap((spki) => {
    const key = readOuterKey(spki)
    return key.ok ? key.value : []
  })
  return [...named, ownKey(held.op.key)]
}

/** A node key as an outer one. */
export const ownKey = (key: Parameters<typeof keyBytes>[0]): OuterKey =>
  unwrap(readOuterKey(Buffer.from(key)))

function verifiedKeys({ body }: AttestationEntry, keys: readonly OuterKey[]): OuterKey[] {
  const { evidence } = body
  const envelope = evidence.kind === 'inline' ? readEnvelope(evidence.envelope) : undefined
  return envelope?.ok ? verifiedBy(envelope.value, keys) : []
}

function keyLine(
  { algorithm, fingerprint }: OuterKey,
  { held }: AttestationEntry,
  verified: ReadonlySet<OuterKey>,
): OuterKeyLine {
  const isOwn = fingerprint === ownKey(held.op.key).fingerprint
  const verifies = [...verified].some((key) => key.fingerprint === fingerprint)
  return { algorithm, fingerprint, isOwn, verifies }
}

/** Whether the evidence is signed by a key that was named, and says what the member says. */
function checkEvidence({ claim, evidence }: AttestationBody, signers: number): EvidenceCheck {
  if (evidence.kind === 'artefact')
    return { state: 'elsewhere', sentence: `the envelope is artefact ${evidence.digest}` }
  const envelope = readEnvelope(evidence.envelope)
  const statement = envelope.ok ? readStatement(envelope.value) : envelope
  const said: Result<Claim> = statement.ok ? claimOf(statement.value) : statement
  if (!said.ok) return { state: 'differs', sentence: said.message }
  const differing = FIELDS.find(
    (field) => JSON.stringify(said.value[field]) !== JSON.stringify(claim[field]),
  )
  if (differing !== undefined)
    return { state: 'differs', sentence: `the envelope says otherwise of its ${differing}` }
  if (signers === 0)
    return { state: 'unverified', sentence: 'no key that the member named signed the envelope' }
  return { state: 'verified', sentence: `the envelope verifies with ${signers} of its keys` }
}

const FIELDS = ['kind', 'predicateType', 'result', 'subjects', 'labels'] as const
