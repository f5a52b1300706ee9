/**
 * What became of each proposal of a run, and what that comes to in numbers. Reads the trace only; what
 * honest nodes saw counts, nothing else is known.
 */
import type { OpCid } from '../../src/op/ids.ts'
import type { ProposeEvent } from '../scenario/event.ts'
import type { TraceRecord } from '../trace/record.ts'

/** A stretch of virtual time, in ms. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** One proposal from its making to its end. */
export interface ProposalCourse {
  readonly ballot: OpCid
  /** By which the scenario names it; of what faulty stakeholders propose, nothing. */
  readonly name: string | undefined
  readonly slot: string | undefined
  readonly by: string
  readonly proposedAt: number
  /** When some node first read a provisional outcome, and when some node read that it is over. */
  provisionalAt: number | undefined
  /** A provisional outcome that stood somewhere and was not ratified. */
  lapsed: boolean
  /** When the first and, so far, the last node read a final outcome. */
  settledAt: number | undefined
  settledLastAt: number | undefined
  outcome: 'adopted' | 'declined' | undefined
  /** Nodes where it stands provisionally now. */
  readonly standing: Set<string>
}

/** Follows a run. */
export class Course {
  readonly proposals = new Map<OpCid, ProposalCourse>()
  readonly partitions: Span[] = []
  #conflicts = 0
  readonly #planned = new Map<string, ProposeEvent>()
  readonly #open = new Map<object, number>()
  #healedAt: number | undefined

  /** Takes in the next record. */
  observe(record: TraceRecord): void {
    const { at } = record
    switch (record.what) {
      case 'fault':
        this.#fault(record)
        break
      case 'heal':
        this.#healedAt = at
        for (const from of this.#open.values()) this.partitions.push({ from, to: at })
        this.#open.clear()
        break
      case 'proposed': {
        const { ballot, node: by, proposal: name } = record
        const slot = this.#planned.get(name)?.slot
        this.proposals.set(ballot, begun({ ballot, name, slot, by, proposedAt: at }))
        break
      }
      case 'overlay':
        this.#overlay(record)
        break
      case 'settled': {
        const course = this.proposals.get(record.ballot)
        if (!course) break
        course.settledAt ??= at
        course.settledLastAt = at
        course.outcome ??= record.outcome
      }
    }
  }

  /** Numbers for tables and plots; shares from 0 to 1, times in ms. */
  metrics(): Record<string, number> {
    const all = [...this.proposals.values()]
    const parted = all.flatMap((course) => this.#partedUntil(course))
    const latencies = all.flatMap(({ settledAt, proposedAt }) =>
      settledAt === undefined ? [] : [settledAt - proposedAt],
    )
    return {
      'proposals.made': all.length,
      'proposals.settled': all.filter(({ settledAt }) => settledAt !== undefined).length,
      'proposals.adopted': all.filter(({ outcome }) => outcome === 'adopted').length,
      'provisional.stood': all.filter(({ provisionalAt }) => provisionalAt !== undefined).length,
      'provisional.lapsed': all.filter(({ lapsed }) => lapsed).length,
      'provisional.conflicts': this.#conflicts,
      'parted.open': parted.length,
      'parted.decided': parted.filter((isDecided) => isDecided).length,
      ...(latencies.length > 0 && { 'settled.meanMs': Math.round(mean(latencies)) }),
    }
  }

  #fault({ at, event, phase }: Extract<TraceRecord, { what: 'fault' }>): void {
    if (event.do === 'propose' && phase === 'begins') this.#planned.set(event.proposal, event)
    if (event.do !== 'partition') return
    if (phase === 'begins') this.#open.set(event, at)
    else {
      const from = this.#open.get(event)
      if (from !== undefined) this.partitions.push({ from, to: at })
      this.#open.delete(event)
    }
  }

  #overlay({ at, node, ballot, state }: Extract<TraceRecord, { what: 'overlay' }>): void {
    const course = this.proposals.get(ballot)
    if (!course) return
    if (state === 'lapsed') course.lapsed ||= course.provisionalAt !== undefined
    if (state !== 'provisional') {
      course.standing.delete(node)
      return
    }
    course.provisionalAt ??= at
    course.standing.add(node)
    const rivals = [...this.proposals.values()].filter(
      (other) =>
        other !== course &&
        other.slot === course.slot &&
        course.slot !== undefined &&
        other.standing.size > 0,
    )
    this.#conflicts += course.standing.size === 1 ? rivals.length : 0
  }

  /** Whether a proposal that was open in a partition was decided, if only provisionally, before its end. */
  #partedUntil(course: ProposalCourse): boolean[] {
    const decidedAt = Math.min(
      course.provisionalAt ?? Number.POSITIVE_INFINITY,
      course.settledAt ?? Number.POSITIVE_INFINITY,
    )
    const end = this.#healedAt ?? Number.POSITIVE_INFINITY
    return this.partitions
      .filter(({ from, to }) => course.proposedAt < Math.min(to, end) && decidedAt > from)
      .map(({ to }) => decidedAt <= to)
  }
}

const begun = (
  course: Pick<ProposalCourse, 'ballot' | 'name' | 'slot' | 'by' | 'proposedAt'>,
): ProposalCourse => ({
  ...course,
  provisionalAt: undefined,
  lapsed: false,
  settledAt: undefined,
  settledLastAt: undefined,
  outcome: undefined,
  standing: new Set(),
})

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
