/** What needs an operator: what follows from the replica, and what the process raised itself. */
import type { Delegation } from '../../src/chain/keyring.ts'
import type { Refusal } from '../../src/op/refusal.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Violation } from '../../src/replica/outcomes.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { readRollouts, selfOn } from '../../src/replica/rollout/rollouts.ts'
import { escalationLines } from './escalation-view.ts'
import { shortId } from './ids.ts'
import { ownRemoval } from './leaving.ts'
import { momentText, titleOf } from './naming.ts'
import type { Alarm } from './node-api.ts'
import { provisionalStateOf } from './provisional-facts.ts'

/** Alarms of the process: raised until they are cleared, one of each code. */
export class AlarmBoard {
  private readonly raised = new Map<string, Alarm>()
  private readonly onRaise: (alarm: Alarm) => void

  constructor(onRaise: (alarm: Alarm) => void = () => {}) {
    this.onRaise = onRaise
  }

  /** Raises an alarm, or changes its words; a new one is announced. */
  raise(alarm: Alarm): void {
    const isNew = !this.raised.has(alarm.code)
    this.raised.set(alarm.code, alarm)
    if (isNew) this.onRaise(alarm)
  }

  /** Ends an alarm. */
  clear(code: string): void {
    this.raised.delete(code)
  }

  /** The alarms that stand. */
  list(): readonly Alarm[] {
    return [...this.raised.values()]
  }
}

/** Alarms that follow from what the replica holds: our membership and key, safety violations. */
export const replicaAlarms = (replica: Replica): Alarm[] => [
  ...keyAlarms(replica),
  ...violationAlarms(replica),
  ...heldAlarms(replica),
  ...overdueAlarms(replica),
  ...rolloutAlarms(replica),
]

function keyAlarms(replica: Replica): Alarm[] {
  const refusal = ownRemoval(replica) ?? (replica.signer && replica.mayIssue('seal'))
  if (refusal) return [alarmOf(refusal)]
  return ageAlarms(replica)
}

const alarmOf = ({ code, message, hint }: Refusal): Alarm => ({
  code,
  // Before the root has spoken there is nothing wrong yet, only something to do.
  severity: code === 'not-delegated' ? 'warning' : 'error',
  sentence: `This node does not vote or seal: ${message}.`,
  fix: hint ?? 'folkmoot doctor',
})

/** The daemon reads its key when it starts. */
const RENEW = 'folkmoot stop; folkmoot keys rotate --revoke-old; folkmoot up'

function ageAlarms(replica: Replica): Alarm[] {
  const { signer, charter, clock, ledger } = replica
  if (!signer || !charter) return []
  const first = earliest(ledger.keyring.delegationsOf(signer.key))
  const dueAt = (first?.at ?? clock.now()) + charter.charter.limits.keyMaxAge
  if (clock.now() < dueAt) return []
  const sentence = `The node key should have been renewed by ${momentText(dueAt)}.`
  return [{ code: 'key-old', severity: 'warning', sentence, fix: RENEW }]
}

const earliest = (delegations: readonly Delegation[]): Delegation | undefined =>
  delegations.toSorted((a, b) => a.at - b.at)[0]

const violationAlarms = (replica: Replica): Alarm[] =>
  (replica.views.standing()?.violations ?? []).map(({ kind, ballots, sentence }) => ({
    code: `violation:${kind}:${ballots.join()}`,
    severity: 'error',
    sentence: `Safety violation: ${sentence}; ${VIOLATION_MEANS[kind]}.`,
    fix: `folkmoot evidence, folkmoot audit; then meet in person${kind === 'two-successor-charters' ? ' and found anew' : ''}`,
  }))

const TOO_MANY_FAULTY = 'more weight is faulty than the agreement tolerates'
const VIOLATION_MEANS: Readonly<Record<Violation['kind'], string>> = {
  'two-outcomes': TOO_MANY_FAULTY,
  'two-adopted-in-slot': TOO_MANY_FAULTY,
  'two-successor-charters': 'neither is in force, and nothing is endorsed any more',
}

/** Two provisional outcomes of one slot: nothing more may be done under either (§3.7). */
function heldAlarms(replica: Replica): Alarm[] {
  const standing = replica.views.standing()
  if (!standing) return []
  const slots = new Map<string, Ballot[]>()
  for (const id of standing.provisional.keys()) {
    const found = replica.views.ballot(id)
    if (!found.ok || provisionalStateOf(replica, found.value, standing) !== 'held') continue
    const { slot } = found.value.generation
    slots.set(slot, [...(slots.get(slot) ?? []), found.value])
  }
  return [...slots].map(([slot, ballots]) => ({
    code: `held:${slot}`,
    severity: 'warning',
    sentence: `In ${slot} more than one ballot was adopted provisionally: nothing more may be done under ${ballots.map(({ id }) => titleOf(replica, id)).join(' or ')} until one is settled.`,
    fix: `vote, and let nodes meet; folkmoot explain ${shortId(ballots[0]?.id ?? slot)}`,
  }))
}

/** A halted rollout in which our organisation is, or was: people have to look. */
const rolloutAlarms = (replica: Replica): Alarm[] =>
  readRollouts(replica)
    .filter(({ course, basis, ballot, surrounds }) => {
      const self = selfOn(replica, ballot)
      const isOurs = course.stages.some(({ cohort }) => cohort.some((id) => id === self))
      return isOurs && basis !== 'none' && course.halts.length > 0 && !surrounds.isReplaced
    })
    .map(({ ballot, course }) => ({
      code: `rollout-halted:${ballot.id}`,
      severity: 'warning',
      sentence: `The rollout of "${ballot.body.title}" is halted: ${course.halts[0]?.sentence}.`,
      fix: `folkmoot rollout show ${shortId(ballot.id)}`,
    }))

/** What nobody has moved in time. */
const overdueAlarms = (replica: Replica): Alarm[] =>
  escalationLines(replica)
    .filter(({ state }) => state === 'overdue')
    .map(({ id, subject, owners, dueAt }) => ({
      code: `overdue:${id}`,
      severity: 'warning',
      sentence: `“${subject}” waits for ${owners.join(', ')}, overdue since ${momentText(dueAt)}.`,
      fix: `folkmoot escalations resolve ${shortId(id)} --because "…"`,
    }))
