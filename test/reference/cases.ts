/** Random ballots, a good share of them within one unit of a threshold. */

import {
  type Case,
  judge,
  type Part,
  type Rules,
  type Vote,
  type Voter,
} from '../../sim/reference/evaluator.ts'
import { randomFrom } from '../support/people.ts'

const FUNCTIONS = ['maintainer', 'operator', 'auditor']
const COMPONENTS = ['core', 'wire']
const SAYS = ['yes', 'yes', 'yes', 'no', 'abstain', 'veto'] as const
const REASONS = ['', '  ', 'it breaks us']

/** Makes cases from a seed. */
export class CaseMaker {
  private readonly next: () => number

  constructor(seed: number) {
    this.next = randomFrom(seed)
  }

  /** One ballot; its thresholds lie about the weights that it has. */
  make(): Case {
    const voters = Array.from({ length: this.int(1, 7) }, (_, i) => this.voter(i))
    const votes = this.votes(voters)
    const draft = {
      voters,
      votes,
      touches: COMPONENTS.filter(() => this.chance(0.6)),
      gatesHold: Array.from({ length: this.int(0, 2) }, () => this.chance(0.9)),
      isWithdrawn: this.chance(0.03),
      isReversible: this.chance(0.7),
    }
    return { ...draft, rules: this.rules(draft) }
  }

  private voter(i: number): Voter {
    return {
      name: `s${i + 1}`,
      weight: this.chance(0.5) ? 1 : this.int(1, 9),
      functions: FUNCTIONS.filter(() => this.chance(0.4)),
      owns: COMPONENTS.filter(() => this.chance(0.4)),
    }
  }

  private votes(voters: readonly Voter[]): Vote[] {
    const votes: Vote[] = []
    for (const voter of voters)
      for (let left = this.pick([0, 1, 1, 1, 1, 2, 3]) ?? 1; left > 0; left--)
        votes.push({
          name: `v${votes.length}`,
          by: voter.name,
          says: this.pick(SAYS) ?? 'no',
          because: this.pick(REASONS) ?? '',
          // Also votes of others, which nobody can replace.
          replaces: votes.filter(() => this.chance(0.4)).map(({ name }) => name),
        })
    return votes
  }

  private rules(draft: Omit<Case, 'rules'>): Rules {
    const { stances } = judge({ ...draft, rules: NO_RULES })
    const weigh = (test: (voter: Voter, stance: string) => boolean): number =>
      draft.voters
        .filter((voter) => test(voter, stances.get(voter.name) ?? ''))
        .reduce((sum, { weight }) => sum + weight, 0)
    const total = weigh(() => true)
    const yes = weigh((_, stance) => stance === 'yes')
    const cast = weigh((_, stance) => ['yes', 'no', 'veto'].includes(stance))
    const there = weigh((_, stance) => stance !== 'silent')
    const veto = weigh((_, stance) => stance === 'veto')
    const approvalOf = this.pick(['cast', 'total'] as const) ?? 'cast'
    const chambers = FUNCTIONS.filter(() => this.chance(0.3)).map((of) => {
      const isIn = (voter: Voter) => voter.functions.includes(of)
      const base = weigh(
        (voter, stance) =>
          isIn(voter) && (approvalOf === 'total' || ['yes', 'no', 'veto'].includes(stance)),
      )
      return {
        of,
        approval: this.about(
          weigh((v, s) => isIn(v) && s === 'yes'),
          base,
        ),
      }
    })
    return {
      quorum: this.about(there, total),
      approval: this.about(yes, approvalOf === 'cast' ? cast : total),
      approvalOf,
      chambers,
      ownersMayVeto: this.chance(0.6),
      override: this.chance(0.6) ? this.about(yes, total) : null,
      coalitionVeto: this.chance(0.6) ? this.about(veto, total) : null,
      contingency: this.chance(0.6)
        ? {
            floor: this.about(there, total),
            members: this.int(1, draft.voters.length),
            functions: FUNCTIONS.filter(() => this.chance(0.2)),
            approval: this.about(yes, cast),
            onlyReversible: this.chance(0.6),
          }
        : null,
    }
  }

  /** A threshold at, one unit beside, or anywhere about part/whole: in 0 < f ≤ 1. */
  private about(part: number, whole: number): Part {
    if (whole === 0 || this.chance(0.4)) {
      const den = this.int(1, 12)
      return { num: this.int(1, den), den }
    }
    const scale = this.int(1, 3)
    const num = part * scale + (this.pick([-scale, -1, 0, 0, 1, scale]) ?? 0)
    return { num: Math.min(Math.max(num, 1), whole * scale), den: whole * scale }
  }

  private chance(probability: number): boolean {
    return this.next() < probability
  }

  private int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.next() * list.length)]
  }
}

const ALL = { num: 1, den: 1 }
const NO_RULES: Rules = {
  quorum: ALL,
  approval: ALL,
  approvalOf: 'cast',
  chambers: [],
  ownersMayVeto: false,
  override: null,
  coalitionVeto: null,
  contingency: null,
}
