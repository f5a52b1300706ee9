/**
 * How a member attests (design §3.4): the envelope is read, its claim drafted as the member's word,
 * and older attestations named that it replaces or answers. Signatures inside the envelope are
 * checked by whoever calls, before anything is signed.
 */
import { cidDigest } from '../op/cid.ts'
import type { KeyId, OpCid, StakeholderId, Value } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { type Claim, claimOf, overlap } from '../proposal/attestation/claim.ts'
import { MAX_ENVELOPE_BYTES, readEnvelope } from '../proposal/attestation/dsse.ts'
import {
  attestationAdd,
  type Evidence,
  MAX_OUTER_KEYS,
  MAX_SUPERSEDED,
} from '../proposal/attestation/ops.ts'
import type { AttestationRecord } from '../proposal/attestation/record.ts'
import { readStatement, type Subject } from '../proposal/attestation/statement.ts'
import { digestOfFreeze } from '../proposal/document.ts'
import { MAX_FROZEN_REGISTERS, RISK_REGISTER } from '../proposal/gates/reviews.ts'
import { ownStakeholder } from './acts.ts'
import type { DocumentTopic } from './document-topics.ts'
import type { Draft } from './draft.ts'
import type { Replica } from './replica.ts'

/** What a member attests. */
export interface AttestInput {
  /** The proposal that it is about; none for subjects of no proposal. */
  readonly proposal?: OpCid
  /** The DSSE envelope, byte for byte. */
  readonly envelope: Uint8Array
  /** Outer keys that verified it, as the DER of their SubjectPublicKeyInfo. */
  readonly keys: readonly Uint8Array[]
  /** Where the envelope is kept, if it is too large for an operation. */
  readonly artefact?: string
}

/** Drafts an attestation. */
export function attestDraft(replica: Replica, input: AttestInput): Result<Draft> {
  const self = ownStakeholder(replica)
  if (!self.ok) return self
  const claim = claimIn(input.envelope)
  if (!claim.ok) return claim
  const evidence = evidenceOf(input)
  if (!evidence.ok) return evidence
  if (input.keys.length > MAX_OUTER_KEYS)
    return refuse('too-many-keys', `${input.keys.length} keys; at most ${MAX_OUTER_KEYS}`)
  const older = input.proposal === undefined ? [] : olderOn(replica, input.proposal)
  if (older === undefined)
    return refuse('unknown-proposal', `no valid proposal ${input.proposal} is held`)
  const freezes = frozenRegisters(replica, claim.value)
  if (!freezes.ok) return freezes
  const me = { self: self.value, key: replica.signer?.key }
  const supersedes = answered(older, claim.value, me).slice(
    0,
    MAX_SUPERSEDED - freezes.value.length,
  )
  const about = input.proposal === undefined ? [] : [input.proposal]
  const body = {
    ...(about.length > 0 && { proposal: 0 }),
    claim: claim.value,
    evidence: evidence.value,
    keys: [...input.keys],
    supersedes: supersedes.map((_, i) => about.length + i),
  }
  const fits = attestationAdd.body.safeParse(body)
  const issue = fits.error?.issues[0]
  if (issue) return refuse('invalid-attestation', `${issue.path.join('.')}: ${issue.message}`)
  return accept({
    type: attestationAdd.type,
    refs: [...about, ...supersedes, ...freezes.value],
    // cast: the schema has just taken it; an absent remark is no key of it.
    body: body as unknown as Record<string, Value>,
  })
}

/**
 * The freezes of the risk registers that a claim names, to be referred to: whoever counts the claim
 * then holds them, and sees that they are what it says. Refuses (`not-frozen`) what nobody froze.
 */
function frozenRegisters({ views }: Replica, { subjects }: Claim): Result<readonly OpCid[]> {
  const named = new Set(
    subjects.flatMap(({ name, digest }) => (name === RISK_REGISTER ? digest : [])),
  )
  if (named.size > MAX_FROZEN_REGISTERS)
    return refuse(
      'too-many-registers',
      `it names ${named.size} documents of the risk register; at most ${MAX_FROZEN_REGISTERS}`,
      'bring their rows into one: folkmoot register risks',
    )
  const freezes: OpCid[] = []
  const known = named.size === 0 ? [] : views.documents.topics().filter(isRisks)
  for (const digest of named) {
    const freeze = known
      .flatMap(({ id }) => views.documents.freezesOf(id))
      .find((one) => digestOfFreeze(one.digest) === digest)
    if (!freeze)
      return refuse(
        'not-frozen',
        `no frozen risk register that is held has the digest ${digest}`,
        'let the node freeze it: folkmoot attest risk <proposal> <verdict> --register',
      )
    freezes.push(freeze.id)
  }
  return accept(freezes)
}

const isRisks = ({ creation }: DocumentTopic): boolean =>
  creation?.body.schema === RISK_REGISTER && creation.body.editors === 'members'

/** The claim that an envelope makes, of whatever size it is. */
export function claimIn(bytes: Uint8Array): Result<Claim> {
  const envelope = readEnvelope(bytes)
  const statement = envelope.ok ? readStatement(envelope.value) : envelope
  return statement.ok ? claimOf(statement.value) : statement
}

/** The proposal as a subject of statements: the digest that its CID carries. */
export const proposalSubject = (proposal: OpCid): Subject => ({
  name: `proposal/${proposal}`,
  digest: cidDigest(proposal),
})

function evidenceOf({ envelope, artefact }: AttestInput): Result<Evidence> {
  if (envelope.length <= MAX_ENVELOPE_BYTES) return accept({ kind: 'inline', envelope })
  if (artefact !== undefined)
    return accept({ kind: 'artefact', digest: artefact, sizeBytes: envelope.length })
  return refuse(
    'envelope-too-large',
    `the envelope is ${envelope.length} bytes; an operation carries ${MAX_ENVELOPE_BYTES}`,
    'keep it as an artefact and name its digest: --artefact sha256:…',
  )
}

/** What counts on a proposal; undefined where it is void or unknown. */
function olderOn(replica: Replica, proposal: OpCid): readonly AttestationRecord[] | undefined {
  const ballot = replica.views.ballot(proposal)
  return ballot.ok ? ballot.value.gateScene.attestations : undefined
}

/**
 * Our own words under other keys that this one replaces, and, where a test passed, failures of
 * others in the same cells: naming them says that we know of them. The latest of each author first.
 */
function answered(
  older: readonly AttestationRecord[],
  claim: Claim,
  { self, key }: { readonly self: StakeholderId; readonly key: KeyId | undefined },
): OpCid[] {
  const isNamed = (record: AttestationRecord): boolean =>
    overlap(record.claim, claim) &&
    (record.stakeholder === self
      ? record.key !== key
      : claim.kind === 'test' && claim.result === 'passed' && record.claim.result === 'failed')
  return older
    .filter(isNamed)
    .sort((a, b) => b.seq - a.seq || (a.cid < b.cid ? -1 : 1))
    .slice(0, MAX_SUPERSEDED)
    .map(({ cid }) => cid)
}
