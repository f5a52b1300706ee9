/** The members that are never killed: they propose, vote, comment, seal, and hear each other at once. */
import type { Incoming } from '../../../src/chain/run.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import { castDraft, commentDraft, proposalDraft } from '../../../src/replica/acts.ts'
import type { Issued, Replica } from '../../../src/replica/replica.ts'
import type { Digests } from '../../../src/replica/state-digest.ts'
import type { Dice } from '../../convergence/moot.ts'
import { type Founded, openReplica, Party, simpleProposal } from '../../support/coalition.ts'
import { TestClock } from '../../support/people.ts'
import { victimOf } from './coalition.ts'
import type { Head } from './wire.ts'

/** Most ballots that are open at a time. */
const MAX_OPEN = 3
/** What the clock moves in one step, in ms: a voting window is a dozen of them. */
const STEP_MS = 5 * 60_000

/** All members but the one that is killed. */
export class Peers {
  readonly clock: TestClock
  private readonly founded: Founded
  private readonly parties: readonly Party[]
  private readonly dice: Dice
  private proposals = 0
  /** What was said since the last look. */
  private news: Issued[] = []

  constructor(founded: Founded, dice: Dice) {
    this.founded = founded
    this.dice = dice
    this.clock = new TestClock(founded.at)
    this.parties = founded.members
      .slice(0, -1)
      .map((member) => new Party(member, openReplica(founded, { member, clock: this.clock })))
  }

  /** A replica that was never killed. */
  get reference(): Replica {
    return this.party(0).replica
  }

  /** What the reference holds comes to. */
  digest(): Digests {
    return this.reference.digest()
  }

  /** Ballots that are settled. */
  get settled(): number {
    return this.reference.views.ballots().filter(({ settlements }) => settlements.length > 0).length
  }

  /** Time passes and somebody does something; returns what was said. */
  step(): readonly Issued[] {
    this.clock.advance(STEP_MS)
    const party = this.party(this.dice.int(0, this.parties.length - 1))
    const open = this.open()
    if (open.length < MAX_OPEN && this.dice.chance(0.5)) this.propose(party)
    else if (this.dice.chance(0.3)) this.comment(party)
    for (const voter of this.parties) if (this.dice.chance(0.4)) this.vote(voter)
    this.settle()
    const said = this.news
    this.news = []
    return said
  }

  /** Takes in what the killed member said. */
  hear(ops: readonly Incoming[]): void {
    for (const { replica } of this.parties) replica.ingest(ops, 'victim')
  }

  /** An open ballot on which the killed member has not voted, as far as is known. */
  withoutVictim(): OpCid | undefined {
    const { id } = victimOf(this.founded)
    const unvoted = this.open().filter((cid) => {
      const ballot = this.reference.views.ballot(cid)
      return ballot.ok && ballot.value.positions.get(id)?.stance === 'silent'
    })
    return this.dice.maybe(unvoted)
  }

  /**
   * What the killed member lacks, by where its chains end; but for its own chain, from which it would
   * learn that it forgot something, and never sign again (§2.3): here it is to be caught at it.
   */
  missingAfter(heads: readonly Head[]): Incoming[] {
    const has = new Map(heads.map(([key, seq]) => [key, seq] as const))
    const own = victimOf(this.founded).node.key
    return [...this.reference.ledger.chains.values()].flatMap(({ key, main }) =>
      (key === own ? [] : main)
        .slice((has.get(key) ?? -1) + 1)
        .flatMap(({ op }) => this.reference.stored(op.cid) ?? [])
        .map(({ bytes, sig }) => ({ bytes, sig })),
    )
  }

  private open(): OpCid[] {
    return this.reference.views
      .ballots()
      .filter(({ settlements }) => settlements.length === 0)
      .map(({ id }) => id)
  }

  private propose(party: Party): void {
    for (const draft of party.replica.checkpointNow()) this.say(party, party.issue(draft))
    const name = `policy@line${this.proposals++}`
    const draft = proposalDraft(party.replica, simpleProposal(name))
    if (draft.ok) this.say(party, party.issue(draft.value))
  }

  private vote(party: Party): void {
    const ballot = this.dice.maybe(this.open())
    const choice = this.dice.pick(['yes', 'yes', 'yes', 'no'] as const)
    const draft = ballot && castDraft(party.replica, ballot, choice)
    if (draft?.ok) this.say(party, party.issue(draft.value))
  }

  private comment(party: Party): void {
    const proposal = this.dice.maybe(this.open())
    if (proposal === undefined) return
    const text = 'as said before '.repeat(this.dice.int(1, 200))
    const draft = commentDraft(party.replica, { proposal, kind: 'question', text })
    if (draft.ok) this.say(party, party.issue(draft.value))
  }

  private settle(): void {
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true
      for (const party of this.parties)
        for (const issued of party.doDuties()) {
          isQuiet = false
          this.say(party, issued)
        }
    }
  }

  private say(speaker: Party, issued: Issued): void {
    this.news.push(issued)
    for (const party of this.parties)
      if (party !== speaker) party.replica.ingest([issued], speaker.member.node.key)
  }

  private party(n: number): Party {
    const party = this.parties[n]
    if (!party) throw new RangeError(`no party ${n}`)
    return party
  }
}
