/**
 * Disputes (design §3.8), as a function of what was said on them and of the charter that each names:
 * 1. Once every party has closed it, a dispute is settled by its parties, whatever anybody ruled; and
 *    once a member of the council has by its mandate, by the council.
 * 2. Else what a majority of a panel's seats rules settles it, and so does what a mediator rules whom
 *    all parties accepted, where the charter says that this binds.
 * 3. Rulings that bind and differ settle nothing: the dispute is contested until its parties close it.
 */
import type { Held } from '../../chain/held.ts'
import { cidBytes } from '../../op/cid.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { drawPanel } from '../../proposal/dispute/draw.ts'
import {
  disputeClose,
  disputeOpen,
  mediatorAccept,
  mediatorPropose,
  mediatorRule,
  panelRule,
  panelSeat,
} from '../../proposal/dispute/ops.ts'
import type { BodyOf, Entry } from '../entry.ts'
import type { CouncilAct } from './council.ts'
import {
  councilAct,
  forumOf,
  type MatterContext,
  onOnly,
  type Ruling,
  rulingsOf,
  type Speaker,
  statementsOf,
} from './matter-speech.ts'

/** A panel that was drawn for a dispute. */
export interface Panel {
  /** The operation that seats it. */
  readonly id: OpCid
  readonly seatedBy: StakeholderId
  readonly settlement: OpCid
  /** In the order of the draw. */
  readonly members: readonly StakeholderId[]
  readonly rulings: readonly Ruling[]
  /** What a majority of its seats rules: nothing, one thing, or more where members rule two things. */
  readonly ruled: readonly string[]
}

/** A member that a party would have mediate. */
export interface Mediator {
  readonly id: StakeholderId
  /** Operations that propose it, by CID; accepting any of them accepts it. */
  readonly proposals: readonly OpCid[]
  readonly acceptedBy: readonly StakeholderId[]
  /** All parties accept it: it may rule. */
  readonly isAccepted: boolean
  readonly rulings: readonly Ruling[]
}

/** How a dispute stands. `by`: whose word settled it. */
export type DisputeState =
  | { readonly state: 'open' }
  | { readonly state: 'contested'; readonly rulings: readonly string[] }
  | {
      readonly state: 'settled'
      readonly by: 'parties' | 'council' | 'panel' | 'mediator'
      readonly ruling: string | null
    }

/** One dispute. */
export interface Dispute {
  readonly id: OpCid
  readonly held: Held
  readonly charterId: OpCid
  readonly kind: BodyOf<typeof disputeOpen>['kind']
  readonly subject: string
  readonly grounds: string
  readonly openedBy: StakeholderId
  readonly parties: readonly StakeholderId[]
  readonly about: OpCid | null
  readonly closedBy: readonly StakeholderId[]
  /** Council members that closed it for all, by their mandate. */
  readonly closedByCouncil: readonly CouncilAct[]
  /** By CID; more than one only where members seated them without knowing of each other's. */
  readonly panels: readonly Panel[]
  /** By id. */
  readonly mediators: readonly Mediator[]
  /** A mediator's ruling binds. */
  readonly mediationBinds: boolean
  readonly state: DisputeState
}

/** All disputes, by CID. */
export function deriveDisputes(context: MatterContext): Dispute[] {
  const said = saidIn(context.matters)
  return said.opens.flatMap((entry) => disputeOf(entry, said, context) ?? [])
}

const openings = statementsOf(disputeOpen)
const closings = statementsOf(disputeClose)
const seatings = statementsOf(panelSeat)
const panelRulings = statementsOf(panelRule)
const mediatorProposals = statementsOf(mediatorPropose)
const mediatorAcceptances = statementsOf(mediatorAccept)
const mediatorRulings = statementsOf(mediatorRule)

const saidIn = (matters: readonly Held[]) => ({
  opens: openings(matters),
  closes: closings(matters),
  seats: seatings(matters),
  panelRulings: panelRulings(matters),
  proposals: mediatorProposals(matters),
  acceptances: mediatorAcceptances(matters),
  mediatorRulings: mediatorRulings(matters),
})
type Said = ReturnType<typeof saidIn>

