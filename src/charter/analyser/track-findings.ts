/** Findings about one track: who has too much power there, and what is too easily broken. */

import { invariant } from '../../op/refusal.ts'
import { formatFraction, leastPart } from '../fraction.ts'
import { CONSTITUTIONAL, groupName, trackOf } from '../lookup.ts'
import type { Charter, Track } from '../schema.ts'
import type { Analysis, PowerAnswer, TrackAnalysis } from './analysis.ts'
import { type Finding, listed, namesOf, ruleWords, type Severity } from './finding.ts'
import { gateFindings } from './gate-findings.ts'
import { DIMENSIONS } from './grouping.ts'
import { type Fewest, fewer, rangeOf } from './need.ts'

interface Context {
  readonly charter: Charter
  readonly track: Track
  readonly found: TrackAnalysis
  /** `on standard`, `on domain among the owners of core`. */
  readonly where: string
}

/** What one track of a charter risks. */
export function trackFindings(charter: Charter, found: TrackAnalysis): Finding[] {
  const track = trackOf(charter, found.track)
  invariant(track, 'an analysis is of the tracks of its charter')
  const among =
    found.component === null
      ? ''
      : ` among ${groupName({ component: found.component, members: [] })}`
  const context = { charter, track, found, where: `on ${found.track}${among}` }
  return RULES.flatMap((rule) => rule(context)).map((one) => ({ ...one, track: found.track }))
}

type TrackFinding = Omit<Finding, 'track'>

/** Power over a domain is what its owners wanted; over the coalition it is capture. */
const gravityIn = ({ component }: TrackAnalysis): Severity =>
  component === null ? 'error' : 'warning'

/** One member passes whatever the others say. */
function oneForces({ charter, found, where }: Context): TrackFinding[] {
  const who = found.powers.force.member.alone
  if (who.length === 0 || found.members.length === 1) return []
  return [
    {
      code: 'one-forces',
      severity: gravityIn(found),
      who,
      sentence: `${listed(namesOf(charter, who), 'or')} alone passes any ballot ${where}, whatever the others say.`,
      fix: 'Raise approval.at or the quorum, add a chamber, or lower its weight.',
    },
  ]
}

/** One member passes while the others are silent. */
function onePasses({ charter, found, where }: Context): TrackFinding[] {
  const forcing = found.powers.force.member.alone
  const who = found.powers.pass.member.alone.filter((id) => !forcing.includes(id))
  if (who.length === 0) return []
  return [
    {
      code: 'one-passes',
      severity: 'warning',
      who,
      sentence: `${listed(namesOf(charter, who), 'or')} alone passes a ballot ${where} while all others are silent.`,
      fix: 'Raise the quorum above its weight.',
    },
  ]
}

/** One member blocks by a rule of the track; who already stops all agreement is found elsewhere. */
function oneBlocks({ charter, found, where }: Context): TrackFinding[] {
  const stalling = found.powers.stall.member.alone
  const { alone, fewest } = found.powers.block.member
  const who = alone.filter((id) => !stalling.includes(id))
  if (who.length === 0 || fewest.kind !== 'exact') return []
  return [
    {
      code: 'one-blocks',
      severity: gravityIn(found),
      who,
      sentence: `${listed(namesOf(charter, who), 'or')} alone blocks every ballot ${where}: ${ruleWords(fewest.by)}.`,
      fix: 'Lower the fraction that this rule asks for, or have others share in it.',
    },
  ]
}

/** One member makes provisional outcomes alone. */
function oneActs({ charter, found, where }: Context): TrackFinding[] {
  const who = found.powers.provisional?.member.alone ?? []
  if (who.length === 0 || found.members.length === 1) return []
  return [
    {
      code: 'one-acts',
      severity: 'error',
      who,
      sentence: `${listed(namesOf(charter, who), 'or')} alone reaches the floor of the contingency ${where}, so its own word is a provisional outcome.`,
      fix: 'Raise contingency.floor above its weight, and contingency.stakeholders to at least 2.',
    },
  ]
}

/** Two parts of a partition can both act; what they did is then held until one is settled (§3.7). */
function twoActApart({ charter, track, found, where }: Context): TrackFinding[] {
  if (found.apart === null || found.apart.kind === 'no') return []
  const floor = track.contingency && formatFraction(track.contingency.floor)
  const fix = 'Raise contingency.floor above 1/2, if no two parts of a partition may ever both act.'
  const known = { code: 'two-act-apart', severity: 'warning', fix } as const
  if (found.apart.kind !== 'yes') {
    const sentence = `With a floor of ${floor} two parts of a partition may both act provisionally ${where}; beyond the limits of exactness this is not decided.`
    return [{ ...known, who: [], sentence }]
  }
  const [a, b] = found.apart.sides.map((ids) => listed(namesOf(charter, ids)))
  const sentence = `With a floor of ${floor} two parts of a partition can both act provisionally ${where}: ${a} on one side, ${b} on the other.`
  return [{ ...known, who: found.apart.sides.flat(), sentence }]
}

