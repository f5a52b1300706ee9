/**
 * What a reduced coalition has done on a ballot (design §3.7): its provisional seals. A function of
 * the counted set, but for the moments of first sight.
 */
import {
  type Contingency,
  contingencyRules,
  formedAt,
  meetsFloor,
  type ProvisionalSeal,
} from '../ballot/contingency.ts'
import type { Rule, VerdictInput } from '../ballot/verdict.ts'
import type { Held } from '../chain/held.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { Frame } from './frame.ts'
import type { Topic } from './topics.ts'

/** The contingency of one ballot. */
export interface Provisional {
  readonly contingency: Contingency
  /** Every rule of the contingency by the votes that are held. */
  readonly rules: readonly Rule[]
  /** One for each stakeholder that sealed provisionally. */
  readonly seals: readonly ProvisionalSeal[]
  /** When the seals first met the floor, in ms by this node's clock; absent until they do. */
  readonly formedAt?: number
  /** Who has recorded provisional seals that meet the floor. */
  readonly recordedBy: ReadonlySet<StakeholderId>
}

/** What provisional seals are read by. */
export interface ProvisionalContext {
  readonly speakers: (held: Held) => readonly StakeholderId[]
  readonly tallies: Pick<ReadonlySet<OpCid>, 'has'>
  /** What the contingency's rules are judged by, when they are asked for. */
  readonly input: () => VerdictInput
}

/** Reads the provisional seals of a ballot; undefined where its track has no contingency. */
export function deriveProvisional(
  topic: Topic,
  { electorate, track, body: { reversible } }: Pick<Frame, 'electorate' | 'track' | 'body'>,
  { speakers, tallies, input }: ProvisionalContext,
): Provisional | undefined {
  const { contingency } = track
  if (contingency === null) return undefined
  const seals = sealsOf(topic, speakers, tallies)
  const formed = formedAt(contingency, electorate, seals)
  const present = new Map<OpCid, StakeholderId[]>()
  for (const { cid, stakeholder } of seals)
    present.set(cid, [...(present.get(cid) ?? []), stakeholder])
  const isRecord = (held: Held, named: readonly number[]): boolean => {
    const cids = named.flatMap((position) => held.op.refs[position] ?? [])
    return meetsFloor(
      contingency,
      electorate,
      new Set(cids.flatMap((cid) => present.get(cid) ?? [])),
    )
  }
  const records = topic.provisionals.filter(({ held, body }) => isRecord(held, body.seals))
  let rules: readonly Rule[] | undefined
  return {
    contingency,
    get rules() {
      const { tally, gates, withdrawn } = input()
      const judged = { tally, gates, withdrawn, electorate, track, reversible }
      rules ??= contingencyRules({ ...judged, contingency })
      return rules
    },
    seals,
    ...(formed !== undefined && { formedAt: formed }),
    recordedBy: new Set(records.flatMap(({ held }) => speakers(held))),
  }
}

/** Provisional seals that name a tally; all of a stakeholder's, since none is ever un-counted. */
const sealsOf = (
  topic: Topic,
  speakers: ProvisionalContext['speakers'],
  tallies: ProvisionalContext['tallies'],
): ProvisionalSeal[] =>
  topic.provisionalSeals.flatMap(({ held, body }) => {
    const { cid, refs } = held.op
    const tally = refs[body.tally]
    if (tally === undefined || !tallies.has(tally)) return []
    return speakers(held).map((stakeholder) => ({ cid, stakeholder, tally, seenAt: held.seenAt }))
  })
