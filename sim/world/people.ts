/** The people of a run: they propose what the scenario says, hear of ballots, vote, change their minds. */
import type { Charter } from '../../src/charter/schema.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { castDraft, proposalDraft, withdrawDraft } from '../../src/replica/acts.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { timetableOf } from '../../src/replica/closing.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { draw } from '../random/distribution.ts'
import type { ProposeEvent } from '../scenario/event.ts'
import { rootOf } from '../scenario/root-keys.ts'
import type { Core } from './core.ts'
import { EPOCH_MS } from './identity.ts'
import type { SimNode } from './node.ts'
import type { VoteChoice } from './strategy.ts'

/** Somebody whose node is down, or whose disk is full, tries again so much later, in ms. */
const LATER_MS = 30 * 60_000
/** Working hours by local time: votes wait for the next morning otherwise. */
const MORNING_H = 8
const EVENING_H = 18
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Hours ahead of UTC, by region. */
const ZONES: Readonly<Record<string, number>> = {
  eu: 1,
  us: -6,
  asia: 8,
  africa: 2,
  'south-america': -3,
  oceania: 10,
}

/** What somebody says instead of what they would have said. */
export type Choosing = (node: SimNode, ballot: OpCid, choice: VoteChoice) => VoteChoice | undefined

/** What people do at all nodes. */
export class People {
  private readonly core: Core
  private readonly choosing: Choosing
  private readonly onAmendment: (node: SimNode, ballot: Ballot) => void
  /** Proposals by their name in the scenario, and back. */
  readonly byName = new Map<string, OpCid>()
  private readonly planned = new Map<OpCid, ProposeEvent>()
  private readonly asked = new Set<string>()

  constructor(
    core: Core,
    choosing: Choosing,
    onAmendment: (node: SimNode, ballot: Ballot) => void,
  ) {
    this.core = core
    this.choosing = choosing
    this.onAmendment = onAmendment
  }

  /** Somebody looks at their node: ballots that are new to them are voted on some time later. */
  lookAt(node: SimNode): void {
    const { topics } = node.replica.views
    if (!node.signer || topics.proposals.size === node.ballotsSeen) return
    node.ballotsSeen = topics.proposals.size
    for (const ballot of node.replica.views.ballots()) this.hear(node, ballot)
  }

  /** Somebody proposes. */
  propose(node: SimNode, event: ProposeEvent): void {
    if (!node.up || node.store.isFull) {
      if (!node.isGone) this.core.after(LATER_MS * 1000, () => this.propose(node, event))
      return
    }
    for (const draft of node.replica.checkpointNow()) this.issue(node, draft, 'checkpoint')
    const amendment = amendedCharter(node, event)
    const draft = proposalDraft(node.replica, {
      kind: event.amendment ? 'amendment' : 'resolution',
      track: event.track,
      title: event.proposal,
      summary: '',
      text: event.proposal,
      scope: { objectives: [], nonGoals: [], compatibility: [], performance: [], variability: [] },
      components: componentsOf(event.slot, node.replica.charter?.charter),
      slot: event.slot,
      subjects: [],
      reversible: event.reversible,
      ...(amendment && { amendment }),
      ...silentIn(event.amendment),
    })
    if (!draft.ok) {
      this.refuse(node, event.proposal, draft.code)
      return
    }
    const id = this.issue(node, draft.value, event.proposal, (cid) => this.name(event, cid))
    if (id === undefined) return
    this.core.emit({ what: 'proposed', node: node.name, proposal: event.proposal, ballot: id })
    this.core.wakeAt(node, this.core.nowUs)
  }

  /** Somebody votes as the scenario says, or as they planned. */
  vote(node: SimNode, ballot: OpCid | undefined, choice: VoteChoice): void {
    if (!node.up || node.store.isFull) {
      if (!node.isGone) this.core.after(LATER_MS * 1000, () => this.vote(node, ballot, choice))
      return
    }
    const said = ballot && this.choosing(node, ballot, choice)
    if (ballot === undefined || said === undefined) return
    const draft = castDraft(node.replica, ballot, said, said === 'veto' ? 'it harms us' : undefined)
    if (!draft.ok) {
      if (draft.code === 'too-early') this.voteLater(node, ballot, choice)
      else this.refuse(node, `vote ${said}`, draft.code)
      return
    }
    if (this.issue(node, draft.value, `vote ${said}`) === undefined) return
    this.core.emit({ what: 'voted', node: node.name, ballot, choice: said })
    this.core.wakeAt(node, this.core.nowUs)
  }

  /** The author takes a proposal back. */
  withdraw(node: SimNode, ballot: OpCid | undefined): void {
    if (!node.up || ballot === undefined) return
    const draft = withdrawDraft(node.replica, ballot)
    if (draft.ok) this.issue(node, draft.value, 'withdraw')
    else this.refuse(node, 'withdraw', draft.code)
  }

