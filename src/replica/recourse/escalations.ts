/** Escalations (design §3.8): what overlaps or waits, whose move it is, and whether somebody made it. */
import type { Held } from '../../chain/held.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { escalationOpen, escalationResolve } from '../../proposal/escalation/ops.ts'
import type { BodyOf, Entry } from '../entry.ts'
import type { CouncilAct } from './council.ts'
import { councilAct, forumOf, type MatterContext, onOnly, statementsOf } from './matter-speech.ts'

/** What resolves an escalation. */
export interface Resolution {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly text: string
  /** The author's clock in ms; shown, never judged by. */
  readonly at: number
  /** Where the council did it: by which election. */
  readonly council: CouncilAct | null
}

/** One escalation. */
export interface Escalation {
  readonly id: OpCid
  readonly held: Held
  readonly charterId: OpCid
  readonly kind: BodyOf<typeof escalationOpen>['kind']
  readonly subject: string
  readonly text: string
  readonly openedBy: StakeholderId
  /** Whose move it is, in the order of the charter. */
  readonly owners: readonly StakeholderId[]
  /** How long from first sight until it is overdue, in ms. */
  readonly dueInMs: number
  readonly about: OpCid | null
  /** By CID; it is resolved once there is one. */
  readonly resolutions: readonly Resolution[]
}

/** All escalations, by CID. */
export function deriveEscalations(context: MatterContext): Escalation[] {
  const resolutions = resolvings(context.matters)
  return openings(context.matters).flatMap(
    (entry) => escalationOf(entry, resolutions, context) ?? [],
  )
}

/** When an escalation is overdue, in ms by this node's clock. */
export const overdueAt = ({ held, dueInMs }: Escalation): number => held.seenAt + dueInMs

const openings = statementsOf(escalationOpen)
const resolvings = statementsOf(escalationResolve)

function escalationOf(
  { held, body }: Entry<BodyOf<typeof escalationOpen>>,
  said: readonly Entry<BodyOf<typeof escalationResolve>>[],
  context: MatterContext,
): Escalation | undefined {
  const { cid, refs } = held.op
  const charterId = refs[body.charter]
  const forum = forumOf(charterId, context)
  const openedBy = forum?.speaker(held)
  if (!charterId || !forum || !openedBy) return undefined
  const ids = forum.charter.stakeholders.map(({ id }) => id as StakeholderId)
  const owners = ids.filter((id) => body.owners.includes(id))
  if (owners.length < body.owners.length) return undefined
  const resolutions = onOnly(said, cid, ({ escalation }) => escalation).flatMap((entry) => {
    const stakeholder = forum.speaker(entry.held)
    if (!stakeholder) return []
    const council = councilAct(entry, stakeholder, context)
    if (!council && stakeholder !== openedBy && !owners.includes(stakeholder)) return []
    const { cid: by, at } = entry.held.op
    return [{ cid: by, stakeholder, text: entry.body.text, at, council }]
  })
  return {
    ...{ id: cid, held, charterId, openedBy, owners, resolutions },
    kind: body.kind,
    subject: body.subject,
    text: body.text,
    dueInMs: body.dueIn,
    about: body.about === undefined ? null : (refs[body.about] ?? null),
  }
}
