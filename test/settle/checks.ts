/**
 * What must hold of honest nodes with at most F faulty (design §3.6): agreement, slot exclusivity,
 * justified adoption, irrevocability, termination, no violation, equal digests; and of a reduced
 * coalition (§3.7): no provisional outcome without an honest seal, none un-formed, each lapses, and of
 * two that meet none is chosen; of a reconstitution (§3.3): nobody is put out who was heard.
 */
import { positions } from '../../src/ballot/position.ts'
import { tally } from '../../src/ballot/tally.ts'
import { verdict } from '../../src/ballot/verdict.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Duty } from '../../src/replica/duties.ts'
import type { Outcome, Standing } from '../../src/replica/outcomes.ts'
import { stateHere } from '../../src/replica/overlay.ts'
import type { SettleNode } from './node.ts'

/** What a check finds wrong. */
export interface Finding {
  readonly check:
    | 'agreement'
    | 'slot-exclusivity'
    | 'justified-adoption'
    | 'irrevocability'
    | 'termination'
    | 'violation-reported'
    | 'digests'
    | 'duties-end'
    | 'provisional-justified'
    | 'provisional-irrevocability'
    | 'lapse'
    | 'provisional-alike'
    | 'silence'
  readonly sentence: string
}

type Kind = Outcome['outcome']

/** Watches honest nodes through a run. */
export class Watch {
  readonly findings: Finding[] = []
  private readonly seen = new Map<SettleNode, Map<OpCid, Kind>>()
  private readonly settled = new Map<OpCid, Kind>()
  private readonly endorsed = new Set<OpCid>()
  /** The votes that each honest node judged to pass, by node and ballot. */
  private readonly judged = new Map<string, string>()
  /** Ballots that an honest node sealed provisionally. */
  private readonly goneAhead = new Set<OpCid>()
  /** When each honest node was first seen to hold a provisional outcome, by its clock. */
  private readonly formed = new Map<SettleNode, Map<OpCid, number>>()
  /** What honest nodes made of provisional outcomes that meet in a slot, by these. */
  private readonly met = new Map<string, string>()
  /** Some honest node held two provisional outcomes of one slot. */
  hasHeld = false

  /** Looks at an honest node after it did its duties. */
  observe(node: SettleNode): void {
    const standing = node.replica.views.standing()
    const seen = this.seen.get(node) ?? new Map<OpCid, Kind>()
    this.seen.set(node, seen)
    for (const [id, { outcome }] of standing?.outcomes ?? []) {
      const before = seen.get(id) ?? 'open'
      if (outcome === before || !isAnchored(node, id)) continue
      if (before !== 'open')
        this.find('irrevocability', `${who(node)}: ${short(id)} was ${before}, is ${outcome}`)
      seen.set(id, outcome)
      this.agree(node, id, outcome)
    }
    for (const { sentence } of standing?.violations ?? [])
      this.find('violation-reported', `${who(node)}: ${sentence}`)
    if (!standing) return
    this.observeProvisional(node, standing)
    this.expectAlike(node, standing)
  }

  /** Who knows of the same provisional outcomes in one slot says the same of them (§3.7). */
  private expectAlike(node: SettleNode, { provisional, outcomes }: Standing): void {
    if (provisional.size < 2) return
    const ballots = node.replica.views.ballots()
    const isAt = ({ id }: Ballot, kind: Kind): boolean => outcomes.get(id)?.outcome === kind
    const bySlot = Map.groupBy(
      ballots,
      ({ generation }) => `${generation.slot} after ${generation.replaces}`,
    )
    for (const [slot, rivals] of bySlot) {
      if (rivals.some((ballot) => isAt(ballot, 'adopted'))) continue
      const met = rivals.filter((ballot) => provisional.has(ballot.id) && isAt(ballot, 'open'))
      const states = met.map(({ id }) => `${short(id)} ${provisional.get(id)}`).sort()
      const name = met
        .map(({ id }) => id)
        .sort()
        .join()
      const first = this.met.get(name) ?? states.join()
      this.met.set(name, first)
      if (first !== states.join())
        this.find('provisional-alike', `${slot}: ${states} at ${who(node)}, elsewhere ${first}`)
    }
  }