function disputeOf(
  { held, body }: Entry<BodyOf<typeof disputeOpen>>,
  said: Said,
  context: MatterContext,
): Dispute | undefined {
  const charterId = held.op.refs[body.charter]
  const forum = forumOf(charterId, context)
  const openedBy = forum?.speaker(held)
  if (!charterId || !forum || !openedBy) return undefined
  const ids = forum.charter.stakeholders.map(({ id }) => id as StakeholderId)
  const parties = ids.filter((id) => body.parties.includes(id))
  if (parties.length < body.parties.length) return undefined
  const { cid, refs } = held.op
  const base = { held, id: cid, parties, ids, speaker: forum.speaker, charter: forum.charter }
  const panels = onOnly(said.seats, cid, ({ matter }) => matter)
    .flatMap((seat) => panelOf(seat, base, said, context) ?? [])
    .filter(isFirstOfItsSeater)
  const mediators = mediatorsOf(base, said)
  const mediationBinds = forum.charter.mediation?.binding ?? false
  const closes = onOnly(said.closes, cid, ({ dispute }) => dispute)
  const closers = closes.map((closing) => forum.speaker(closing.held))
  const closedBy = parties.filter((id) => closers.includes(id))
  const closedByCouncil = closes.flatMap((closing, i) => {
    const closer = closers[i]
    return (closer && councilAct(closing, closer, context)) ?? []
  })
  return {
    ...{ id: cid, held, charterId, openedBy, parties, closedBy, closedByCouncil },
    ...{ panels, mediators, mediationBinds },
    kind: body.kind,
    subject: body.subject,
    grounds: body.grounds,
    about: body.about === undefined ? null : (refs[body.about] ?? null),
    state: stateOf({
      ...{ parties, closedBy, closedByCouncil, panels, mediators, mediationBinds },
    }),
  }
}

interface Base {
  readonly held: Held
  readonly id: OpCid
  readonly parties: readonly StakeholderId[]
  readonly ids: readonly StakeholderId[]
  readonly speaker: Speaker
  readonly charter: Parameters<typeof drawPanel>[0]
}

/** A stakeholder seats one panel for a matter: of several the lowest CID, and lists are in that order. */
const isFirstOfItsSeater = (panel: Panel, _i: number, panels: readonly Panel[]): boolean =>
  panels.find(({ seatedBy }) => seatedBy === panel.seatedBy) === panel

/**
 * Whose settlements draw the panel that a member seats: those of others who are no party either. Who
 * signs a settlement may sign many until one of them suits it; so it takes two who conspire, none of
 * them a party, to choose a panel. Only where nobody else is left a member seats one by its own.
 */
export function drawersFor(
  members: readonly StakeholderId[],
  parties: readonly StakeholderId[],
  seater: StakeholderId,
): StakeholderId[] {
  const neutral = members.filter((id) => !parties.includes(id))
  const others = neutral.filter((id) => id !== seater)
  return others.length > 0 ? others : neutral
}

/** Disputes that wait for their panel and to which a stakeholder is no party. */
export const awaitingPanel = (disputes: readonly Dispute[], self: StakeholderId): Dispute[] =>
  disputes.filter(
    ({ state, panels, parties }) =>
      state.state === 'open' && panels.length === 0 && !parties.includes(self),
  )

/**
 * Since when a node has known of a dispute that waits for its panel and to which its stakeholder is no
 * party, in ms; Infinity where there is none. From then on it records what it sees settle, whoever
 * else has: so nobody who is quick decides by whose records a panel may be drawn.
 */
export const panelAwaitedSince = (disputes: readonly Dispute[], self: StakeholderId): number =>
  Math.min(
    Number.POSITIVE_INFINITY,
    ...awaitingPanel(disputes, self).map(({ held }) => held.seenAt),
  )

