/** What a node can be asked and told about attestations (part of `NodeApi`). */
import type { Result } from '../../src/op/refusal.ts'
import type { Finding } from '../../src/proposal/attestation/make.ts'
import type { OuterAlgorithm } from '../crypto/dsse.ts'
import type { ActOptions, Signed } from './signed.ts'

/** An outer key: what signed the envelope, as far as the member named it. */
export interface OuterKeyLine {
  readonly algorithm: OuterAlgorithm
  /** Hex sha256 of its SubjectPublicKeyInfo. */
  readonly fingerprint: string
  /** It is the node key that signed the operation too. */
  readonly isOwn: boolean
  /** The envelope verifies with it, here and now. */
  readonly verifies: boolean
}

/** What a look at the evidence gives, apart from whose word counts. */
export interface EvidenceCheck {
  /**
   * `verified`: a key named signed it and it says what the member says. `differs`: it says something
   * else. `unverified`: no key named signed it. `elsewhere`: an artefact holds it.
   */
  readonly state: 'verified' | 'differs' | 'unverified' | 'elsewhere'
  readonly sentence: string
}

/** One attestation. */
export interface AttestationLine {
  readonly id: string
  /** The proposal that it is about, with its title; null for subjects of none. */
  readonly proposal: { readonly id: string; readonly title: string } | null
  readonly stakeholder: string
  /** The node key that signed the operation: the coalition's proof. */
  readonly key: string
  readonly at: number
  readonly kind: string
  readonly predicateType: string
  readonly result: string
  readonly subjects: readonly { readonly name: string; readonly digest: string }[]
  readonly labels: readonly string[]
  readonly remark: string | null
  /** It counts as the word of a member on the proposal; null where there is no proposal. */
  readonly counts: boolean | null
  /** Why no gate of the proposal reads it, whoever said it; null where gates may, or there is no proposal. */
  readonly unread: string | null
  readonly supersedes: readonly string[]
  readonly evidence: {
    readonly kind: 'inline' | 'artefact'
    /** Of the envelope, `sha256:…`. */
    readonly digest: string
    readonly sizeBytes: number
  }
  readonly outerKeys: readonly OuterKeyLine[]
  readonly check: EvidenceCheck
}

/** An envelope as it was signed, with its keys. */
export interface EnvelopeFile {
  readonly id: string
  /** Byte for byte; null where an artefact holds it. */
  readonly envelope: Uint8Array | null
  /** PEM, for other tools. */
  readonly keys: readonly { readonly fingerprint: string; readonly pem: string }[]
}

/** An envelope of another tool, to be attested. */
export interface EnvelopeInput {
  /** Id of the proposal, or a unique part of it. */
  readonly proposal?: string
  readonly envelope: Uint8Array
  /** Public keys as files hold them: PEM, DER or hex. At least one must have signed it. */
  readonly keys: readonly Uint8Array[]
  /** Digest of the artefact that holds it, where it is too large for an operation. */
  readonly artefact?: string
}

/** A finding of our own, to be stated, signed and attested. */
export interface FindingInput {
  readonly proposal: string
  readonly finding: Finding
  /** What was tested: names of the proposal's subjects, none for all of them. */
  readonly subjects?: readonly string[]
  /** What was built, with the digests that our build came to. */
  readonly built?: readonly { readonly name: string; readonly digest: string }[]
  /** Frozen registers that an assessment was made from. */
  readonly registers?: readonly { readonly name: string; readonly digest: string }[]
}

/** Which attestations. */
export interface AttestationQuery {
  readonly proposal?: string
}

/** What attesting came to. */
export interface Attested extends Signed {
  /** What was verified before it was signed, in a sentence. */
  readonly verified: string
  /** What it says, as in `AttestationLine`. */
  readonly claim: Pick<AttestationLine, 'kind' | 'predicateType' | 'result' | 'subjects' | 'labels'>
  /** Why no gate of the proposal reads it, if so. */
  readonly unread: string | null
}

/** Attestations. */
export interface AttestationApi {
  /** Oldest first by their authors' clocks. */
  list(query: AttestationQuery): Promise<Result<readonly AttestationLine[]>>
  /** `id` may be a unique part of it. */
  envelope(id: string): Promise<Result<EnvelopeFile>>
  /** Verifies the envelope, then signs; refuses `evidence-unverified` and `no-outer-key`. */
  attest(input: EnvelopeInput, options?: ActOptions): Promise<Result<Attested>>
  /** Makes the statement itself, in an envelope that the node key signs. */
  state(input: FindingInput, options?: ActOptions): Promise<Result<Attested>>
}