  /** Signs a draft and publishes it. */
  issue(
    node: SimNode,
    draft: Draft,
    wish: string,
    before?: (cid: OpCid) => void,
  ): OpCid | undefined {
    const issued = node.replica.issue(draft)
    if (!issued.ok) {
      this.refuse(node, wish, issued.code)
      return undefined
    }
    before?.(issued.value.op.cid)
    this.core.publish(node, issued.value)
    return issued.value.op.cid
  }

  private name(event: ProposeEvent, cid: OpCid): void {
    this.byName.set(event.proposal, cid)
    this.planned.set(cid, event)
  }

  private hear(node: SimNode, ballot: Ballot): void {
    const name = `${node.name} ${ballot.id}`
    if (this.asked.has(name)) return
    this.asked.add(name)
    if (ballot.body.amendment) this.onAmendment(node, ballot)
    const { people } = this.core.scenario
    const event = this.planned.get(ballot.id)
    // What somebody thinks follows from who they are and what it is about, not from when they heard.
    const mind = this.core.random
      .split('people')
      .split(event?.proposal ?? ballot.id)
      .split(node.stakeholder ?? node.name)
    if (!mind.chance(people.turnout)) return
    const choice = mind.chance(event?.yes ?? people.yes) ? 'yes' : 'no'
    const opens = Math.max(this.core.now, this.votingAt(node, ballot))
    const at = this.byDay(node, opens + draw(people.delay, mind))
    this.core.at(at, () => this.vote(node, ballot.id, choice))
    if (!mind.chance(people.revise)) return
    const other = choice === 'yes' ? 'no' : 'yes'
    const again = this.byDay(node, at + draw(people.delay, mind))
    this.core.at(again, () => this.vote(node, ballot.id, other))
  }

  private voteLater(node: SimNode, id: OpCid, choice: VoteChoice): void {
    const ballot = node.replica.views.ballot(id)
    if (!ballot.ok) return
    const opens = this.votingAt(node, ballot.value)
    // It opens when fewer of its author's ballots are unsettled: to be looked at again.
    const at =
      opens > this.core.now && opens < this.core.now + 365 * DAY_MS ? opens : this.core.now + DAY_MS
    this.core.at(at + 1, () => this.vote(node, id, choice))
  }

  private votingAt(node: SimNode, ballot: Ballot): number {
    return node.clock.virtual(timetableOf(ballot, node.replica.local).votingAt)
  }

  private byDay(node: SimNode, at: number): number {
    if (!this.core.scenario.people.timezones) return at
    const local = EPOCH_MS + at + (ZONES[node.region] ?? 0) * HOUR_MS
    const hour = (local % DAY_MS) / HOUR_MS
    if (hour >= MORNING_H && hour < EVENING_H) return at
    const wait = (MORNING_H - hour + 24) % 24
    return at + wait * HOUR_MS
  }

  private refuse(node: SimNode, wish: string, code: string): void {
    this.core.metrics.add(`refused.${code}`)
    this.core.emit({ what: 'refused', node: node.name, wish, code })
  }
}

/** A slot `core@main` is about the component `core`. */
function componentsOf(slot: string, charter: Charter | undefined): string[] {
  const [component = ''] = slot.split('@')
  return charter?.components.some(({ id }) => id === component) ? [component] : []
}

/** Whom a reconstitution names: those whom it removes, in the order of the charter (§3.3). */
const silentIn = (amendment: ProposeEvent['amendment']): { removesSilent?: string[] } =>
  amendment?.change === 'remove' && amendment.silent
    ? { removesSilent: [...amendment.stakeholders] }
    : {}

/** The next charter, as its proposal names it. */
function amendedCharter(node: SimNode, { amendment }: ProposeEvent): Charter | undefined {
  const current = node.replica.charter?.charter
  if (!amendment || !current) return undefined
  const next = { ...current, version: current.version + 1, leavers: [], holders: [] }
  switch (amendment.change) {
    case 'add': {
      const { stakeholder: id, weight } = amendment
      const root = keyBytes(rootOf(id).key)
      const member = { id, name: id, root, weight, functions: [], jurisdictions: [] }
      return { ...next, stakeholders: [...current.stakeholders, member] }
    }
    case 'remove': {
      const leaving = new Set(amendment.stakeholders)
      return { ...next, stakeholders: current.stakeholders.filter(({ id }) => !leaving.has(id)) }
    }
    case 'weight': {
      const { stakeholder, weight } = amendment
      const stakeholders = current.stakeholders.map((member) =>
        member.id === stakeholder ? { ...member, weight } : member,
      )
      return { ...next, stakeholders }
    }
  }
}
