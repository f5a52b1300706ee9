/** What the analyser says of a charter, in the words of the vectors (README.md, *Charters*). */
import {
  type Analysis,
  analyse,
  type Reach,
  type TrackAnalysis,
} from '../../../src/charter/analyser/analysis.ts'
import type { Finding } from '../../../src/charter/analyser/finding.ts'
import { findings } from '../../../src/charter/analyser/findings.ts'
import { DIMENSIONS } from '../../../src/charter/analyser/grouping.ts'
import type { Fewest } from '../../../src/charter/analyser/need.ts'
import { POWERS } from '../../../src/charter/analyser/powers.ts'
import { formatFraction } from '../../../src/charter/fraction.ts'
import type { Charter } from '../../../src/charter/schema.ts'

type Words = Readonly<Record<string, string>>

const headOf = ({ severity, code, track }: Finding): string =>
  `${severity} ${code}${track === null ? '' : ` on ${track}`}`

/** A finding as one line: `error one-stalls on standard: a b`. */
export const findingLine = (one: Finding): string => `${headOf(one)}: ${one.who.join(' ')}`.trim()

/** Every finding as one line. */
export const findingLines = (charter: Charter): string[] => findings(charter).map(findingLine)

/** The sentences, or fixes, of the findings that are named by severity, code, track and perhaps members. */
export const sentencesOf = (
  charter: Charter,
  wanted: Words,
  field: 'sentence' | 'fix' = 'sentence',
): Words => {
  const all = findings(charter)
  const said = (name: string): string =>
    all.find((one) => headOf(one) === name || findingLine(one) === name)?.[field] ?? 'absent'
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, said(name)]))
}

/** Of each track that is asked about what is asked. */
export const powersOf = (
  charter: Charter,
  wanted: Readonly<Record<string, Words>>,
): Readonly<Record<string, Words>> => {
  const analysis = analyse(charter)
  const nameOf = ({ track, component }: TrackAnalysis): string =>
    component === null ? track : `${track} of ${component}`
  return Object.fromEntries(
    Object.entries(wanted).map(([name, asked]) => {
      const found = analysis.tracks.find((one) => nameOf(one) === name)
      const all = name === 'charter' ? wholeOf(analysis) : found ? answersOf(found) : {}
      return [
        name,
        Object.fromEntries(Object.keys(asked).map((key) => [key, all[key] ?? 'absent'])),
      ]
    }),
  )
}

/** What is said of the charter as a whole. */
const wholeOf = ({ members, weight, exact }: Analysis): Words => ({
  members: `${members}`,
  weight: `${weight}`,
  exact: `${exact}`,
})

function answersOf(found: TrackAnalysis): Words {
  const { members, weight, faulty, quorum, gini, powers, vetoes, apart } = found
  const sides = apart?.kind === 'yes' ? apart.sides.map((side) => side.join(' ')).join(' | ') : ''
  return {
    members: members.join(' '),
    weights: `W ${weight}, F ${faulty}, Q ${quorum}`,
    gini: formatFraction(gini),
    apart: `${apart?.kind ?? 'absent'} ${sides}`.trim(),
    ...Object.assign(
      {},
      ...POWERS.map((power) => {
        const answer = powers[power]
        return answer === null
          ? { [power]: 'no such rule' }
          : Object.assign(
              reachWords(power, answer.member),
              ...DIMENSIONS.map((by) => reachWords(`${power} by ${by}`, answer[by])),
            )
      }),
      ...vetoes.map((one) => reachWords(`veto of ${one.component}`, one)),
    ),
  }
}

const reachWords = (name: string, { alone, fewest }: Reach): Words => ({
  [name]: fewestWords(fewest),
  [`${name}, weight`]: fewest.kind === 'never' ? '0' : `${fewest.weight}`,
  [`${name}, who`]: fewest.kind === 'never' ? 'nobody' : fewest.who.join(' '),
  [`${name}, alone`]: alone.join(' '),
})

/** `3 by quorum`, `2 to 4 by approval`, `never`. */
export function fewestWords(fewest: Fewest): string {
  if (fewest.kind === 'never') return 'never'
  const count =
    fewest.kind === 'exact' ? `${fewest.count}` : `${fewest.atLeast} to ${fewest.atMost}`
  return `${count} by ${fewest.by}`
}
