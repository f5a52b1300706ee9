/**
 * Findings about gates: one that nothing can meet, and one that some member alone can hold shut by not
 * attesting (design §3.4). Whose word a gate takes follows from its parameters; what is attested does not
 * matter here, nor which ballots it binds: tests, builds and drills those that change software, reviews and
 * risks all but appeals, overrides and elections (§3.8).
 */
import { ANY_FUNCTION, JUDGED_GATES } from '../gates.ts'
import type { Charter, Stakeholder, Track } from '../schema.ts'
import { type Finding, listed, type Severity } from './finding.ts'

type GateFinding = Omit<Finding, 'track'>

/** A gate of a track, as findings speak of it. */
interface GateContext {
  readonly gate: string
  readonly where: string
  /** What power over a ballot of the track weighs. */
  readonly gravity: Severity
}

/** What a gate asks for. */
interface Asked {
  /** Whose word it takes. */
  readonly takers: readonly Stakeholder[]
  /** How many of them. */
  readonly needed: number
  /** The proposer's word does not count. */
  readonly notAuthor: boolean
}

/** The functions that gates of a track ask for. */
export const gateFunctions = ({ gates }: Track): string[] =>
  Object.values(gates).flatMap((given) => functionAsked(given) ?? [])

/** `undefined` where any will do. */
function functionAsked({ function: wanted }: Track['gates'][string]): string | undefined {
  return typeof wanted === 'string' && wanted !== ANY_FUNCTION ? wanted : undefined
}

/** What the gates of a track risk. */
export const gateFindings = (
  charter: Charter,
  track: Track,
  { where, gravity }: Omit<GateContext, 'gate'>,
): GateFinding[] =>
  Object.entries(track.gates).flatMap(([gate, given]) => {
    const context: GateContext = { gate, where, gravity }
    if (!JUDGED_GATES.has(gate)) return [unjudged(context)]
    const asked = askedOf(charter, gate, given)
    return asked === undefined ? [] : [...outOfReach(context, asked), ...heldShut(context, asked)]
  })

/** `undefined` for a gate that takes nobody's word, such as that on objections. */
function askedOf(
  { stakeholders }: Charter,
  gate: string,
  given: Track['gates'][string],
): Asked | undefined {
  const count = (name: string): number => Number(given[name])
  switch (gate) {
    case 'reviews': {
      const wanted = functionAsked(given)
      const takers = stakeholders.filter(
        ({ functions }) => wanted === undefined || functions.includes(wanted),
      )
      return { takers, needed: count('count'), notAuthor: true }
    }
    case 'builds':
      return { takers: stakeholders, needed: count('reproductions'), notAuthor: true }
    case 'risks':
      return { takers: stakeholders, needed: 1, notAuthor: true }
    case 'interop':
      return { takers: stakeholders, needed: count('passes'), notAuthor: false }
    case 'drills':
      return { takers: stakeholders, needed: count('count'), notAuthor: false }
    default:
      return undefined
  }
}

const unjudged = ({ gate, where }: GateContext): GateFinding => ({
  code: 'gate-unjudged',
  severity: 'error',
  who: [],
  sentence: `Nothing can ever pass ${where}: this version cannot judge the gate ${gate}.`,
  fix: `Take ${gate} away for now; an amendment can add it later.`,
})

const idsOf = (members: readonly Stakeholder[]): string[] => members.map(({ id }) => id)

/** Not enough members could ever attest; or not enough when one of them proposes. */
function outOfReach(
  { gate, where, gravity }: GateContext,
  { takers, needed, notAuthor }: Asked,
): GateFinding[] {
  const fix = 'Ask for fewer, or give what the gate asks for to more members.'
  if (takers.length < needed) {
    const sentence = `Nothing that the gate ${gate} binds can ever pass ${where}: it asks for ${needed}, and ${takers.length} could meet it.`
    return [{ code: 'gate-out-of-reach', severity: gravity, who: idsOf(takers), sentence, fix }]
  }
  if (!notAuthor || takers.length > needed) return []
  const names = listed(
    takers.map(({ name }) => name),
    'or',
  )
  const sentence = `What ${names} proposes can never pass ${where} if the gate ${gate} binds it: that asks for ${needed} of the others, and there are ${needed - 1}.`
  return [{ code: 'gate-out-of-reach', severity: 'warning', who: idsOf(takers), sentence, fix }]
}

/** Whoever of exactly as many as are needed does not attest holds the gate shut. */
function heldShut({ gate, where, gravity }: GateContext, { takers, needed }: Asked): GateFinding[] {
  if (takers.length !== needed) return []
  const names = listed(
    takers.map(({ name }) => name),
    'or',
  )
  return [
    {
      code: 'gate-needs-all',
      severity: gravity,
      who: idsOf(takers),
      sentence: `${names} alone holds open every ballot ${where} that the gate ${gate} binds: it needs the word of all who could give it.`,
      fix: 'Ask for fewer, or give what the gate asks for to more members.',
    },
  ]
}
