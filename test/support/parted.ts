/** A coalition on short windows with a contingency, in parts that hear each other or do not. */
import type { SettleRules } from '../../src/ballot/rules.ts'
import type { Charter, Track } from '../../src/charter/schema.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { castDraft, type ProposalInput, proposalDraft } from '../../src/replica/acts.ts'
import { fraction } from './charters.ts'
import { type Founded, found, openReplica, Party, simpleProposal, testTrack } from './coalition.ts'
import { TestClock } from './people.ts'

/** An hour in ms. */
export const HOUR = 3_600_000
/** When the contingency begins after the window, in ms. */
export const AFTER = 3 * HOUR
/** When what is provisional lapses, in ms. */
export const RATIFY_WITHIN = 20 * HOUR
const WINDOWS = {
  deliberation: 0,
  review: 0,
  interop: 0,
  voting: HOUR,
  settle: 60_000,
  validity: 48 * HOUR,
  appeal: 0,
}
/** The contingency of track `standard`, unless a test changes it. */
export const CONTINGENCY: NonNullable<Track['contingency']> = {
  after: AFTER,
  floor: fraction('2/5'),
  stakeholders: 2,
  functions: [],
  approval: fraction('3/4'),
  scope: 'reversible',
  ratifyWithin: RATIFY_WITHIN,
}

/** What a test changes. */
export interface PartedOptions {
  readonly contingency?: Partial<NonNullable<Track['contingency']>>
  readonly charter?: Partial<Charter>
  readonly rules?: Partial<SettleRules>
}

/** Members of weight 1 on sides that do not hear each other until they are healed. */
export class PartedCoalition {
  readonly clock: TestClock
  readonly founded: Founded
  readonly parties: readonly Party[]
  private sides: readonly (readonly Party[])[]

  constructor(members: number, options: PartedOptions = {}) {
    const contingency = { ...CONTINGENCY, ...options.contingency }
    const standard = testTrack({ windows: WINDOWS, contingency })
    const others = testTrack({ windows: WINDOWS })
    const tracks = { standard, emergency: others, constitutional: others, domain: others }
    const founded = found(
      Array.from({ length: members }, () => 1),
      { tracks, ...options.charter },
    )
    this.founded = founded
    this.clock = new TestClock(founded.at)
    this.parties = founded.members.map(
      (member) =>
        new Party(
          member,
          openReplica(founded, { member, clock: this.clock, rules: options.rules ?? {} }),
        ),
    )
    this.sides = [this.parties]
  }

  part(...sizes: readonly number[]): readonly (readonly Party[])[] {
    const left = [...this.parties]
    this.sides = sizes.map((size) => left.splice(0, size))
    return this.sides
  }

  heal(): void {
    this.sides = [this.parties]
    for (const { replica, said } of this.parties)
      for (const party of this.parties) if (party.replica !== replica) party.replica.ingest(said)
    this.settle()
  }

  /** Everybody does what is due and tells their side, until nothing is due. */
  settle(): void {
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true
      for (const party of this.parties) {
        const said = party.doDuties()
        party.said.push(...said)
        if (said.length > 0) isQuiet = false
        this.tell(party, said)
      }
    }
  }

  later(ms: number): void {
    this.clock.time += ms
    this.settle()
  }

  propose(party: Party, over: Partial<ProposalInput> = {}): OpCid {
    for (const draft of party.replica.checkpointNow()) this.tell(party, [party.issue(draft)])
    const input = { ...simpleProposal('policy@a', `by ${party.member.id}`), ...over }
    const opened = party.issue(unwrap(proposalDraft(party.replica, input)))
    this.tell(party, [opened])
    return opened.op.cid
  }

  /** As `propose`, but with fields that the proposer's own node would refuse. */
  proposeAnyway(party: Party, fields: Partial<ProposalInput>): OpCid {
    for (const draft of party.replica.checkpointNow()) this.tell(party, [party.issue(draft)])
    const draft = unwrap(proposalDraft(party.replica, simpleProposal('policy@a')))
    const opened = party.issue({
      ...draft,
      body: { ...draft.body, ...fields } as typeof draft.body,
    })
    this.tell(party, [opened])
    return opened.op.cid
  }

  vote(id: OpCid, voters: readonly Party[], choice: 'yes' | 'no' | 'veto' = 'yes'): void {
    for (const party of voters)
      this.tell(party, [party.issue(unwrap(castDraft(party.replica, id, choice, 'because')))])
  }

  tell(from: Party, said: Party['said']): void {
    const side = this.sides.find((parties) => parties.includes(from)) ?? []
    for (const party of side) if (party !== from) party.replica.ingest(said)
  }
}
