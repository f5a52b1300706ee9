/** What a reconstitution rests on, for people: who is named, and since when each was silent here (§3.3). */
import type { Fact } from '../../src/ballot/explain.ts'
import { formatDuration } from '../../src/charter/duration.ts'
import { weightSum } from '../../src/charter/lookup.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { yieldsTo } from '../../src/replica/reconstitution.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type Silence, silencesOf } from '../../src/replica/silence.ts'
import { momentText, ownStakeholder, titleOf } from './naming.ts'

/** Who decides without whom, and by this node's clock whether it may; nothing for other ballots. */
export function silenceFacts(replica: Replica, ballot: Ballot): Fact[] {
  const { charter, body, electorate } = ballot
  const { removesSilent, amendment } = body
  if (removesSilent === undefined || amendment === undefined) return []
  const whole = weightSum(charter.stakeholders)
  const after = charter.reconstitution?.after ?? 0
  const { ledger, local, clock } = replica
  const silences = silencesOf(ballot, { ledger, local, now: clock.now() })
  return [
    {
      label: 'reconstitution',
      sentence: `The rest, weight ${electorate.total} of ${whole}, decides without ${removesSilent.join(', ')}; a node endorses it only while each of them has said nothing for ${formatDuration(after)} by its own clock.`,
    },
    ...silences.map((silence) => ({ label: 'silent', sentence: silenceSentence(silence, after) })),
  ]
}

function silenceSentence({ id, since, isLong }: Silence, after: number): string {
  const last = `${id} was last heard here ${momentText(since)}`
  return isLong
    ? `${last}, long enough; one word of it and this node declines.`
    : `${last}: this node declines, unless it stays silent until ${momentText(since + after)}.`
}

/** What this node waits with on a ballot that cannot settle without the silent. */
export function yieldFacts(replica: Replica, ballot: Ballot): Fact[] {
  const self = ownStakeholder(replica)
  const standing = replica.views.standing()
  if (self === undefined || standing === undefined) return []
  const to = yieldsTo(ballot, self, { ballots: replica.views.ballots(), standing })
  if (to === undefined) return []
  const sentence = `This node endorsed ${titleOf(replica, to)} and decides nothing here until that is declined.`
  return [{ label: 'yields', sentence }]
}
