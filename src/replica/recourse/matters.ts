/** Matters of a coalition, derived when they are read and remembered until something bears on them. */
import { settlement } from '../../ballot/ops.ts'
import type { Checkpoints } from '../../chain/checkpoint.ts'
import { type Held, hasEffect } from '../../chain/held.ts'
import type { Ledger } from '../../chain/ledger.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import type { Result } from '../../op/refusal.ts'
import type { OpType } from '../../op/type.ts'
import type { Ballot } from '../ballot.ts'
import { bodyReader } from '../entry.ts'
import type { LastSeqOf } from '../leaving.ts'
import type { Standing } from '../outcomes.ts'
import { mandateOf } from './council.ts'
import { type Dispute, deriveDisputes, drawersFor } from './disputes.ts'
import { deriveEscalations, type Escalation } from './escalations.ts'
import { forumOf, type MatterContext } from './matter-speech.ts'

/** What matters are read from. */
export interface MattersOptions {
  readonly ledger: () => Ledger
  readonly checkpoints: Checkpoints
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly said: () => readonly Held[]
  readonly standing: () => Standing | undefined
  readonly ballot: (id: OpCid) => Result<Ballot>
  readonly lastSeqOf: LastSeqOf
}

interface Memo {
  readonly standing: Standing | undefined
  readonly said: readonly Held[]
  readonly count: number
  readonly disputes: readonly Dispute[]
  readonly escalations: readonly Escalation[]
}

const readSettlement = bodyReader(settlement)

/** Disputes and escalations of one coalition. */
export class Matters {
  private readonly options: MattersOptions
  private memo: Memo | undefined

  constructor(options: MattersOptions) {
    this.options = options
  }

  /** Has everything derived anew: a root's word on a key may change who speaks. */
  forget(): void {
    this.memo = undefined
  }

  /** All disputes, by CID. */
  disputes(): readonly Dispute[] {
    return this.derived().disputes
  }

  /** All escalations, by CID. */
  escalations(): readonly Escalation[] {
    return this.derived().escalations
  }

  /** The dispute of that id. */
  dispute(id: OpCid): Dispute | undefined {
    return this.disputes().find((dispute) => dispute.id === id)
  }

  /**
   * Settlements by which a panel that a member seats may be drawn, by CID: of those who may draw it,
   * and to whom its matter was known before.
   */
  seedsFor({ held, charterId, parties }: Dispute, seater: StakeholderId): Held[] {
    const forum = forumOf(charterId, this.context(this.options.standing(), []))
    const members = forum?.charter.stakeholders.map(({ id }) => id as StakeholderId) ?? []
    const drawers = drawersFor(members, parties, seater)
    const isDrawers = (cited: Held): boolean => {
      const author = forum?.speaker(cited)
      return author !== undefined && drawers.includes(author)
    }
    const all = [...this.options.ledger().byCid.values()]
    return all
      .filter(({ op, complete }) => complete && op.type === settlement.type)
      .filter(({ op }) => this.settlement(op.cid) !== undefined)
      .filter(isDrawers)
      .filter((cited) => this.hadSeen(cited, held))
      .sort((a, b) => (a.op.cid < b.op.cid ? -1 : 1))
  }

  private derived(): Memo {
    const standing = this.options.standing()
    const said = this.options.said()
    const { memo } = this
    if (memo?.standing === standing && memo?.said === said && memo.count === said.length)
      return memo
    const context = this.context(standing, said)
    const [disputes, escalations] = [deriveDisputes(context), deriveEscalations(context)]
    this.memo = { standing, said, count: said.length, disputes, escalations }
    return this.memo
  }

  private context(standing: Standing | undefined, matters: readonly Held[]): MatterContext {
    const { ledger, types, lastSeqOf, ballot } = this.options
    return {
      ...{ matters, types, lastSeqOf },
      line: standing?.line ?? [],
      keyring: ledger().keyring,
      settlement: (cid) => this.settlement(cid),
      hadSeen: (later, earlier) => this.hadSeen(later, earlier),
      mandate: (election) => {
        const found = ballot(election)
        return standing && found.ok ? mandateOf(found.value, standing) : undefined
      },
    }
  }

  /** The operation of a settlement whose certificate holds. */
  private settlement(cid: OpCid): Held | undefined {
    const held = this.options.ledger().byCid.get(cid)
    const body = held?.op.type === settlement.type ? readSettlement(held.op) : undefined
    const id = body?.ok ? held?.op.refs[body.value.ballot] : undefined
    const ballot = id && this.options.ballot(id)
    return ballot?.ok && ballot.value.settlements.some((one) => one.cid === cid) ? held : undefined
  }

  /** The last checkpoint of the author before the later operation covers the earlier one. */
  private hadSeen({ op: later }: Held, { op: earlier }: Held): boolean {
    const { ledger, checkpoints } = this.options
    if (later.key === earlier.key) return later.seq > earlier.seq
    const chain = ledger().chains.get(later.key)?.main ?? []
    const last = chain
      .slice(0, later.seq)
      .findLast((held) => held.op.type === 'checkpoint' && hasEffect(held))
    const seen = last && checkpoints.frontierOf(last.op.cid)?.get(earlier.key)
    return seen !== undefined && seen.seq >= earlier.seq
  }
}
