/**
 * For whom an operation speaks on a ballot (design §3.4): the stakeholder whose root, in the
 * ballot's charter, delegated the key, before or after the basis, unless the basis shows that key
 * revoked or that root forked; with the capability that the operation's type needs.
 */

import { type Electorate, electorsOf } from '../ballot/electorate.ts'
import { voteCast } from '../ballot/ops.ts'
import type { SeenFrontier } from '../chain/checkpoint.ts'
import type { Held } from '../chain/held.ts'
import type { Keyring } from '../chain/keyring.ts'
import type { KeyId, StakeholderId } from '../op/ids.ts'
import { isSettleType } from '../op/operation.ts'
import { countsUnder, type OpType } from '../op/type.ts'
import { commentAdd } from '../proposal/ops.ts'
import { isVoidWhenFrozen } from './registry.ts'

/** What eligibility is judged by. */
export interface EligibilityContext {
  readonly keyring: Keyring
  readonly electorate: Electorate
  readonly basis: SeenFrontier
  readonly types: ReadonlyMap<string, OpType<unknown>>
  /** Of the ballot's charter: what a later one brought has no effect on the ballot (§2.1). */
  readonly protocol: number
  /** Last seq with effect of a key, where its root's stakeholder left by amendment (§3.3), for a type. */
  readonly lastSeqOf: (key: KeyId, root: KeyId, type: string) => number
}

/**
 * Seal and settle operations of a leaver still count on older ballots (§3.3), and with a seal the
 * tally that it names: else the certificate that adopted the amendment would un-form. So does a
 * proposal: nobody endorses it under a charter that is no longer current, and an amendment that
 * removes its own author must not make itself void.
 */
const outlastsLeaving = (type: string): boolean =>
  isSettleType(type) || type === 'tally' || type === 'proposal.open'

/**
 * What a member says on the very amendment that removes it stays there (§3.4, dissent): it is written
 * after the amendment, which names the member's last operation, so by §3.3 none of it would be heard. The
 * ballot has ended by then, so nothing is decided by it.
 */
export const isDissent = (type: string): boolean =>
  type === voteCast.type || type === commentAdd.type

/** Answers for one ballot. */
export class Eligibility {
  private readonly byRoot: ReadonlyMap<KeyId, StakeholderId>
  private readonly context: EligibilityContext

  constructor(context: EligibilityContext) {
    this.context = context
    this.byRoot = electorsOf(context.electorate).byRoot
  }

  /** The same for what was said before the ballot was thought of: its basis shows nothing of that. */
  beforehand(): Eligibility {
    return new Eligibility({ ...this.context, basis: new Map() })
  }

  /** The stakeholder that the operation speaks for; undefined when it is void on this ballot. */
  speakerOf(held: Held): StakeholderId | undefined {
    return this.speakersOf(held)[0]
  }

  /**
   * All stakeholders that the operation speaks for, its key's own first. Of a key that several roots
   * claimed, what counts at all counts for each: whichever claim comes later, no seal is un-counted
   * (§3.6, irrevocability), and those roots are faulty, who could have said it themselves.
   */
  speakersOf({ op, standing }: Held): StakeholderId[] {
    if (standing === 'pulled' && isVoidWhenFrozen(op.type)) return []
    const { keyring, lastSeqOf, types, protocol } = this.context
    const type = types.get(op.type)
    if (!type || type.needs === 'root' || !countsUnder(protocol, op, type)) return []
    const { needs } = type
    const isBounded = !outlastsLeaving(op.type)
    const speakers: StakeholderId[] = []
    for (const root of keyring.claimantsOf(op.key)) {
      if (needs !== 'any' && !keyring.grantsOf(op.key, root).has(needs)) continue
      if (isBounded && op.seq > lastSeqOf(op.key, root, op.type)) continue
      const stakeholder = this.stakeholderBy(root, op.key)
      if (stakeholder !== undefined) speakers.push(stakeholder)
    }
    return speakers
  }

  /** The stakeholder of a key on this ballot. */
  stakeholderOf(key: KeyId): StakeholderId | undefined {
    const root = this.context.keyring.rootOf(key)
    return root === undefined || root === key ? undefined : this.stakeholderBy(root, key)
  }

  /** The stakeholder of a root for which a key that it delegated may speak. */
  private stakeholderBy(root: KeyId, key: KeyId): StakeholderId | undefined {
    const { keyring, basis } = this.context
    const seen = basis.get(root)
    if (seen?.twin) return undefined
    const seenSeq = seen?.seq ?? -1
    const isRevoked = keyring.revocationsBy(key, root).some(({ seq }) => seq <= seenSeq)
    if (isRevoked) return undefined
    return this.byRoot.get(root)
  }
}
