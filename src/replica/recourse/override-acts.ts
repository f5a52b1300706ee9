/** How a member asks that a gate be overridden (design §3.8). */
import type { OpCid } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import { overrideQuestion } from '../../proposal/override.ts'
import type { ProposalInput } from '../acts.ts'
import { isOpen } from '../closing.ts'
import type { Replica } from '../replica.ts'
import { asking } from './asking.ts'
import { overriddenBy } from './overrides.ts'

/** What a member asks for. */
export interface OverrideInput {
  readonly ballot: OpCid
  readonly gate: string
  /** Why; for the record and the retrospective. */
  readonly because: string
}

/** The proposal by which a gate that holds a ballot open would count as met. */
export function overrideInput(replica: Replica, input: OverrideInput): Result<ProposalInput> {
  const { gate: name, because } = input
  const found = replica.views.ballot(input.ballot)
  const standing = replica.views.standing()
  if (!found.ok) return found
  const ballot = found.value
  const track = standing?.current.charter.overrides?.track
  if (!standing || track === undefined)
    return refuse('no-overrides', 'the charter names no track on which gates are overridden')
  if (!isOpen(ballot, standing)) return refuse('ballot-settled', 'the ballot is settled for good')
  const own = Object.keys(ballot.track.gates)
  const gate = own.includes(name) ? ballot.gates.find((one) => one.gate === name) : undefined
  if (!gate || ballot.body.overrides)
    return refuse(
      'unknown-gate',
      `the ballot has no gate "${name}" that could be overridden`,
      ballot.body.overrides ? undefined : `it has ${own.join(', ') || 'none'}`,
    )
  if (gate.met) return refuse('gate-met', `gate ${name} is met already: ${gate.sentence}`)
  const open = replica.views.ballots().find((other) => {
    const named = isOpen(other, standing) ? overriddenBy(other) : undefined
    return named?.ballot === ballot.id && named.gate === name
  })
  if (open) return refuse('override-open', `ballot ${open.id} asks that already`, 'folkmoot vote')
  if (because.trim() === '')
    return refuse('override-without-reason', 'an override says why', 'add --because "…"')
  const { title, components } = ballot.body
  const question = overrideQuestion({ ballot: ballot.id, gate: name, title, components })
  const overrides = { ballot: ballot.id, gate: name }
  return accept({ ...asking(question, { track, why: because }), replaces: null, overrides })
}
