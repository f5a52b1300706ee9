/** Attesting (design §3.4): evidence is verified before anything is signed, and shown with its keys. */
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Refusal, type Result, refuse, unwrap } from '../../src/op/refusal.ts'
import { readEnvelope } from '../../src/proposal/attestation/dsse.ts'
import { signStatement, statementOf } from '../../src/proposal/attestation/make.ts'
import type { Subject } from '../../src/proposal/attestation/statement.ts'
import {
  type AttestInput,
  attestDraft,
  claimIn,
  proposalSubject,
} from '../../src/replica/attesting.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type OuterKey, readOuterKey, verifiedBy } from '../crypto/dsse.ts'
import type { Acting } from './acting.ts'
import type {
  AttestationApi,
  AttestationLine,
  AttestationQuery,
  Attested,
  EnvelopeFile,
  EnvelopeInput,
  FindingInput,
} from './attestation-api.ts'
import {
  attestationEntries,
  attestationLine,
  envelopeFile,
  ownKey,
  unreadOn,
} from './attestation-view.ts'
import { findId } from './ids.ts'
import { proposalId } from './proposal-view.ts'
import type { ActOptions } from './signed.ts'

/** What the service works with. */
export interface AttestationServiceParts {
  readonly replica: Replica
  readonly acting: Acting
}

/** The one implementation of `AttestationApi`; the client only carries it. */
export class AttestationService implements AttestationApi {
  private readonly replica: Replica
  private readonly acting: Acting

  constructor({ replica, acting }: AttestationServiceParts) {
    this.replica = replica
    this.acting = acting
  }

  async list({ proposal }: AttestationQuery): Promise<Result<readonly AttestationLine[]>> {
    const { replica } = this
    const id = proposal === undefined ? undefined : proposalId(replica, proposal)
    if (id && !id.ok) return id
    const entries = attestationEntries(replica, id?.value)
    return accept(entries.map((entry) => attestationLine(replica, entry)))
  }

  async envelope(given: string): Promise<Result<EnvelopeFile>> {
    const entries = new Map(
      attestationEntries(this.replica).map((entry) => [entry.held.op.cid, entry]),
    )
    const id = findId(given, entries.keys(), 'attestation')
    if (!id.ok) return id
    const entry = entries.get(id.value)
    return entry ? accept(envelopeFile(entry)) : refuse('unknown-id', `no attestation ${given}`)
  }

  async attest(input: EnvelopeInput, options: ActOptions = {}): Promise<Result<Attested>> {
    const proposal = this.proposalOf(input.proposal)
    if (!proposal.ok) return proposal
    const keys = readKeys(input.keys)
    if (!keys.ok) return keys
    const signers = this.signersOf(input.envelope, keys.value)
    if (!signers.ok) return signers
    const { envelope, artefact } = input
    const attesting: AttestInput = {
      ...(proposal.value !== null && { proposal: proposal.value }),
      envelope,
      keys: signers.value.map(({ spki }) => spki),
      ...(artefact !== undefined && { artefact }),
    }
    return this.sign(attesting, sentenceOf(signers.value), options)
  }

  async state(input: FindingInput, options: ActOptions = {}): Promise<Result<Attested>> {
    const { replica } = this
    const { signer } = replica
    const proposal = proposalId(replica, input.proposal)
    if (!proposal.ok) return proposal
    const subjects = this.subjectsOf(proposal.value, input)
    if (!subjects.ok) return subjects
    if (!signer) return refuse('no-key', 'this replica has no key to sign with')
    const envelope = signStatement(statementOf(input.finding, subjects.value), signer)
    const verified = 'the statement is our own, signed with the node key'
    return this.sign({ proposal: proposal.value, envelope, keys: [] }, verified, options)
  }

  private sign(input: AttestInput, verified: string, options: ActOptions): Result<Attested> {
    const { replica } = this
    const signed = this.acting.sign(attestDraft(replica, input), options)
    if (!signed.ok) return signed
    const said = unwrap(claimIn(input.envelope))
    const { kind, predicateType, result, subjects, labels } = said
    return accept({
      ...signed.value,
      verified,
      claim: { kind, predicateType, result, subjects, labels },
      unread: input.proposal === undefined ? null : unreadOn(replica, input.proposal, said),
    })
  }

  private proposalOf(given: string | undefined): Result<OpCid | null> {
    return given === undefined ? accept(null) : proposalId(this.replica, given)
  }

  /** The keys that signed the envelope: at least one must, of those that were given. */
  private signersOf(bytes: Uint8Array, keys: readonly OuterKey[]): Result<readonly OuterKey[]> {
    const envelope = readEnvelope(bytes)
    if (!envelope.ok) return envelope
    const { signer } = this.replica
    const own = signer ? [ownKey(signer.key)] : []
    const signers = verifiedBy(envelope.value, keys)
    if (signers.length > 0) return accept(signers)
    // Our own key need not be named: the operation carries it.
    if (keys.length === 0 && verifiedBy(envelope.value, own).length > 0) return accept([])
    return keys.length === 0 ? NO_KEY : UNVERIFIED
  }

  /** What a finding is about: what was built, what was tested, or the proposal itself. */
  private subjectsOf(proposal: OpCid, input: FindingInput): Result<readonly Subject[]> {
    const { finding, subjects: names = [], built = [], registers = [] } = input
    const whole = accept([proposalSubject(proposal)])
    if (finding.kind === 'build')
      return built.length > 0 ? accept(built) : refuse('nothing-built', 'say what was built', BUILT)
    if (finding.kind === 'risk') return accept([proposalSubject(proposal), ...registers])
    if (finding.kind !== 'test') return whole
    const named = this.replica.views.topics.proposals.get(proposal)?.proposal?.body.subjects ?? []
    const unknown = names.find((name) => named.every((subject) => subject.name !== name))
    if (unknown !== undefined)
      return refuse(
        'unknown-subject',
        `the proposal names no subject "${unknown}"`,
        `it names ${named.map(({ name }) => name).join(', ') || 'none'}`,
      )
    const tested = named.filter(({ name }) => names.length === 0 || names.includes(name))
    return tested.length > 0 ? accept(tested) : whole
  }
}

const BUILT = 'name each result with its file: --built core=core.tgz'
const NO_KEY: Refusal = refuse(
  'no-outer-key',
  'nobody can say who signed the envelope',
  'name the public key of whoever did: --key cosign.pub',
)
const UNVERIFIED: Refusal = refuse(
  'evidence-unverified',
  'none of the keys given signed this envelope',
  'it was changed since, or another key signed it: ask whoever made it; nothing was signed',
)

function readKeys(given: readonly Uint8Array[]): Result<readonly OuterKey[]> {
  const keys: OuterKey[] = []
  for (const content of given) {
    const key = readOuterKey(content)
    if (!key.ok) return key
    if (keys.every(({ fingerprint }) => fingerprint !== key.value.fingerprint)) keys.push(key.value)
  }
  return accept(keys)
}

const sentenceOf = (signers: readonly OuterKey[]): string =>
  signers.length === 0
    ? 'the envelope is signed with the node key'
    : `the envelope is signed by ${signers
        .map(({ algorithm, fingerprint }) => `${algorithm} key ${fingerprint.slice(0, 16)}`)
        .join(' and ')}`
