/** What a sound charter still risks (design §3.2): each finding has a sentence and a fix. */
import { formatDuration } from '../duration.ts'
import { formatFraction, moreThan } from '../fraction.ts'
import { DOMAIN, faultBound, type Group, groupName, groupsOf, weightSum } from '../lookup.ts'
import type { Charter, Track } from '../schema.ts'
import { type Analysis, analyse } from './analysis.ts'
import { type Finding, listed, namesOf, type Severity } from './finding.ts'
import { gateFunctions } from './gate-findings.ts'
import { groupingBy } from './grouping.ts'
import { overnightFindings } from './overnight.ts'
import { comparisons, trackFindings } from './track-findings.ts'

/** The risks of a charter that `checkCharter` has nothing against, the gravest first. */
export function findings(charter: Charter, analysis: Analysis = analyse(charter)): Finding[] {
  const found = [
    ...decidingGroups(charter).flatMap((group) => groupFindings(charter, group)),
    ...weightShares(charter),
    ...heldByOne(charter),
    ...analysis.tracks.flatMap((track) => trackFindings(charter, track)),
    ...comparisons(analysis),
    ...standingVetoes(charter, analysis),
    ...restGoesOn(charter),
    ...overnightFindings(charter),
  ]
  return found.toSorted((a, b) => GRAVITY[b.severity] - GRAVITY[a.severity])
}

const GRAVITY: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 }

/** The coalition, and the owners of each component that they decide. */
const decidingGroups = (charter: Charter): Group[] => [
  ...groupsOf(charter, ''),
  ...groupsOf(charter, DOMAIN),
]

function groupFindings(charter: Charter, group: Group): Finding[] {
  const total = weightSum(group.members)
  const faulty = faultBound(total)
  const ids = group.members.map(({ id }) => id)
  if (group.members.length === 1) return [soleDecider(group)]
  if (group.members.every(({ weight }) => weight > faulty)) {
    const sentence = `Not one faulty member is tolerated among ${groupName(group)}: of weight ${total} at most ${faulty} may be faulty, and every member is heavier.`
    const fix = 'Have four members of about equal weight or more.'
    return [{ code: 'no-fault-tolerance', severity: 'error', track: null, who: ids, sentence, fix }]
  }
  return [...stallers(charter, group, faulty), ...sharedFates(group, faulty)]
}

/** A single decider has nobody to disagree with: grave for a coalition, a choice for a domain. */
function soleDecider(group: Group): Finding {
  const known = {
    track: null,
    who: group.members.map(({ id }) => id),
    sentence: `${listed(group.members.map(({ name }) => name))} alone decides as ${groupName(group)}.`,
    fix: 'Add others, unless that is what you want.',
  }
  return group.component === null
    ? { code: 'no-fault-tolerance', severity: 'error', ...known }
    : { code: 'sole-decider', severity: 'warning', ...known }
}

/** One member is heavier than what may be faulty: without its node nothing settles (§3.6). */
function stallers(charter: Charter, group: Group, faulty: number): Finding[] {
  const who = group.members.filter(({ weight }) => weight > faulty).map(({ id }) => id)
  if (who.length === 0) return []
  const each = who.length === 1 ? 'it is' : 'either of them is'
  const sentence = `Nothing settles among ${groupName(group)} while ${listed(namesOf(charter, who), 'or')} is away, and ${each} more than the weight of ${faulty} that agreement tolerates as faulty.`
  const fix = 'Lower its weight to less than a third of all, or raise that of others.'
  return [{ code: 'one-stalls', severity: 'error', track: null, who, sentence, fix }]
}