/** Not even all together meet the contingency. */
function contingencyNever({ found, where }: Context): TrackFinding[] {
  if (found.powers.provisional?.member.fewest.kind !== 'never') return []
  return [
    {
      code: 'contingency-never',
      severity: 'warning',
      who: [],
      sentence: `The contingency ${where} can never act: not even all members together meet it.`,
      fix: 'Ask for fewer stakeholders, or for functions that somebody has; or take it away.',
    },
  ]
}

/** The rules of the track break with fewer absences than agreement would. */
function absencesStop({ charter, found, where }: Context): TrackFinding[] {
  const silent = found.powers.silence.member.fewest
  const stalled = found.powers.stall.member.fewest
  if (silent.kind !== 'exact' || stalled.kind !== 'exact') return []
  if (silent.count < 2 || silent.count >= stalled.count) return []
  const names = listed(namesOf(charter, silent.who))
  return [
    {
      code: 'absences-stop',
      severity: 'warning',
      who: silent.who,
      sentence: `${silent.count} absences stop every ballot ${where} (${names}: ${silent.by}); agreement alone would stand ${stalled.count - 1}.`,
      fix: silent.by.startsWith('chamber')
        ? 'Give the function of this chamber to more members.'
        : 'Lower what this rule asks of the whole electorate.',
    },
  ]
}

/** A ballot passes with no more weight than may be faulty, while the rest is silent. */
function lowQuorum({ track, found, where }: Context): TrackFinding[] {
  const approval = track.approval.of === 'total' ? leastPart(found.weight, track.approval.at) : 1
  const least = Math.max(leastPart(found.weight, track.quorum), approval)
  if (least > found.faulty) return []
  return [
    {
      code: 'low-quorum',
      severity: 'warning',
      who: [],
      sentence: `Weight ${least} of ${found.weight} can pass a ballot ${where} while the rest is silent, and ${found.faulty} may be faulty.`,
      fix: 'Raise the quorum to more than 1/3.',
    },
  ]
}

/** What its gates risk. */
const gates = ({ charter, track, found, where }: Context): TrackFinding[] =>
  gateFindings(charter, track, { where, gravity: gravityIn(found) })

/** Answers of this track are only bounds. */
function onlyBounds({ found, where }: Context): TrackFinding[] {
  const answers = Object.values(found.powers).filter((answer) => answer !== null)
  if (found.apart?.kind !== 'unknown' && answers.every(isExact)) return []
  return [
    {
      code: 'only-bounds',
      severity: 'note',
      who: [],
      sentence: `Some answers ${where} are bounds: the charter is larger than what is answered exactly.`,
      fix: 'Read them as: at least so many are needed, at most so many are enough.',
    },
  ]
}

const isExact = (answer: PowerAnswer): boolean =>
  [answer.member, ...DIMENSIONS.map((dimension) => answer[dimension])].every(
    ({ fewest }) => fewest.kind !== 'bounds',
  )

const RULES: readonly ((context: Context) => TrackFinding[])[] = [
  oneForces,
  onePasses,
  oneBlocks,
  oneActs,
  gates,
  twoActApart,
  contingencyNever,
  absencesStop,
  lowQuorum,
  onlyBounds,
]

/** The rules for changing the rules, and those for haste, are no easier than the everyday ones. */
export const comparisons = (analysis: Analysis): Finding[] => [
  ...easierThanStandard(analysis, CONSTITUTIONAL, {
    code: 'constitution-easier',
    fix: 'Raise its quorum, or measure its approval of the total.',
  }),
  ...easierThanStandard(analysis, 'emergency', {
    code: 'emergency-easier',
    fix: 'Raise its quorum to that of standard.',
  }),
]

function easierThanStandard(
  { tracks }: Analysis,
  track: string,
  known: Pick<Finding, 'code' | 'fix'>,
): Finding[] {
  const passing = (id: string): Fewest =>
    tracks
      .filter((found) => found.track === id)
      .map(({ powers }) => powers.pass.member.fewest)
      .reduce(fewer, { kind: 'never' })
  const here = passing(track)
  const [, most] = rangeOf(here)
  const [least] = rangeOf(passing('standard'))
  if (here.kind === 'never' || most >= least) return []
  const sentence = `${most} can pass a ballot on ${track} while the others are silent, and on standard it takes ${least}.`
  return [{ ...known, severity: 'warning', track, who: here.who, sentence }]
}
