/**
 * What the shape of a charter cannot say: that its parts fit together (design §3.2, §3.7). Each
 * rule is one small function. Used on what people write and on what arrives from the network.
 */
import { keyIdFromBytes } from '../op/key-id.ts'
import { PROTOCOL } from '../op/type.ts'
import { checkFractions } from './check-fractions.ts'
import { checkRecourse } from './check-recourse.ts'
import { checkTrack } from './check-track.ts'
import { MAX_DURATION_MS } from './duration.ts'
import { DOMAIN, REQUIRED_TRACKS, trackOf } from './lookup.ts'
import { type Problem, problem } from './problem.ts'
import { checkReconstitution } from './reconstitution.ts'
import type { Charter } from './schema.ts'
import { CHARTER_SLOT, isSlot } from './slot.ts'
import { checkWords, repeats } from './words.ts'

/**
 * Everything that is wrong with a charter of the right shape; empty when it may be founded on. By
 * the rules of `protocol`: for an amendment that of the charter which it follows, because builds
 * that know more must not find another one valid than builds that know less (§2.1).
 */
export const checkCharter = (charter: Charter, protocol = PROTOCOL): Problem[] => [
  ...checkFractions(charter),
  ...RULES.flatMap((rule) => rule(charter)),
  ...checkRecourse(charter, protocol),
  ...checkReconstitution(charter),
  ...Object.entries(charter.tracks).flatMap(([id, track]) =>
    checkTrack(charter, id, track, protocol),
  ),
]

/** The id of a stakeholder or component is used once. */
const uniqueIds = (charter: Charter): Problem[] =>
  (['stakeholders', 'components'] as const).flatMap((field) =>
    repeats(charter[field].map(({ id }) => id)).map(([i, id]) =>
      problem([field, i, 'id'], `"${id}" a second time`, 'an id of its own'),
    ),
  )

/** A root speaks for one stakeholder. */
const uniqueRoots = (charter: Charter): Problem[] =>
  repeats(charter.stakeholders.map(({ root }) => keyIdFromBytes(root))).map(([i, key]) =>
    problem(['stakeholders', i, 'root'], `${key} a second time`, 'a root key of its own'),
  )

/** A stakeholder has only functions that the charter defines, each once. */
const knownFunctions = (charter: Charter): Problem[] =>
  charter.stakeholders.flatMap(({ functions }, i) =>
    checkWords(
      ['stakeholders', i, 'functions'],
      'function',
      functions,
      Object.keys(charter.functions),
    ),
  )

/** A component is owned by members. */
const knownOwners = (charter: Charter): Problem[] => {
  const members = charter.stakeholders.map(({ id }) => id)
  return charter.components.flatMap(({ owners }, i) =>
    checkWords(['components', i, 'owners'], 'stakeholder', owners, members),
  )
}

/** A component depends on other components of the charter. */
const knownDependencies = (charter: Charter): Problem[] =>
  charter.components.flatMap(({ id, depends }, i) => {
    const others = charter.components.map((other) => other.id).filter((other) => other !== id)
    return checkWords(['components', i, 'depends'], 'component', depends, others)
  })

/** The tracks that the protocol itself uses are there. */
const requiredTracks = (charter: Charter): Problem[] => {
  const domains = charter.components.some(({ decidedBy }) => decidedBy === 'owners')
  return [...REQUIRED_TRACKS, ...(domains ? [DOMAIN] : [])]
    .filter((id) => trackOf(charter, id) === undefined)
    .map((id) => problem(['tracks'], `no track "${id}"`, `the tracks ${listed(domains)}`, ADVICE))
}

const ADVICE = 'add it, or extend a preset'
const listed = (domains: boolean): string =>
  [...REQUIRED_TRACKS, ...(domains ? [DOMAIN] : [])].join(', ')

/** Ages and intervals are more than nothing, and sums of them stay exact. */
const soundLimits = ({ limits }: Charter): Problem[] =>
  (['keyMaxAge', 'checkpointEvery'] as const)
    .filter((name) => limits[name] < 1 || limits[name] > MAX_DURATION_MS)
    .map((name) => problem(['limits', name], `${limits[name]} ms`, `1 ms to ${MAX_DURATION_MS} ms`))

/** Only an amendment has leavers, and names each of their keys once (§3.3). */
const soundLeavers = ({ version, leavers }: Charter): Problem[] => {
  if (version === 1 && leavers.length > 0)
    return [problem(['leavers'], 'leavers', 'none in the first version of a charter')]
  return repeats(leavers.map(({ key }) => keyIdFromBytes(key))).map(([i, key]) =>
    problem(['leavers', i, 'key'], `${key} a second time`, 'each key once'),
  )
}

/** Only an amendment hands slots over, each of them once and with a good name (§3.3). */
const soundHolders = (charter: Charter): Problem[] => {
  if (charter.version === 1 && charter.holders.length > 0)
    return [problem(['holders'], 'slot holders', 'none in the first version of a charter')]
  const slots = charter.holders.map(({ slot }) => slot)
  return [
    ...repeats(slots).map(([i, slot]) =>
      problem(['holders', i, 'slot'], `"${slot}" a second time`, 'each slot once'),
    ),
    // The charter's own holder follows from the line of charters, and nothing may cut that.
    ...slots.flatMap((slot, i) =>
      isSlot(slot) && slot !== CHARTER_SLOT
        ? []
        : [problem(['holders', i, 'slot'], `"${slot}"`, 'a slot such as core@main')],
    ),
  ]
}

const RULES: readonly ((charter: Charter) => Problem[])[] = [
  uniqueIds,
  uniqueRoots,
  knownFunctions,
  knownOwners,
  knownDependencies,
  requiredTracks,
  soundLimits,
  soundLeavers,
  soundHolders,
]