/** Members that fail together, at one provider or under one law, weigh more than may be faulty. */
function sharedFates(group: Group, faulty: number): Finding[] {
  return (['provider', 'jurisdiction'] as const).flatMap((dimension) => {
    const { names, membersOf } = groupingBy(dimension, group.members)
    return names.flatMap((name): Finding[] => {
      const members = membersOf([name])
      const weight = weightSum(members)
      if (members.length < 2 || weight <= faulty) return []
      const where = dimension === 'provider' ? `the provider ${name}` : `the jurisdiction ${name}`
      return [
        {
          code: `${dimension}-stalls`,
          severity: dimension === 'provider' && group.component === null ? 'error' : 'warning',
          track: null,
          who: members.map(({ id }) => id),
          sentence: `${listed(members.map((member) => member.name))} share ${where}: weight ${weight} of ${groupName(group)} can fail at once, and agreement tolerates ${faulty}.`,
          fix:
            dimension === 'provider'
              ? `Have some of them run their nodes elsewhere than at ${name}.`
              : `Admit members outside ${name}, or keep in mind that one order there stops everything.`,
        },
      ]
    })
  })
}

/** No member is heavier than the charter's own cap on shares of the weight. */
function weightShares(charter: Charter): Finding[] {
  const total = weightSum(charter.stakeholders)
  const cap = charter.limits.maxWeightShare
  return charter.stakeholders
    .filter(({ weight }) => moreThan(weight, total, cap))
    .map(({ id, name, weight }) => ({
      code: 'weight-share',
      severity: 'error',
      track: null,
      who: [id],
      sentence: `${name} has ${weight} of ${total} of the weight, more than ${formatFraction(cap)}.`,
      fix: 'Lower its weight, raise that of others, or raise limits.maxWeightShare.',
    }))
}

/** Reconstitution is on: what that gives up (§3.3). */
function restGoesOn({ reconstitution }: Charter): Finding[] {
  if (reconstitution === undefined) return []
  const after = formatDuration(reconstitution.after)
  return [
    {
      code: 'rest-goes-on',
      severity: 'warning',
      track: null,
      who: [],
      sentence: `Once members of more than 1/3 and less than 1/2 of the weight have said nothing for ${after}, the rest may go on without them: it gives up the safety of agreement against a partition that lasts longer, which can end with members put out who were only out of reach, or with two charters and nothing decided any more.`,
      fix: `Leave reconstitution away unless ${after} of silence can only mean that somebody is gone for good.`,
    },
  ]
}

/** A function that some track relies on is held by one member. */
function heldByOne(charter: Charter): Finding[] {
  return Object.keys(charter.functions).flatMap((name): Finding[] => {
    const holders = charter.stakeholders.filter(({ functions }) => functions.includes(name))
    const tracks = Object.entries(charter.tracks)
      .filter(([, track]) => functionsOf(track).includes(name))
      .map(([id]) => id)
    const [only] = holders
    if (only === undefined || holders.length > 1 || tracks.length === 0) return []
    return [
      {
        code: 'function-held-by-one',
        severity: 'warning',
        track: null,
        who: [only.id],
        sentence: `Only ${only.name} has the function ${name}, without which nothing is decided on ${listed(tracks)}.`,
        fix: `Give ${name} to a second member, or do not rely on it.`,
      },
    ]
  })
}

/** The functions without which nothing, or nothing provisional, is decided on a track. */
const functionsOf = (track: Track): string[] => [
  ...track.chambers.map((chamber) => chamber.function),
  ...(track.contingency?.functions ?? []),
  ...gateFunctions(track),
]

/** An owner's veto stands although all others say yes: meant so, but good to know. */
function standingVetoes(charter: Charter, { tracks }: Analysis): Finding[] {
  return charter.components.flatMap(({ id }): Finding[] => {
    const standing = tracks.flatMap(({ track, vetoes }) =>
      vetoes
        .filter(({ component, alone }) => component === id && alone.length > 0)
        .map(({ alone }) => ({ track, alone })),
    )
    if (standing.length === 0) return []
    const who = [...new Set(standing.flatMap(({ alone }) => alone))]
    const on = [...new Set(standing.map(({ track }) => track))]
    return [
      {
        code: 'owner-veto-stands',
        severity: 'note',
        track: null,
        who,
        sentence: `${listed(namesOf(charter, who), 'or')} can stop every change of ${id} alone, on ${listed(on)}, even if all others say yes.`,
        fix: 'Lower veto.override of these tracks if that is too much.',
      },
    ]
  })
}
