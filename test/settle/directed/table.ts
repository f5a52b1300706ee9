/**
 * Four stakeholders of weight 1 at a table (F = 1, Q = 3): three honest replicas and a liar whose
 * chain is made by hand. Nothing is heard unless the test passes it on.
 */

import type { SettleValue } from '../../../src/ballot/ops.ts'
import { RULES, type SettleRules } from '../../../src/ballot/rules.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import type { Op, SignedOp } from '../../../src/op/operation.ts'
import { invariant, unwrap } from '../../../src/op/refusal.ts'
import { castDraft, proposalDraft } from '../../../src/replica/acts.ts'
import type { Ballot } from '../../../src/replica/ballot.ts'
import {
  type Draft,
  moveDraft,
  sealDraft,
  tallyDraft,
  voteDraft,
} from '../../../src/replica/draft.ts'
import {
  Author,
  type Founded,
  found,
  openReplica,
  Party,
  simpleProposal,
  testTrack,
} from '../../support/coalition.ts'
import { TestClock } from '../../support/people.ts'

/** An operation of a chain, as it is passed on. */
export type Said = SignedOp & { readonly op: Op }
/** Somebody whose words can be passed on. */
export type Speaker = Party | Author

const SETTLE_MS = 20_000
const track = testTrack({ windows: { ...testTrack().windows, settle: SETTLE_MS } })
const tracks = { standard: track, emergency: track, constitutional: track }

/** Three honest replicas, a liar, one clock. */
export class Table {
  readonly founded: Founded
  readonly clock: TestClock
  readonly a: Party
  readonly b: Party
  readonly c: Party
  readonly liar: Author
  /** The liar's seat. */
  readonly liarId = 's4'

  constructor(rules: Partial<SettleRules> = {}, charter: Partial<Charter> = {}) {
    this.founded = found([1, 1, 1, 1], { tracks, ...charter })
    this.clock = new TestClock(this.founded.at)
    const [a, b, c, liar] = this.founded.members
    invariant(a && b && c && liar, 'four members')
    const seat = (member: typeof a): Party =>
      new Party(
        member,
        openReplica(this.founded, { member, clock: this.clock, rules: { ...RULES, ...rules } }),
      )
    this.a = seat(a)
    this.b = seat(b)
    this.c = seat(c)
    this.liar = new Author(liar.node, this.founded.coalition)
  }

  /** The honest. */
  get honest(): Party[] {
    return [this.a, this.b, this.c]
  }

  /** Somebody proposes; everybody hears of it. */
  propose(by: Party, slot: string, more: Partial<Parameters<typeof proposalDraft>[1]> = {}): OpCid {
    for (const draft of by.replica.checkpointNow()) by.issue(draft)
    const draft = unwrap(proposalDraft(by.replica, { ...simpleProposal(slot), ...more }))
    const { cid } = by.issue(draft).op
    this.passAll()
    return cid
  }

  /** Everybody votes yes, and everybody hears it; nobody has sealed yet. */
  voteYes(ballot: OpCid): void {
    for (const party of this.honest) party.issue(unwrap(castDraft(party.replica, ballot, 'yes')))
    this.lie(voteDraft(ballot, 'yes', undefined, []))
    this.passAll()
  }

  /** The liar signs something. */
  lie(draft: Draft): Said {
    return this.liar.say(draft, this.clock.now())
  }

  /** The liar seals, on a tally of its own. */
  lieSeal(ballot: OpCid, verdict: 'endorse' | 'decline'): void {
    const votes = [...this.ballot(this.a, ballot).votes.keys()].sort()
    const tally = this.lie(tallyDraft(ballot, votes))
    this.lie(sealDraft(ballot, verdict, tally.op.cid, []))
  }

  /** The liar's estimate of a round. */
  lieEstimate(ballot: OpCid, round: number, value: SettleValue): Said {
    return this.lie(moveDraft(ballot, { kind: 'estimate', round, value, endorsements: [] }))
  }

