/** How a council is elected and recalled, and by what right its members act (design §3.8). */
import type { OpCid } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import { electionQuestion } from '../../proposal/council.ts'
import { ownStakeholder, type ProposalInput } from '../acts.ts'
import type { Replica } from '../replica.ts'
import { asking } from './asking.ts'
import { type Council, councilAt } from './council.ts'

/** The council that is in office here now. */
export function councilNow(replica: Replica): Council | undefined {
  const scene = replica.scene(replica.clock.now())
  return scene && councilAt(scene.now, scene.ballots, scene.standing)
}

/** The proposal that would elect these members, or with none recall the council. */
export function electionInput(
  replica: Replica,
  members: readonly string[],
  because: string,
): Result<ProposalInput> {
  const charter = replica.charter?.charter
  if (!charter?.council) return refuse('no-council', 'the charter knows no council')
  const { seats, track } = charter.council
  const known = charter.stakeholders.map(({ id }) => id)
  const stranger = members.find((id) => !known.includes(id))
  if (stranger !== undefined)
    return refuse(
      'unknown-member',
      `no member is called "${stranger}"`,
      `there are ${known.join(', ')}`,
    )
  if (new Set(members).size < members.length || members.length > seats)
    return refuse('too-many-elected', `a council has ${seats} seats, each of another member`)
  if (members.length === 0 && !councilNow(replica))
    return refuse('no-council-in-office', 'there is no council to recall')
  const elects = known.filter((id) => members.includes(id))
  return accept({ ...asking(electionQuestion(elects), { track, why: because }), elects })
}

/** The election by which this node's stakeholder may do that as a council member in office here. */
export function ownMandate(replica: Replica, power: string): OpCid | undefined {
  const self = ownStakeholder(replica)
  const council = councilNow(replica)
  const may = self.ok && council?.members.includes(self.value) && council.powers.includes(power)
  return may ? council?.election : undefined
}
