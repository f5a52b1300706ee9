/** What many runs exercised, as a table: a check that never meets the hard cases proves little. */
import { DOMAIN } from '../../src/charter/lookup.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Outcome } from '../../src/replica/outcomes.ts'
import type { Replica } from '../../src/replica/replica.ts'

/** What a run exercised. */
export interface Coverage {
  readonly adopted: boolean
  readonly declined: boolean
  /** A ballot on which both values were proposed settled beyond round 1. */
  readonly beyondRound1: boolean
  /** A partition parted nodes while a ballot was being settled, and then healed. */
  readonly healed: boolean
  /** An honest node holds proof that a key forked. */
  readonly forked: boolean
  /** A ballot was ended by the amendment of its charter. */
  readonly amended: boolean
  /** A reduced coalition adopted a ballot provisionally. */
  readonly provisional: boolean
  /** Two ballots of one slot were provisionally adopted, and a node that knew of both held them. */
  readonly held: boolean
  /** Members of more than a third of the weight were silent for months. */
  readonly dormant: boolean
  /** Some of them came back while a ballot that removes them was open. */
  readonly returned: boolean
  /** The rest went on without them. */
  readonly reconstituted: boolean
  /** Owners decided by themselves on what is theirs. */
  readonly domain: boolean
}

/** Reads from one replica at the end what a run exercised; the rest only the run itself knows. */
export function coverageOf(
  replica: Replica | undefined,
  seen: Pick<Coverage, 'healed' | 'held' | 'dormant' | 'returned'>,
): Coverage {
  const standing = replica?.views.standing()
  const outcomes = standing?.outcomes ?? new Map<never, Outcome>()
  const ended = [...outcomes.values()]
  const ballots = replica?.views.ballots() ?? []
  const isAdopted = ({ id }: Ballot): boolean => outcomes.get(id)?.outcome === 'adopted'
  const chains = [...(replica?.ledger.chains.values() ?? [])]
  return {
    adopted: ended.some(({ outcome }) => outcome === 'adopted'),
    declined: ended.some(({ outcome }) => outcome === 'declined'),
    beyondRound1: ballots.some(
      (ballot) => isContested(ballot) && (outcomes.get(ballot.id)?.round ?? 1) > 1,
    ),
    healed: seen.healed,
    forked: chains.some(({ forkedAt }) => Number.isFinite(forkedAt)),
    amended: ended.some(({ endedBy }) => endedBy !== undefined),
    provisional: (standing?.provisional.size ?? 0) > 0,
    held: seen.held,
    domain: ballots.some(({ body }) => body.track === DOMAIN),
    dormant: seen.dormant,
    returned: seen.returned,
    reconstituted: ballots.some((one) => one.body.removesSilent !== undefined && isAdopted(one)),
  }
}

const isContested = ({ board }: Ballot): boolean =>
  board.estimateWeight(1, 'adopt') > 0 && board.estimateWeight(1, 'decline') > 0

/** Share of all runs that must meet each case; of those with dormant members, each of theirs. */
export const LEAST_SHARE = { plain: 0.05, dormant: 0.2 } as const
/** Cases that must come up often enough. */
export const CASES = {
  plain: [
    'adopted',
    'declined',
    'beyondRound1',
    'healed',
    'forked',
    'provisional',
    'held',
    'domain',
  ],
  dormant: ['returned', 'reconstituted'],
} as const

type Kind = keyof typeof CASES
const KINDS: readonly Kind[] = ['plain', 'dormant']

/** Counts over many runs. */
export class CoverageTable {
  private readonly sizes: Record<Kind, number> = { plain: 0, dormant: 0 }
  private readonly counts: Record<Kind, Map<string, number>> = {
    plain: new Map(),
    dormant: new Map(),
  }

  /** Runs so far. */
  get runs(): number {
    return this.sizes.plain + this.sizes.dormant
  }

  /** Counts one run in. */
  add({ coverage }: { readonly coverage: Coverage }): void {
    const kind = coverage.dormant ? 'dormant' : 'plain'
    this.sizes[kind]++
    const counts = this.counts[kind]
    for (const [name, met] of Object.entries(coverage))
      counts.set(name, (counts.get(name) ?? 0) + (met ? 1 : 0))
  }

  /** Cases that came up too rarely. */
  rare(): string[] {
    const plain = CASES.plain.filter(
      (name) =>
        this.count('plain', name) + this.count('dormant', name) < LEAST_SHARE.plain * this.runs,
    )
    const least = LEAST_SHARE.dormant * this.sizes.dormant
    return [...plain, ...CASES.dormant.filter((name) => this.count('dormant', name) < least)]
  }

  private count(kind: Kind, name: string): number {
    return this.counts[kind].get(name) ?? 0
  }

  /** One line for each case: name, runs, share of the runs of its kind. */
  toString(): string {
    return KINDS.map((kind) => this.part(kind)).join('\n')
  }

  private part(kind: Kind): string {
    const size = this.sizes[kind]
    const line = ([name, count]: readonly [string, number]): string =>
      `  ${name.padEnd(14)}${String(count).padStart(7)}  ${((100 * count) / size).toFixed(1)} %`
    const share = ((100 * size) / this.runs).toFixed(1)
    const title = `settlement, ${TITLES[kind]}: ${size} of ${this.runs} runs, ${share} %`
    return [title, ...[...this.counts[kind]].map(line), ''].join('\n')
  }
}

const TITLES: Readonly<Record<Kind, string>> = {
  plain: 'all may be heard',
  dormant: 'more than a third silent for months',
}
