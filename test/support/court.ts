/** Five members on short windows who appeal, override and dispute, and all hear each other at once. */
import { expect } from 'vitest'
import type { Charter } from '../../src/charter/schema.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result, unwrap } from '../../src/op/refusal.ts'
import { castDraft, type ProposalInput, proposalDraft } from '../../src/replica/acts.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { appealBallotInput, appealDraft } from '../../src/replica/recourse/appeal-acts.ts'
import { type AppealState, appealState } from '../../src/replica/recourse/appeal-state.ts'
import { type Party, testTrack } from './coalition.ts'
import { HOUR, PartedCoalition } from './parted.ts'

/** The window for appeals, in ms. */
export const APPEAL = 10 * HOUR
const windows = { ...testTrack().windows, appeal: APPEAL }
const { appeal: _track, ...six } = windows
/** The windows of every track but that for appeals. */
export const SIX_WINDOWS = six
/** The tracks of the charter. */
export const TRACKS = {
  standard: testTrack({ windows }),
  emergency: testTrack({ windows }),
  constitutional: testTrack({ windows }),
  domain: testTrack({ windows }),
}

/** Five members whose charter has appeals decided on one track. */
export class Court {
  readonly coalition: PartedCoalition

  constructor(charter: Partial<Charter> = { appeals: { track: 'emergency' } }) {
    this.coalition = new PartedCoalition(5, { charter: { tracks: TRACKS, ...charter } })
  }

  party(n: number): Party {
    const party = this.coalition.parties[n]
    if (!party) throw new RangeError(`no party ${n}`)
    return party
  }

  /** A proposal of the first member that everybody adopts. */
  adopted(title = 'Move to v2'): OpCid {
    const id = this.coalition.propose(this.party(0), { title })
    this.coalition.vote(id, this.coalition.parties)
    this.coalition.settle()
    expect(this.holder()).toBe(id)
    return id
  }

  say(party: Party, draft: Result<Draft>): OpCid {
    const issued = party.issue(unwrap(draft))
    this.coalition.tell(party, [issued])
    return issued.op.cid
  }

  appeal(n: number, id: OpCid, grounds = 'it breaks us'): OpCid {
    return this.say(this.party(n), appealDraft(this.party(n).replica, id, grounds))
  }

  /** The member opens the ballot of appeals, where none is open. */
  open(n: number, id: OpCid): OpCid | undefined {
    const input = unwrap(appealBallotInput(this.party(n).replica, id))
    return input && this.propose(n, input)
  }

  /** The member proposes exactly that, whatever its node thinks of it after `change`. */
  propose(n: number, input: ProposalInput, change: Draft['body'] = {}): OpCid {
    const party = this.party(n)
    for (const draft of party.replica.checkpointNow()) this.say(party, accept(draft))
    const draft = unwrap(proposalDraft(party.replica, input))
    return this.say(party, accept({ ...draft, body: { ...draft.body, ...change } }))
  }

  vote(ballot: OpCid, choice: 'yes' | 'no'): void {
    for (const party of this.coalition.parties)
      this.say(party, castDraft(party.replica, ballot, choice))
    this.coalition.settle()
  }

  state(n: number, id: OpCid): AppealState | undefined {
    const { replica } = this.party(n)
    const scene = replica.scene(replica.clock.now())
    return scene && appealState(unwrap(replica.views.ballot(id)), scene)
  }

  holder(): OpCid | null | undefined {
    return this.party(1).replica.views.standing()?.holders.get('policy@a')
  }

  digests(): Set<string> {
    return new Set(this.coalition.parties.map(({ replica }) => replica.digest().state))
  }
}