  private observeProvisional(node: SettleNode, { provisional, outcomes }: Standing): void {
    const { replica } = node
    const now = replica.clock.now()
    const formed = this.formed.get(node) ?? new Map<OpCid, number>()
    this.formed.set(node, formed)
    for (const id of provisional.keys()) {
      // Once it is settled nobody records what can have no effect any more.
      if (!formed.has(id) && outcomes.get(id)?.outcome === 'open') formed.set(id, now)
      if (!this.goneAhead.has(id))
        this.find('provisional-justified', `${short(id)} goes ahead, sealed by no honest node`)
    }
    this.hasHeld ||= [...provisional.values()].includes('held')
    for (const [id, since] of formed) {
      const ballot = replica.views.ballot(id)
      if (!ballot.ok || !isElector(node, ballot.value)) continue
      const state = stateHere(ballot.value, provisional, now)
      const { ratifyWithin } = ballot.value.track.contingency ?? { ratifyWithin: 0 }
      if (state === undefined)
        this.find('provisional-irrevocability', `${short(id)} un-formed at ${who(node)}`)
      else if (now >= since + ratifyWithin && state !== 'lapsed' && state !== 'ratified')
        this.find('lapse', `${short(id)} is ${state} at ${who(node)}, long after its time`)
    }
  }

  /** Looks at what an honest node is about to do: it may endorse only what it judged to pass. */
  beforeDuty(node: SettleNode, { kind, ballot: id, draft, notes }: Duty): void {
    const ballot = id === null ? undefined : node.replica.views.ballot(id)
    if (!ballot?.ok || id === null) return
    const name = `${who(node)} ${id}`
    const closing = kind === 'close' ? notes?.[0]?.[1] : undefined
    if (kind === 'provisional-seal') this.goneAhead.add(id)
    if (closing) {
      const { votes, endorse } = JSON.parse(closing)
      if (endorse && passes(ballot.value, votes)) this.judged.set(name, String(votes))
    } else if (kind === 'seal' && draft?.body.verdict === 'endorse') {
      this.expectSilent(node, ballot.value)
      const tallied = draft.refs[Number(draft.body.tally)] ?? id
      if (this.judged.get(name) === String(ballot.value.tallies.get(tallied)?.votes))
        this.endorsed.add(id)
      else this.find('justified-adoption', `${who(node)} endorses ${short(id)}, which fails`)
    }
  }

  /** Whom a ballot removes as silent was so by the clock of who endorses it (§3.3). */
  private expectSilent(node: SettleNode, { id: ballot, charter, body }: Ballot): void {
    const { ledger, clock } = node.replica
    const { after } = charter.reconstitution ?? { after: 0 }
    for (const { id, root } of charter.stakeholders) {
      if (!body.removesSilent?.includes(id)) continue
      const rootKey = keyIdFromBytes(root)
      const keys = [rootKey, ...ledger.keyring.keysOf(rootKey)]
      const heard = keys.flatMap((key) => ledger.chains.get(key)?.main ?? [])
      const last = Math.max(...heard.map(({ seenAt }) => seenAt))
      if (clock.now() < last + after)
        this.find('silence', `${who(node)} endorses ${short(ballot)}, but has heard ${id}`)
    }
  }

  /** Looks at all honest nodes when everything has been exchanged. */
  conclude(nodes: readonly SettleNode[]): void {
    for (const node of nodes) {
      this.observe(node)
      this.expectSettled(node)
    }
    const [one] = nodes
    if (one) this.expectSlotsHeldOnce(one)
    for (const [id, kind] of this.settled)
      if (kind === 'adopted' && !this.endorsed.has(id))
        this.find('justified-adoption', `${short(id)} is adopted, endorsed by no honest node`)
    this.expectEqualDigests(nodes)
  }