  /** The liar's auxiliary of a round. */
  lieAuxiliary(ballot: OpCid, round: number, value: SettleValue): Said {
    return this.lie(moveDraft(ballot, { kind: 'auxiliary', round, values: [value] }))
  }

  /** Passes on what somebody said so far, up to the first operation that is `kept` back. */
  pass(from: Speaker, to: Party, kept: (op: Op) => boolean = () => false): void {
    const ops = from instanceof Party ? ownOps(from) : from.ops
    const end = ops.findIndex(({ op }) => kept(op))
    const told = end < 0 ? ops : ops.slice(0, end)
    to.replica.ingest(told.filter(({ op }) => !to.replica.ledger.byCid.has(op.cid)))
  }

  /** Everybody hears everything that was said; nobody answers. */
  passAll(): void {
    for (const from of [...this.honest, this.liar])
      for (const to of this.honest) if (from !== to) this.pass(from, to)
  }

  /** Everybody hears everything and does what is due, as often as it takes. */
  talk(): void {
    for (let said = 1; said > 0; ) {
      this.passAll()
      said = this.honest.flatMap((party) => party.doDuties()).length
    }
  }

  /**
   * All three vote yes and endorse, but the liar, before it endorses, declines to some: they hear a
   * quorum of seals and no certificate, lose patience and propose *decline*. The others hold a
   * certificate and propose *adopt*. Nobody has heard another's estimate.
   */
  split(ballot: OpCid, ...impatient: readonly Party[]): void {
    const { honest, liar } = this
    this.voteYes(ballot)
    for (const party of honest) party.doDuties()
    this.lieSeal(ballot, 'decline')
    for (const party of impatient) {
      const other = honest.findLast((one) => one !== party)
      if (other) this.pass(other, party)
      this.pass(liar, party)
    }
    this.lieSeal(ballot, 'endorse')
    for (const party of honest.filter((one) => !impatient.includes(one))) {
      const other = honest.find((one) => one !== party)
      if (other) this.pass(other, party)
      this.pass(liar, party)
    }
    for (const party of impatient) party.doDuties()
    this.losePatience()
    for (const party of honest) party.doDuties()
  }

  /** Everybody hears everything and answers, while time passes. */
  talkFor(ms: number): void {
    const step = 1_000
    for (let at = 0; at < ms; at += step) {
      this.talk()
      this.clock.advance(step)
    }
    this.talk()
  }

  /** The settle window passes. */
  losePatience(): void {
    this.clock.advance(SETTLE_MS + 1)
  }

  /** A ballot as somebody sees it. */
  ballot(party: Party, id: OpCid): Ballot {
    return unwrap(party.replica.views.ballot(id))
  }

  /** What a ballot has come to at somebody. */
  outcome(party: Party, id: OpCid): string {
    return party.replica.views.standing()?.outcomes.get(id)?.outcome ?? 'unknown'
  }

  /** Violations that anybody reports. */
  violations(): string[] {
    return this.honest.flatMap(({ replica }) =>
      (replica.views.standing()?.violations ?? []).map(({ kind }) => kind),
    )
  }

  /** The same at all three. */
  outcomes(id: OpCid): string[] {
    return this.honest.map((party) => this.outcome(party, id))
  }
}

/** What somebody has signed so far. */
const ownOps = ({ replica, member }: Party): Said[] =>
  replica.ledger.chain(member.node.key).main.flatMap(({ op }) => {
    const stored = replica.stored(op.cid)
    return stored ? { op, bytes: stored.bytes, sig: stored.sig } : []
  })

/** True for what is said of a round or of a later one, and for a record of the settlement. */
export const fromRound =
  (round: number) =>
  ({ type, body }: Op): boolean =>
    type === 'settlement' || (type.startsWith('settle.') && Number(body.round) >= round)