/**
 * The panel that a seating draws; none by a party, nor by a settlement known before the dispute or of
 * somebody who may not draw it.
 */
function panelOf(
  { held, body }: Entry<BodyOf<typeof panelSeat>>,
  { held: dispute, parties, ids, speaker, charter }: Base,
  said: Said,
  { settlement: settlementOf, hadSeen }: MatterContext,
): Panel | undefined {
  const seatedBy = speaker(held)
  const settlement = held.op.refs[body.settlement]
  const cited = settlement && settlementOf(settlement)
  if (!seatedBy || parties.includes(seatedBy) || !settlement || !cited) return undefined
  const isDrawer = isAmong(drawersFor(ids, parties, seatedBy), speaker(cited))
  const drawn =
    isDrawer && hadSeen(cited, dispute)
      ? drawPanel(charter, parties, cidBytes(settlement))
      : undefined
  if (!drawn?.ok) return undefined
  const members = drawn.value
  const { cid } = held.op
  const rulings = rulingsOf(
    onOnly(said.panelRulings, cid, ({ panel }) => panel),
    speaker,
    (id) => members.includes(id),
  )
  return { id: cid, seatedBy, settlement, members, rulings, ruled: majorities(rulings, members) }
}

const majorities = (
  rulings: readonly Ruling[],
  members: readonly StakeholderId[],
): readonly string[] =>
  [...Map.groupBy(rulings, ({ ruling }) => ruling)]
    .flatMap(([ruling, same]) => (2 * same.length > members.length ? ruling : []))
    .sort()

function mediatorsOf({ id, parties, ids, speaker }: Base, said: Said): Mediator[] {
  const proposals = onOnly(said.proposals, id, ({ dispute }) => dispute).filter(({ held }) =>
    isAmong(parties, speaker(held)),
  )
  const rulings = onOnly(said.mediatorRulings, id, ({ dispute }) => dispute)
  return ids
    .filter((mediator) => !parties.includes(mediator))
    .flatMap((mediator) => {
      const naming = proposals.filter(({ body }) => body.mediator === mediator)
      if (naming.length === 0) return []
      const cids = naming.map(({ held }) => held.op.cid)
      const accepting = said.acceptances.filter(({ held, body }) =>
        isAmong(cids, held.op.refs[body.proposal]),
      )
      const voices = [...naming, ...accepting].map(({ held }) => speaker(held))
      const acceptedBy = parties.filter((party) => voices.includes(party))
      const isAccepted = acceptedBy.length === parties.length
      const own = isAccepted ? rulingsOf(rulings, speaker, (ruler) => ruler === mediator) : []
      return [{ id: mediator, proposals: cids, acceptedBy, isAccepted, rulings: own }]
    })
}

const isAmong = <T>(list: readonly T[], value: T | undefined): boolean =>
  value !== undefined && list.includes(value)

type Standpoint = Pick<
  Dispute,
  'parties' | 'closedBy' | 'closedByCouncil' | 'panels' | 'mediators' | 'mediationBinds'
>

function stateOf({
  parties,
  closedBy,
  closedByCouncil,
  panels,
  mediators,
  mediationBinds,
}: Standpoint): DisputeState {
  const ofPanels = panels.flatMap(({ ruled }) => ruled)
  const ofMediators = mediationBinds
    ? mediators.flatMap(({ rulings }) => rulings.map(({ ruling }) => ruling))
    : []
  const rulings = [...new Set([...ofPanels, ...ofMediators])].sort()
  const [first = null] = rulings
  const only = rulings.length === 1 ? first : null
  if (closedBy.length === parties.length) return { state: 'settled', by: 'parties', ruling: only }
  if (closedByCouncil.length > 0) return { state: 'settled', by: 'council', ruling: only }
  if (rulings.length > 1) return { state: 'contested', rulings }
  if (first === null) return { state: 'open' }
  return { state: 'settled', by: ofPanels.length > 0 ? 'panel' : 'mediator', ruling: first }
}