  /** What a ballot came to at the node that settled it first. */
  outcomeOf(id: OpCid): Kind {
    return this.settled.get(id) ?? 'open'
  }

  /** Notes a finding once. */
  find(check: Finding['check'], sentence: string): void {
    if (!this.findings.some((found) => found.check === check && found.sentence === sentence))
      this.findings.push({ check, sentence })
  }

  private agree(node: SettleNode, id: OpCid, outcome: Kind): void {
    if (outcome === 'open') return
    const first = this.settled.get(id)
    if (first === undefined) this.settled.set(id, outcome)
    else if (first !== outcome)
      this.find('agreement', `${short(id)} is ${first} elsewhere, ${outcome} at ${who(node)}`)
  }

  private expectSettled(node: SettleNode): void {
    for (const ballot of openBallots(node))
      this.find('termination', `${who(node)} never settled ${short(ballot.id)}`)
  }

  private expectSlotsHeldOnce(node: SettleNode): void {
    const winners = new Map<string, OpCid>()
    for (const { id, generation } of node.replica.views.ballots()) {
      if (this.settled.get(id) !== 'adopted') continue
      const name = `${generation.slot} after ${generation.replaces}`
      const other = winners.get(name)
      if (other) this.find('slot-exclusivity', `${name}: ${short(other)} and ${short(id)}`)
      winners.set(name, id)
    }
  }

  private expectEqualDigests(nodes: readonly SettleNode[]): void {
    const digests = nodes.map((node) => ({ node, ...node.replica.digest() }))
    const [first] = digests
    for (const { node, ops, state, count } of digests) {
      if (ops !== first?.ops)
        this.find('digests', `${who(node)} counts other operations (${count}, ${first?.count})`)
      else if (state !== first.state) this.find('digests', `${who(node)} derives another state`)
    }
  }
}

/** An elector records at once what it reads; who only reads may have to wait for that. */
const isElector = ({ key }: SettleNode, { eligibility }: Ballot): boolean =>
  key !== undefined && eligibility.stakeholderOf(key) !== undefined

/**
 * True where what a node reads of a ballot cannot change any more. An elector that reads a
 * certificate refers to it at once. Who only reads must see that electors of weight F+1, so an
 * honest one, refer to it: until then a forked key can take its words back (§3.6).
 */
function isAnchored({ replica, key }: SettleNode, id: OpCid): boolean {
  const ballot = replica.views.ballot(id)
  if (!ballot.ok || !key) return false
  const { eligibility, settlements, board, electorate } = ballot.value
  if (eligibility.stakeholderOf(key) || board.settlements().length === 0) return true
  const recorded = new Set(settlements.map(({ stakeholder }) => stakeholder))
  return board.weight(recorded) > electorate.faulty
}

/** Ballots under a charter of the line that have no outcome at a node. */
export function openBallots({ replica }: SettleNode): Ballot[] {
  const standing = replica.views.standing()
  return replica.views
    .ballots()
    .filter(
      ({ id, charterId }) =>
        standing?.line.some((charter) => charter.id === charterId) &&
        standing.outcomes.get(id)?.outcome === 'open',
    )
}

/** The verdict over exactly these votes: what any auditor computes from a tally. */
function passes(ballot: Ballot, votes: readonly OpCid[]): boolean {
  const counted = tally({
    positions: positions(
      votes.flatMap((cid) => ballot.votes.get(cid) ?? []),
      ballot.electorate,
    ),
    electorate: ballot.electorate,
    charter: ballot.charter,
    components: ballot.body.components,
    track: ballot.track,
  })
  const { electorate, track, gates } = ballot
  const judged = verdict({ tally: counted, electorate, track, gates, withdrawn: false })
  return judged.result === 'passes'
}

const short = (cid: OpCid): string => cid.slice(-6)
const who = ({ member }: SettleNode): string => member?.id ?? 'a reader'
