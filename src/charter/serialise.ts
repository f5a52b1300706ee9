/** A normalised charter as YAML text that reads back as the same charter. */
import { stringify } from 'yaml'
import { keyIdFromBytes } from '../op/key-id.ts'
import { formatDuration } from './duration.ts'
import { formatFraction } from './fraction.ts'
import type { Charter, Fraction, Stakeholder, Track } from './schema.ts'

/** Writes a charter with everything explicit; `parseCharter` gives it back. */
export const serialiseCharter = (charter: Charter): string =>
  // The core schema quotes all text that another reader could take for a number or a word.
  stringify(plainCharter(charter), { schema: 'core', lineWidth: 0, aliasDuplicateObjects: false })

/** A charter as people write it: maps, lists, text and numbers. */
export const plainCharter = (charter: Charter): object => ({
  ...charter,
  stakeholders: charter.stakeholders.map(plainStakeholder),
  tracks: eachValue(charter.tracks, plainTrack),
  limits: {
    ...charter.limits,
    maxWeightShare: formatFraction(charter.limits.maxWeightShare),
    keyMaxAge: formatDuration(charter.limits.keyMaxAge),
    checkpointEvery: formatDuration(charter.limits.checkpointEvery),
  },
  ...(charter.council && {
    council: { ...charter.council, term: formatDuration(charter.council.term) },
  }),
  ...(charter.reconstitution && {
    reconstitution: { after: formatDuration(charter.reconstitution.after) },
  }),
  ...(charter.review && { review: { every: formatDuration(charter.review.every) } }),
  leavers: charter.leavers.map(({ key, seq, cid }) => ({
    key: keyIdFromBytes(key),
    seq,
    cid: cid.toString(),
  })),
  holders: charter.holders.map(({ slot, holder }) => ({
    slot,
    holder: holder?.toString() ?? null,
  })),
})

const plainStakeholder = (stakeholder: Stakeholder): object => ({
  ...stakeholder,
  root: keyIdFromBytes(stakeholder.root),
})

const plainTrack = (track: Track): object => ({
  ...track,
  windows: eachValue(track.windows, formatDuration),
  quorum: formatFraction(track.quorum),
  approval: { ...track.approval, at: formatFraction(track.approval.at) },
  chambers: track.chambers.map((chamber) => ({
    ...chamber,
    approval: formatFraction(chamber.approval),
  })),
  veto: {
    ...track.veto,
    coalition: formatOptional(track.veto.coalition),
    override: formatOptional(track.veto.override),
  },
  contingency: track.contingency && {
    ...track.contingency,
    after: formatDuration(track.contingency.after),
    floor: formatFraction(track.contingency.floor),
    approval: formatFraction(track.contingency.approval),
    ratifyWithin: formatDuration(track.contingency.ratifyWithin),
  },
})

const formatOptional = (fraction: Fraction | null): string | null =>
  fraction === null ? null : formatFraction(fraction)

const eachValue = <A, B>(values: Readonly<Record<string, A>>, turn: (value: A) => B): object =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, turn(value)]))
