/** Turns what honest nodes do and read into records of the trace. */
import type { OpCid, StakeholderId } from '../../src/op/ids.ts'
import type { Duty } from '../../src/replica/duties.ts'
import { STALE_NOTE } from '../../src/replica/local.ts'
import type { Outcome } from '../../src/replica/outcomes.ts'
import { stateHere } from '../../src/replica/overlay.ts'
import type { Core, Happening } from './core.ts'
import type { SimNode } from './node.ts'

/** Overlay states that change by the clock alone. */
const PASSING: ReadonlySet<string> = new Set(['provisional', 'held'])

interface Seen {
  readonly outcomes: Map<OpCid, Outcome['outcome']>
  readonly overlays: Map<OpCid, string>
  readonly forks: Set<string>
  readonly violations: Set<string>
  isStale: boolean
}

/** What was seen of each node. */
export class Watcher {
  private readonly core: Core
  private readonly seen = new Map<SimNode, Seen>()

  constructor(core: Core) {
    this.core = core
  }

  /** Looks at a duty that is about to be done. */
  duty(node: SimNode, { kind, ballot, draft, notes, why }: Duty): void {
    if (ballot === null) return
    const closing = kind === 'close' ? notes?.[0]?.[1] : undefined
    if (closing) {
      const { votes, endorse } = JSON.parse(closing)
      this.core.emit({ what: 'closed', node: node.name, ballot, endorse, votes, why })
    }
    if (kind !== 'seal' || draft?.type !== 'seal') return
    const found = node.replica.views.ballot(ballot)
    const tally = draft.refs[Number(draft.body.tally)] ?? ballot
    const votes = (found.ok && found.value.tallies.get(tally)?.votes) || []
    const verdict = draft.body.verdict === 'endorse' ? 'endorse' : 'decline'
    this.core.emit({ what: 'sealed', node: node.name, ballot, verdict, tally, votes })
  }

  /** Looks at what a node reads now. */
  look(node: SimNode): void {
    const seen = this.of(node)
    this.lookAtForks(node, seen)
    if (!seen.isStale && node.replica.local.get(STALE_NOTE) !== undefined) {
      seen.isStale = true
      this.core.emit({ what: 'stale', node: node.name })
    }
    const standing = node.replica.views.standing()
    if (standing && standing !== node.standing) this.lookAtOutcomes(node, seen)
    node.standing = standing
    this.lookAtOverlays(node, seen)
  }

  private of(node: SimNode): Seen {
    const known = this.seen.get(node)
    if (known) return known
    const maps = { outcomes: new Map(), overlays: new Map() }
    const made = {
      ...maps,
      forks: new Set<string>(),
      violations: new Set<string>(),
      isStale: false,
    }
    this.seen.set(node, made)
    return made
  }

  private lookAtOutcomes(node: SimNode, seen: Seen): void {
    const standing = node.replica.views.standing()
    for (const [ballot, outcome] of standing?.outcomes ?? []) {
      const before = seen.outcomes.get(ballot) ?? 'open'
      if (outcome.outcome === before) continue
      if (outcome.outcome === 'open') {
        seen.outcomes.delete(ballot)
        this.core.emit({ what: 'unsettled', node: node.name, ballot })
        continue
      }
      if (!isAnchored(node, ballot)) continue
      seen.outcomes.set(ballot, outcome.outcome)
      this.core.emit(settled(node.name, ballot, outcome))
    }
    for (const { kind, ballots } of standing?.violations ?? []) {
      const name = `${kind} ${ballots.join()}`
      if (seen.violations.has(name)) continue
      seen.violations.add(name)
      this.core.emit({ what: 'violation', node: node.name, kind, ballots })
    }
  }

  private lookAtOverlays(node: SimNode, seen: Seen): void {
    const provisional = node.replica.views.standing()?.provisional
    if (!provisional || (provisional.size === 0 && seen.overlays.size === 0)) return
    for (const id of provisional.keys()) {
      const before = seen.overlays.get(id)
      if (before !== undefined && !PASSING.has(before) && before === provisional.get(id)) continue
      const ballot = node.replica.views.ballot(id)
      if (!ballot.ok) continue
      const state = stateHere(ballot.value, provisional, node.clock.now())
      if (state === undefined || state === before) continue
      seen.overlays.set(id, state)
      this.core.emit({ what: 'overlay', node: node.name, ballot: id, state })
    }
  }

  private lookAtForks(node: SimNode, seen: Seen): void {
    for (const key of node.evidence) {
      if (seen.forks.has(key)) continue
      seen.forks.add(key)
      const charter = node.replica.charter?.charter
      const by = (charter && node.replica.views.stakeholderOf(key, charter)) ?? null
      this.core.emit({ what: 'fork-seen', node: node.name, key, by })
    }
  }
}

const settled = (node: string, ballot: OpCid, outcome: Outcome): Happening => ({
  what: 'settled',
  node,
  ballot,
  outcome: outcome.outcome === 'adopted' ? 'adopted' : 'declined',
  round: outcome.round ?? null,
  endedBy: outcome.endedBy ?? null,
})

/**
 * True where what a node reads of a ballot cannot change any more (§3.6, 3): an elector that reads a
 * certificate refers to it at once; who only reads must see that electors of weight F+1 refer to it.
 */
export function isAnchored({ replica, signer }: SimNode, id: OpCid): boolean {
  const ballot = replica.views.ballot(id)
  if (!ballot.ok) return false
  const { eligibility, settlements, board, electorate } = ballot.value
  if (board.settlements().length === 0) return true
  const recorded = new Set<StakeholderId>(settlements.map(({ stakeholder }) => stakeholder))
  const self = signer && eligibility.stakeholderOf(signer.key)
  return (self !== undefined && recorded.has(self)) || board.weight(recorded) > electorate.faulty
}
