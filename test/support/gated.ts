/** A ballot with gates among four replicas in memory, and ways to attest. */
import type { Track } from '../../src/charter/schema.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { type Finding, signStatement, statementOf } from '../../src/proposal/attestation/make.ts'
import { type ProposalInput, proposalDraft } from '../../src/replica/acts.ts'
import { attestDraft, proposalSubject } from '../../src/replica/attesting.ts'
import type { Replica } from '../../src/replica/replica.ts'
import {
  type Founded,
  found,
  heldOps,
  openReplica,
  Party,
  simpleProposal,
  testTrack,
} from './coalition.ts'
import { TestClock } from './people.ts'

/** Two reviews. */
const GATES = { reviews: { count: 2, function: 'any' } }
/** A review that approves. */
export const APPROVAL: Finding = { kind: 'review', verdict: 'approve', scope: [] }

/** Four members, one of whose proposals waits for reviews. */
export class GatedBallot {
  readonly clock = new TestClock()
  readonly founded: Founded
  readonly parties: readonly Party[]
  readonly proposal: OpCid

  constructor(
    gates: Track['gates'] = GATES,
    over: { readonly track?: Partial<Track>; readonly proposal?: Partial<ProposalInput> } = {},
  ) {
    const tracks = {
      standard: testTrack({ gates, ...over.track }),
      emergency: testTrack(),
      constitutional: testTrack(),
    }
    this.founded = found([1, 1, 1, 1], { tracks })
    this.parties = this.founded.members.map(
      (member) => new Party(member, openReplica(this.founded, { member, clock: this.clock })),
    )
    const [author] = this.parties
    if (!author) throw new RangeError('nobody is there')
    for (const draft of author.replica.checkpointNow()) author.issue(draft)
    const opened = author.issue(
      unwrap(
        proposalDraft(author.replica, {
          ...simpleProposal('policy@a'),
          subjects: [{ name: 'core', digest: 'sha256:aa' }],
          ...over.proposal,
        }),
      ),
    )
    this.proposal = opened.op.cid
    this.exchange()
  }

  party(n: number): Party {
    const party = this.parties[n]
    if (!party) throw new RangeError(`there are ${this.parties.length}`)
    return party
  }

  exchange(): void {
    for (const from of this.parties)
      for (const to of this.parties) to.replica.ingest(heldOps(from.replica))
  }

  /** The draft of a finding about the proposal, in the party's own envelope. */
  draftOf({ replica, member }: Party, finding: Finding = APPROVAL) {
    const statement = statementOf(finding, [proposalSubject(this.proposal)])
    const envelope = signStatement(statement, member.node)
    return attestDraft(replica, { proposal: this.proposal, envelope, keys: [] })
  }

  attest(n: number, finding?: Finding): OpCid {
    const party = this.party(n)
    return party.issue(unwrap(this.draftOf(party, finding))).op.cid
  }

  gate(replica: Replica, name: string) {
    const { gates } = unwrap(replica.views.ballot(this.proposal))
    return gates.find(({ gate }) => gate === name)
  }

  /** Everybody gets everything and does its duties, until nobody owes anything but checkpoints. */
  settle(): void {
    for (let round = 0; round < 12; round++) {
      this.exchange()
      for (const party of this.parties) party.doDuties()
    }
    this.exchange()
  }
}
