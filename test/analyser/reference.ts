/**
 * Who has which power, by trying: every subset, and for each what the verdict itself says of the worst
 * that can be voted. Slow and plain, so that the exact algorithms can be held against it.
 */
import { contingencyRules } from '../../src/ballot/contingency.ts'
import { type Electorate, electorateFrom } from '../../src/ballot/electorate.ts'
import type { Position, Stance } from '../../src/ballot/position.ts'
import { type Tally, tally } from '../../src/ballot/tally.ts'
import { type Verdict, verdict } from '../../src/ballot/verdict.ts'
import type { PowerName } from '../../src/charter/analyser/powers.ts'
import type { Charter, Stakeholder, Track } from '../../src/charter/schema.ts'

/** A set of members: bit i stands for the i-th. */
export type MemberSet = number

/** Who decides, on what. */
export interface Stage {
  readonly charter: Charter
  readonly track: Track
  readonly members: readonly Stakeholder[]
  /** Components that its ballots may touch. */
  readonly touchable: Charter['components']
}

/** What can be said of sets of members by trying. */
export class Reference {
  private readonly stage: Stage
  private readonly electorate: Electorate
  private readonly all: MemberSet

  constructor(stage: Stage) {
    this.stage = stage
    this.electorate = electorateFrom(stage.members)
    this.all = 2 ** stage.members.length - 1
  }

  /** True when the set has the power; `null` where the track has no such rule. */
  has(power: PowerName, set: MemberSet): boolean | null {
    switch (power) {
      case 'pass':
        return this.passes(set, 'yes', 'silent')
      case 'force':
        return AGAINST.every((stance) => this.passes(set, 'yes', stance))
      case 'override':
        return this.overrides(set)
      case 'block':
        return AGAINST.some((stance) => !this.passes(this.all ^ set, 'yes', stance))
      case 'silence':
        return !this.passes(this.all ^ set, 'yes', 'silent') || this.has('stall', set)
      case 'veto':
        return this.vetoes(set)
      case 'provisional':
        return this.actsProvisionally(set)
      case 'stall':
        return this.weigh(this.all ^ set) < this.electorate.quorum
    }
  }

  /** True when the set stops a change to the component by an owner's veto alone. */
  ownersVeto(set: MemberSet, component: string): boolean {
    const stances = this.stances(this.all ^ set, 'yes', 'veto')
    return isBroken(this.judge(stances, [component]).verdict, 'owner-veto')
  }

  /** True when two sets without a common member both act provisionally. */
  actApart(): boolean {
    for (let set = 0; set <= this.all; set++)
      if (this.actsProvisionally(set) && this.actsProvisionally(this.all ^ set)) return true
    return false
  }

  /** True when the verdict passes whatever each of the others says: all ways are tried. */
  forcesByTrying(set: MemberSet): boolean {
    const others = this.stage.members.flatMap((_, i) => (set & (1 << i) ? [] : [i]))
    const base = this.stances(set, 'yes', 'silent')
    const tryFrom = (next: number, stances: readonly Stance[]): boolean => {
      const member = others[next]
      if (member === undefined) return this.judge(stances, []).verdict.result === 'passes'
      return EVERYTHING.every((stance) => tryFrom(next + 1, stances.with(member, stance)))
    }
    return tryFrom(0, base)
  }

  private passes(set: MemberSet, stance: Stance, others: Stance): boolean {
    return this.judge(this.stances(set, stance, others), []).verdict.result === 'passes'
  }

  private stances = (set: MemberSet, inside: Stance, outside: Stance): Stance[] =>
    this.stage.members.map((_, i) => (set & (1 << i) ? inside : outside))

  private judge(stances: readonly Stance[], components: readonly string[], change = SAME) {
    const { charter, track } = this.stage
    const { electorate } = this
    const positions = new Map(
      electorate.members.map(({ id }, i) => [id, positionOf(stances[i] ?? 'silent')]),
    )
    const counted = change(tally({ positions, electorate, charter, components, track }))
    return {
      tally: counted,
      verdict: verdict({ tally: counted, electorate, track, gates: [], withdrawn: false }),
    }
  }

  private vetoes(set: MemberSet): boolean | null {
    if (this.stage.track.veto.coalition === null) return null
    const stances = this.stances(set, 'veto', 'yes')
    return isBroken(this.judge(stances, []).verdict, 'coalition-veto')
  }

  /** As *force*, with an owner's veto put into every tally. */
  private overrides(set: MemberSet): boolean | null {
    const { track, members, touchable } = this.stage
    const touched = touchable.find(({ owners }) => members.some(({ id }) => owners.includes(id)))
    const owner = this.electorate.members.find(({ id }) => touched?.owners.includes(id))
    if (!track.veto.owners || touched === undefined || owner === undefined) return null
    const vetoed = (counted: Tally): Tally => ({
      ...counted,
      ownerVetoes: [
        { component: touched.id, stakeholder: owner.id, weight: owner.weight, reasoned: true },
      ],
    })
    return AGAINST.every((stance) => {
      const stances = this.stances(set, 'yes', stance)
      return this.judge(stances, [], vetoed).verdict.result === 'passes'
    })
  }

  /** All of the set say yes, and the contingency's rules are asked. */
  private actsProvisionally(set: MemberSet): boolean | null {
    const { track } = this.stage
    const { electorate } = this
    const { contingency } = track
    if (contingency === null) return null
    const counted = this.judge(this.stances(set, 'yes', 'silent'), []).tally
    const rest = { gates: [], withdrawn: false, reversible: true }
    return contingencyRules({ contingency, tally: counted, electorate, track, ...rest }).every(
      ({ met }) => met,
    )
  }

  private weigh = (set: MemberSet): number =>
    this.stage.members.reduce((sum, { weight }, i) => (set & (1 << i) ? sum + weight : sum), 0)
}

/** The worst that others can say: nothing, no, or a veto. */
const AGAINST: readonly Stance[] = ['silent', 'no', 'veto', 'abstain']
/** All that one can say. */
const EVERYTHING: readonly Stance[] = ['yes', 'no', 'abstain', 'veto', 'conflicted', 'silent']

const SAME = (counted: Tally): Tally => counted

const positionOf = (stance: Stance): Position => ({ stance, votes: [], reasoned: true })

const isBroken = ({ rules }: Verdict, name: string): boolean =>
  rules.some(({ rule, met }) => rule === name && !met)
