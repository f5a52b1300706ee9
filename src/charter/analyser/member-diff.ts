/** Who joins and leaves, and what changes about who stays. */
import { keyIdFromBytes } from '../../op/key-id.ts'
import { formatFraction } from '../fraction.ts'
import { weightSum } from '../lookup.ts'
import type { Charter, Stakeholder } from '../schema.ts'
import { compareShares, type Share, shareOf } from './concentration.ts'
import { listed } from './finding.ts'

/** A change of the membership, in a sentence. */
export interface MemberChange {
  readonly who: string
  readonly change:
    | 'joins'
    | 'leaves'
    | 'root'
    | 'share'
    | 'functions'
    | 'jurisdictions'
    | 'provider'
    | 'time-zone'
  readonly sentence: string
}

/** Every change of the membership: leavers, then newcomers, then who stays, in the charters' order. */
export function memberChanges(before: Charter, after: Charter): MemberChange[] {
  const [old, next] = [byId(before.stakeholders), byId(after.stakeholders)]
  return [
    ...before.stakeholders
      .filter(({ id }) => !next.has(id))
      .map((member) => leaves(member, before)),
    ...after.stakeholders.filter(({ id }) => !old.has(id)).map((member) => joins(member, after)),
    ...after.stakeholders.flatMap((member) => {
      const earlier = old.get(member.id)
      return earlier === undefined
        ? []
        : stays([earlier, member], [shareIn(earlier, before), shareIn(member, after)])
    }),
  ]
}

const byId = (members: readonly Stakeholder[]): ReadonlyMap<string, Stakeholder> =>
  new Map(members.map((member) => [member.id, member]))

const shareIn = ({ weight }: Stakeholder, { stakeholders }: Charter): Share =>
  shareOf(weight, weightSum(stakeholders))

const leaves = (member: Stakeholder, before: Charter): MemberChange => ({
  who: member.id,
  change: 'leaves',
  sentence: `${member.name} leaves, with ${formatFraction(shareIn(member, before))} of the weight.`,
})

const joins = (member: Stakeholder, after: Charter): MemberChange => ({
  who: member.id,
  change: 'joins',
  sentence: `${member.name} joins, with ${formatFraction(shareIn(member, after))} of the weight.`,
})

function stays(
  [old, next]: readonly [Stakeholder, Stakeholder],
  shares: readonly [Share, Share],
): MemberChange[] {
  const { id: who, name } = next
  const changes: MemberChange[] = []
  const note = (change: MemberChange['change'], sentence: string): void => {
    changes.push({ who, change, sentence })
  }
  if (keyIdFromBytes(old.root) !== keyIdFromBytes(next.root))
    note('root', `${name} speaks by another root key.`)
  const order = compareShares(shares[0], shares[1])
  if (order !== 0) {
    const [from, to] = shares.map(formatFraction)
    note('share', `${name} ${order < 0 ? 'gains' : 'loses'} weight: ${to} of all, before ${from}.`)
  }
  for (const field of ['functions', 'jurisdictions'] as const) {
    const sentence = listChange(name, field, [old[field], next[field]])
    if (sentence !== undefined) note(field, sentence)
  }
  if (old.provider !== next.provider)
    note(
      'provider',
      `${name} moves from ${old.provider ?? 'no provider named'} to ${next.provider ?? 'none named'}.`,
    )
  if (old.timeZone !== next.timeZone)
    note(
      'time-zone',
      `${name} works by ${next.timeZone ?? 'no time zone named'}, before by ${old.timeZone ?? 'none named'}.`,
    )
  return changes
}

function listChange(
  name: string,
  field: string,
  [old, next]: readonly [readonly string[], readonly string[]],
): string | undefined {
  const gained = next.filter((one) => !old.includes(one))
  const lost = old.filter((one) => !next.includes(one))
  if (gained.length + lost.length === 0) return undefined
  const parts = [
    ...(gained.length > 0 ? [`gains ${listed(gained)}`] : []),
    ...(lost.length > 0 ? [`loses ${listed(lost)}`] : []),
  ]
  return `${name}, ${field}: ${parts.join(', ')}.`
}
