/** Where the analyser and the reference differ on a charter, in sentences; none when they agree. */
import {
  type Analysis,
  analyse,
  type Reach,
  type TrackAnalysis,
} from '../../src/charter/analyser/analysis.ts'
import { DIMENSIONS, groupingBy } from '../../src/charter/analyser/grouping.ts'
import {
  POWER_RULES,
  POWERS,
  type PowerName,
  type PowerRules,
} from '../../src/charter/analyser/powers.ts'
import { groupsOf } from '../../src/charter/lookup.ts'
import type { Charter, Stakeholder } from '../../src/charter/schema.ts'
import { type MemberSet, Reference } from './reference.ts'

/** Everything in which an analysis by these rules differs from what trying shows. */
export function disagreements(charter: Charter, rules: PowerRules = POWER_RULES): string[] {
  const analysis = analyse(charter, rules)
  return analysis.tracks.flatMap((found) => trackDisagreements(charter, analysis, found))
}

function trackDisagreements(charter: Charter, { exact }: Analysis, found: TrackAnalysis): string[] {
  const track = charter.tracks[found.track]
  const group = groupsOf(charter, found.track).find(
    ({ component }) => component === found.component,
  )
  if (track === undefined || group === undefined) return [`no track ${found.track}`]
  const { members } = group
  const touchable = charter.components.filter(
    ({ id }) => found.component === null || id === found.component,
  )
  const reference = new Reference({ charter, track, members, touchable })
  return [
    ...(exact ? [] : ['an answer is only a bound']),
    ...POWERS.flatMap((power) => powerDisagreements(reference, members, { found, power })),
    ...found.vetoes.flatMap(({ component, alone, fewest }) =>
      reachDisagreements((set) => reference.ownersVeto(set, component), choicesOf(members), {
        reach: { alone, fewest },
        name: `veto of ${component}`,
      }),
    ),
    ...((found.apart?.kind === 'yes') === reference.actApart() ? [] : ['acting apart']),
  ].map((what) => `${found.track} ${found.component ?? ''}: ${what}`)
}

function powerDisagreements(
  reference: Reference,
  members: readonly Stakeholder[],
  { found, power }: { readonly found: TrackAnalysis; readonly power: PowerName },
): string[] {
  const answer = found.powers[power]
  const has = (set: MemberSet): boolean => reference.has(power, set) === true
  if (answer === null || reference.has(power, 0) === null)
    return (answer === null) === (reference.has(power, 0) === null)
      ? []
      : [`${power}: no such rule`]
  return [
    ...reachDisagreements(has, choicesOf(members), { reach: answer.member, name: power }),
    ...DIMENSIONS.flatMap((dimension) => {
      const { names, membersOf } = groupingBy(dimension, members)
      const choices = new Map(
        names.map((name) => [name, setOf(members, membersOf([name]))] as const),
      )
      return reachDisagreements(has, choices, {
        reach: answer[dimension],
        name: `${power} by ${dimension}`,
      })
    }),
  ]
}

/** Members, or groups of them, by name. */
type Choices = ReadonlyMap<string, MemberSet>

const choicesOf = (members: readonly Stakeholder[]): Choices =>
  new Map(members.map(({ id }, i) => [id, 1 << i]))

const setOf = (members: readonly Stakeholder[], chosen: readonly Stakeholder[]): MemberSet =>
  members.reduce((set, member, i) => (chosen.includes(member) ? set | (1 << i) : set), 0)

function reachDisagreements(
  has: (set: MemberSet) => boolean,
  choices: Choices,
  { reach, name }: { readonly reach: Reach; readonly name: string },
): string[] {
  const alone = [...choices].filter(([, set]) => has(set)).map(([id]) => id)
  const fewest = fewestByTrying(has, [...choices.values()])
  const { kind } = reach.fewest
  const count = reach.fewest.kind === 'exact' ? reach.fewest.count : undefined
  const who = reach.fewest.kind === 'exact' ? reach.fewest.who : []
  const named = who.reduce((set, id) => set | (choices.get(id) ?? 0), 0)
  return [
    ...(alone.join() === reach.alone.join() ? [] : [`${name} alone: ${reach.alone} for ${alone}`]),
    ...(count === fewest ? [] : [`${name}: ${kind} ${count} for ${fewest}`]),
    ...(count === undefined || (who.length === count && has(named))
      ? []
      : [`${name}: not by ${who}`]),
  ]
}

/** The size of the smallest choice whose union will do; `undefined` when none does. */
function fewestByTrying(
  has: (set: MemberSet) => boolean,
  sets: readonly MemberSet[],
): number | undefined {
  let best: number | undefined
  for (let choice = 1; choice < 2 ** sets.length; choice++) {
    const chosen = sets.filter((_, i) => choice & (1 << i))
    if (best !== undefined && chosen.length >= best) continue
    if (has(chosen.reduce((union, set) => union | set, 0))) best = chosen.length
  }
  return best
}
