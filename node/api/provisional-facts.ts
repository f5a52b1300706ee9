/** What a reduced coalition has done about a ballot, or may do, for people (design §3.7). */
import type { ContingencyPart } from '../../src/ballot/explain.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { isOpen, timetableOf } from '../../src/replica/closing.ts'
import type { Standing } from '../../src/replica/outcomes.ts'
import { lapsesAt, type ProvisionalState, stateHere } from '../../src/replica/overlay.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { momentText } from './naming.ts'

/** What became of the provisional outcome of a ballot, by this node's clock; undefined without one. */
export const provisionalStateOf = (
  replica: Replica,
  ballot: Ballot,
  standing: Standing,
): ProvisionalState | undefined => stateHere(ballot, standing.provisional, replica.clock.now())

/** True while the ballot is provisionally adopted here: open, and its time not over. */
export const isProvisional = (replica: Replica, ballot: Ballot, standing: Standing): boolean => {
  const state = provisionalStateOf(replica, ballot, standing)
  return state === 'provisional' || state === 'held'
}

/** The contingency of a ballot that has used it, or that is stuck and may: its state and rules. */
export function contingencyPart(
  replica: Replica,
  ballot: Ballot,
  standing: Standing,
): ContingencyPart | undefined {
  const { provisional } = ballot
  if (!provisional) return undefined
  const state = provisionalStateOf(replica, ballot, standing)
  if (state) return { state, sentence: stateSentence(ballot, state), rules: provisional.rules }
  const beginsAt = timetableOf(ballot, replica.local).closesAt + provisional.contingency.after
  const isStuck = isOpen(ballot, standing) && replica.local.closing(ballot.id)?.endorse !== false
  if (!isStuck || replica.clock.now() < timetableOf(ballot, replica.local).sealsAt) return undefined
  const when = replica.clock.now() < beginsAt ? `from ${momentText(beginsAt)}` : 'now'
  const sentence = `Not settled; where every rule below is met, those who are there may go ahead ${when}.`
  return { state: 'possible', sentence, rules: provisional.rules }
}

function stateSentence(ballot: Ballot, state: ProvisionalState): string {
  const by = sealersOf(ballot)
  switch (state) {
    case 'provisional':
      return `PROVISIONAL: adopted for now by ${by}; lapses ${momentText(lapsesAt(ballot) ?? 0)} unless it is settled.`
    case 'held':
      return `PROVISIONAL, HELD: adopted for now by ${by}, and so is another ballot of ${ballot.generation.slot}; nothing more may be done under either until one is settled.`
    case 'ratified':
      return `Adopted provisionally by ${by}; the settlement has ratified it.`
    case 'lapsed':
      return `Adopted provisionally by ${by}; that has lapsed, and what was done under it is to be rolled back.`
  }
}

const sealersOf = ({ provisional }: Ballot): string =>
  [...new Set(provisional?.seals.map(({ stakeholder }) => stakeholder))].sort().join(', ')
