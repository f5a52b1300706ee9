import { expect, it } from 'vitest'
import { GatedBallot } from '../../../test/support/gated.ts'
import { fakeCid } from '../../../test/support/votes.ts'
import type { StakeholderId } from '../../op/ids.ts'
import { unwrap } from '../../op/refusal.ts'
import type { CommentRecord } from '../../proposal/comment.ts'
import { MAX_REPLAYED, upgradeHistory } from './history.ts'
import { historyMarkdown } from './history-markdown.ts'

const words = (count: number): CommentRecord[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ cid: fakeCid(`word ${n}`), stakeholder: 's2' as StakeholderId, text: 'so', at: n },
    ...{ kind: 'support', disposition: null, answers: null, byAppellant: false },
  }))

/** An objection that comes after so many words: it shuts the gate. */
function historyAfter(count: number) {
  const gated = new GatedBallot({ objections: { state: 'answered' } })
  const { replica } = gated.party(0)
  const ballot = unwrap(replica.views.ballot(gated.proposal))
  const standing = replica.views.standing() ?? expect.unreachable()
  const last: CommentRecord = {
    ...{ cid: fakeCid('objection'), stakeholder: 's3' as StakeholderId, text: 'no', at: count },
    ...{ kind: 'objection', disposition: 'answer it', answers: null, byAppellant: false },
  }
  const gateScene = { ...ballot.gateScene, comments: [...words(count), last] }
  const { gates, tally, verdict, withdrawn, provisional } = ballot
  const judged = { gates, tally, verdict, withdrawn, provisional }
  return upgradeHistory(replica, { ...ballot, ...judged, gateScene }, standing)
}

it('replays so many words on gates, and says how many it left out', () => {
  const whole = historyAfter(MAX_REPLAYED - 1)
  expect(whole.gates.map(({ met }) => met)).toEqual([true, false])
  expect(whole.notReplayed).toBe(0)
  expect(historyMarkdown(whole)).not.toContain('not replayed')
  const cut = historyAfter(MAX_REPLAYED)
  expect(cut.gates.map(({ met }) => met)).toEqual([true])
  expect(cut.notReplayed).toBe(1)
  expect(historyMarkdown(cut)).toContain('1 later words are not replayed here.')
})
