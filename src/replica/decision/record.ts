/**
 * The decision record (design §3.4): everything behind one decision as one value, so that nobody who
 * comes later has to argue it again. It is a function of the operations about the ballot: no clock,
 * no node, no language has a part in it, so nodes that hold the same write the same bytes.
 */
import type { RoundSummary, SettlementCertificate } from '../../ballot/board.ts'
import type { Choice, SealVerdict } from '../../ballot/ops.ts'
import type { Tally } from '../../ballot/tally.ts'
import type { Rule, Verdict } from '../../ballot/verdict.ts'
import type { MemberChange } from '../../charter/analyser/member-diff.ts'
import type { RuleChange } from '../../charter/analyser/rule-diff.ts'
import type { OpCid } from '../../op/ids.ts'
import type { ClaimKind, ClaimResult } from '../../proposal/attestation/kinds.ts'
import type { Subject } from '../../proposal/attestation/statement.ts'
import type { Thread } from '../../proposal/discussion.ts'
import type { ProposalBody } from '../topics.ts'

/** A vote as it was judged. */
export interface RecordedVote {
  readonly id: OpCid
  readonly stakeholder: string
  readonly weight: number
  readonly choice: Choice
  /** Verbatim. */
  readonly rationale: string | null
  readonly at: number
}

/** A seal, with what it judged. */
export interface RecordedSeal {
  readonly id: OpCid
  readonly stakeholder: string
  readonly weight: number
  readonly verdict: SealVerdict
  readonly tally: OpCid | null
  /** It judged the very votes that this record shows. */
  readonly judgedThese: boolean
}

/** An attestation, without its envelope. */
export interface RecordedAttestation {
  readonly id: OpCid
  readonly stakeholder: string
  readonly kind: ClaimKind
  readonly result: ClaimResult
  readonly predicateType: string
  readonly subjects: readonly Subject[]
  readonly labels: readonly string[]
  readonly remark: string | null
  /** Of the envelope: `sha256:…`. */
  readonly evidence: string
  readonly at: number
}

/** Everything behind one decision; JSON as it is. */
export interface DecisionRecord {
  readonly v: 1
  readonly coalition: { readonly id: OpCid; readonly name: string }
  readonly charter: { readonly id: OpCid; readonly version: number }
  readonly proposal: Pick<
    ProposalBody,
    'title' | 'kind' | 'track' | 'slot' | 'components' | 'summary' | 'scope' | 'reversible'
  > & {
    readonly id: OpCid
    readonly author: string
    readonly replaces: OpCid | null
    /** Silent members without whom the rest decided (§3.3). */
    readonly removesSilent: readonly string[]
    readonly dependsOn: readonly OpCid[]
    readonly subjects: readonly Subject[]
    /** The text, or that of the frozen document; null where parts of that are not held. */
    readonly document: {
      readonly digest: string
      readonly text: string | null
      readonly freeze: OpCid | null
    }
    readonly opensAt: number
    /** The charter that an amendment makes: what members and rules it changes, and all of it. */
    readonly amendment: {
      readonly members: readonly MemberChange[]
      readonly rules: readonly RuleChange[]
      readonly charter: string
    } | null
  }
  readonly criteria: { readonly track: readonly string[]; readonly proposal: readonly string[] }
  readonly outcome: {
    readonly outcome: 'adopted' | 'declined' | 'open'
    readonly round: number | null
    /** The amendment that ended it, where no certificate did. */
    readonly endedBy: OpCid | null
    readonly withdrawn: boolean
    /** What a reduced coalition had decided, if it had (§3.7). */
    readonly provisional: string | null
  }
  readonly electorate: {
    readonly total: number
    readonly faulty: number
    readonly quorum: number
    readonly members: readonly {
      readonly id: string
      readonly weight: number
      readonly functions: readonly string[]
    }[]
  }
  /** The votes that seals of the most weight judged; where nobody has sealed, those that count now. */
  readonly votes: {
    readonly from: 'seals' | 'ballot'
    readonly sealedWeight: number
    readonly cast: readonly RecordedVote[]
  }
  readonly tally: Tally
  readonly verdict: Verdict['result']
  /** Every rule with both sides of its comparison; gates as they stand by what is held. */
  readonly rules: readonly Rule[]
  readonly seals: readonly RecordedSeal[]
  readonly rounds: readonly RoundSummary[]
  readonly certificate: SettlementCertificate | null
  readonly settlements: readonly { readonly id: OpCid; readonly stakeholder: string }[]
  /** Who was against or stood aside, and what was objected and not answered: verbatim. */
  readonly dissent: {
    readonly votes: readonly RecordedVote[]
    readonly objections: readonly Thread[]
  }
  readonly discussion: readonly Thread[]
  readonly attestations: readonly RecordedAttestation[]
  readonly violations: readonly string[]
  /** How anybody checks it. */
  readonly check: {
    /** Operations about the ballot that have effect, and sha256 over their sorted CIDs. */
    readonly statements: number
    readonly digest: string
    readonly commands: readonly string[]
  }
}
