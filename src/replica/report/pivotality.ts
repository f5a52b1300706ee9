/**
 * Who decided a ballot, from the votes that were judged. With gates as they are and everybody else's
 * position as it was, a stakeholder
 * - was **decisive** when, had it been silent, the verdict would have passed instead of not, or not
 *   instead of passing;
 * - was **pivotal** when some one position of its own (yes, no, abstain, a veto with a reason, silence)
 *   would have done that. Who is decisive is pivotal; who was silent is never decisive.
 * All by the rules of the ballot's own track: an owner's veto makes it pivotal on most ballots.
 */
import type { Elector, Electorate } from '../../ballot/electorate.ts'
import type { Stance } from '../../ballot/position.ts'
import type { Tally, Weights } from '../../ballot/tally.ts'
import { type VerdictInput, verdict } from '../../ballot/verdict.ts'
import { componentOf } from '../../charter/lookup.ts'
import type { Charter } from '../../charter/schema.ts'
import type { StakeholderId } from '../../op/ids.ts'

/** What one stakeholder's position was to the verdict. */
export interface Pivot {
  readonly decisive: boolean
  readonly pivotal: boolean
}

/** What is judged, and which components' owners may veto. */
export interface PivotInput extends VerdictInput {
  readonly charter: Charter
  readonly components: readonly string[]
}

/** The positions that a stakeholder may take by itself. */
export const OPEN_STANCES = ['yes', 'no', 'abstain', 'veto', 'silent'] as const satisfies Stance[]
type OpenStance = (typeof OPEN_STANCES)[number]

/** Every elector's part in the verdict, in the electorate's order. */
export function pivots(input: PivotInput): ReadonlyMap<StakeholderId, Pivot> {
  const passes = passesWith(input, input.tally)
  const stances = new Map(input.tally.lines.map(({ stakeholder, stance }) => [stakeholder, stance]))
  return new Map(
    membersOf(input.electorate).map((member) => {
      const from = stances.get(member.id) ?? 'silent'
      const turns = (to: OpenStance): boolean =>
        to !== from && passesWith(input, moved(input, member, { from, to })) !== passes
      return [member.id, { decisive: turns('silent'), pivotal: OPEN_STANCES.some(turns) }]
    }),
  )
}

const membersOf = ({ members }: Electorate): readonly Elector[] => members

const passesWith = (input: PivotInput, tally: Tally): boolean =>
  verdict({ ...input, tally }).result === 'passes'

interface Move {
  readonly from: Stance
  readonly to: OpenStance
}

/** The tally with one stakeholder's weight moved; its lines stay, as no rule reads them. */
function moved({ tally, charter, components }: PivotInput, member: Elector, move: Move): Tally {
  const owned = [...new Set(components)].filter((id) =>
    componentOf(charter, id)?.owners.includes(member.id),
  )
  const vetoes = tally.ownerVetoes.filter(({ stakeholder }) => stakeholder !== member.id)
  const own = move.to === 'veto' ? owned : []
  return {
    ...tally,
    ...shifted(tally, member.weight, move),
    chambers: tally.chambers.map((chamber) =>
      member.functions.includes(chamber.function)
        ? { ...chamber, ...shifted(chamber, member.weight, move) }
        : chamber,
    ),
    ownerVetoes: [
      ...vetoes,
      ...own.map((component) => ({
        ...{ component, stakeholder: member.id, weight: member.weight, reasoned: true },
      })),
    ],
  }
}

function shifted(weights: Weights, weight: number, { from, to }: Move): Weights {
  const { total, yes, no, abstain, veto, conflicted, silent } = weights
  const sums = { yes, no, abstain, veto, conflicted, silent }
  sums[from] -= weight
  sums[to] += weight
  return { ...sums, total, participation: total - sums.silent }
}
