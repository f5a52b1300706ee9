/** Counts how often a run got into each situation (`names.ts`). */
import type { OpCid } from '../../src/op/ids.ts'
import type { WorldView } from '../oracle/oracle.ts'
import type { TimedEvent } from '../scenario/event.ts'
import type { TraceRecord } from '../trace/record.ts'
import { SITUATIONS, type Situation } from './names.ts'

type Partition = Extract<TimedEvent, { readonly do: 'partition' }>

/** Counts of one run, of what honest nodes saw first. */
export class Situations {
  private readonly counted = new Map<string, number>()
  private readonly once = new Set<string>()
  /** Ballots that were provisionally adopted somewhere, by slot and what they replace there. */
  private readonly provisional = new Map<string, Set<OpCid>>()
  private readonly outcomes = new Map<OpCid, 'adopted' | 'declined'>()
  private readonly open = new Set<OpCid>()
  private readonly sealed = new Map<string, Set<OpCid>>()
  /** Partitions that are open. */
  private readonly partitions = new Set<Partition>()

  /** Looks at a record. */
  observe(record: TraceRecord, view: WorldView): void {
    switch (record.what) {
      case 'fault':
        if (record.event.do !== 'partition') break
        if (record.phase === 'ends') this.noteStuck(view)
        if (record.phase === 'begins') this.partitions.add(record.event)
        else this.partitions.delete(record.event)
        break
      case 'heal':
        this.noteStuck(view)
        this.partitions.clear()
        break
      case 'proposed':
        this.open.add(record.ballot)
        break
      case 'started':
        if (
          record.at > 0 &&
          view.node(record.node)?.honest &&
          view.node(record.node)?.startedAt === view.now &&
          this.open.size > 0
        )
          this.note('joined-during-ballot')
        break
      case 'stopped':
        if ([...(this.sealed.get(record.node) ?? [])].some((ballot) => this.open.has(ballot)))
          this.note('crashed-while-settling')
        break
      case 'sealed':
        this.sealed.set(record.node, (this.sealed.get(record.node) ?? new Set()).add(record.ballot))
        break
      case 'settled':
        this.settled(record, view)
        break
      case 'overlay':
        this.overlay(record, view)
        break
      case 'fork-seen':
        this.first('fork-seen', record.key)
        if (record.by !== null && this.isInMinority(record.by, view))
          this.first('equivocator-in-minority', record.key)
        break
      case 'violation':
        this.first('violation-raised', record.ballots.join())
        break
      case 'stale':
        this.first('stale-key', record.node)
        break
      case 'refused':
        if (record.code === 'window-closed') this.note('vote-too-late')
        break
      default:
    }
  }

  /** How often each was reached; 0 where never. */
  counts(): Record<string, number> {
    return Object.fromEntries(SITUATIONS.map(({ name }) => [name, this.counted.get(name) ?? 0]))
  }

  private settled(
    { node, ballot, outcome, round, endedBy }: Extract<TraceRecord, { what: 'settled' }>,
    view: WorldView,
  ): void {
    if (this.outcomes.has(ballot)) return
    this.outcomes.set(ballot, outcome)
    this.open.delete(ballot)
    this.note(outcome)
    if (endedBy !== null) this.note('ended-by-amendment')
    if (this.partitions.size > 0) this.note('settled-in-partition')
    const found = view.node(node)?.replica.views.ballot(ballot)
    if (!found?.ok) return
    const { board, body } = found.value
    if (body.amendment && outcome === 'adopted') this.note('amended')
    if (body.removesSilent && outcome === 'adopted') this.note('reconstituted')
    const isContested =
      board.estimateWeight(1, 'adopt') > 0 && board.estimateWeight(1, 'decline') > 0
    if (isContested && (round ?? 1) > 1) this.note('beyond-round-1')
  }

  private overlay(
    { node, ballot, state }: Extract<TraceRecord, { what: 'overlay' }>,
    view: WorldView,
  ): void {
    if (state === 'held') this.first('held', ballot)
    if (state === 'provisional') this.first('contingency-invoked', ballot)
    if (state === 'provisional' || state === 'held') this.noteSides(node, ballot, view)
    if (state === 'ratified') this.first('ratified', ballot)
    if (state === 'lapsed') this.first('lapsed', ballot)
    if (state === 'lapsed' && this.outcomes.get(ballot) === 'declined')
      this.first('late-joiner-overturned', ballot)
  }

  /** Of one slot two ballots were adopted provisionally, wherever. */
  private noteSides(node: string, ballot: OpCid, view: WorldView): void {
    const found = view.node(node)?.replica.views.ballot(ballot)
    if (!found?.ok) return
    const { slot, replaces } = found.value.generation
    const place = `${slot} ${replaces}`
    const ballots = (this.provisional.get(place) ?? new Set()).add(ballot)
    this.provisional.set(place, ballots)
    if (ballots.size > 1) this.first('two-sides-provisional', place)
  }

  /** Past their window and open at the end of a partition. */
  private noteStuck(view: WorldView): void {
    if (this.partitions.size === 0) return
    for (const { replica } of view.honest.slice(0, 1))
      for (const ballot of replica.views.ballots()) {
        const end = ballot.proposal.seenAt + ballot.windows.voting + ballot.windows.settle
        const outcome = replica.views.standing()?.outcomes.get(ballot.id)?.outcome
        if (outcome === 'open' && replica.clock.now() > end)
          this.first('stuck-in-partition', ballot.id)
      }
  }

  /** On a side of a partition that has less than half of the weight. */
  private isInMinority(stakeholder: string, { scenario: { coalition } }: WorldView): boolean {
    const weigh = (names: readonly string[]): number =>
      coalition.members.reduce((sum, { id, weight }) => sum + (names.includes(id) ? weight : 0), 0)
    const all = weigh(coalition.members.map(({ id }) => id))
    return [...this.partitions].some(({ sides }) =>
      sides.some((side) => side.includes(stakeholder) && 2 * weigh(side) < all),
    )
  }

  private first(name: Situation, about: string): void {
    if (this.once.has(`${name} ${about}`)) return
    this.once.add(`${name} ${about}`)
    this.note(name)
  }

  private note(name: Situation): void {
    this.counted.set(name, (this.counted.get(name) ?? 0) + 1)
  }
}
