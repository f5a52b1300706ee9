/**
 * What stays in memory of a ballot at rest. All of it is a function of what counts of the ballot;
 * whatever else is asked is counted again from the ballot's operations.
 */
import type { Position } from '../../ballot/position.ts'
import type { Held } from '../../chain/held.ts'
import type { KeyId, OpCid, StakeholderId } from '../../op/ids.ts'
import type { Ballot } from '../ballot.ts'
import { countedPrint } from '../counted-print.ts'
import type { Standing } from '../outcomes.ts'
import type { Topic } from '../topics.ts'

/** The lists of a topic that a ballot at rest may have entries in. */
export const RESTING_LISTS = [
  'votes',
  'tallies',
  'seals',
  'estimates',
  'suggestions',
  'auxiliaries',
  'settlements',
  'withdrawals',
  'comments',
  'attestations',
] as const
/** Of these there must be none: more may follow from them, and they are few. */
const RESTLESS_LISTS = [
  'settledLists',
  'provisionalSeals',
  'provisionals',
  'accepts',
  'appeals',
  'reports',
  'halts',
  'closes',
] as const

/** How old every word about a ballot is before it may rest, in ms: most that comes late comes soon. */
export const REST_AFTER_MS = 10 * 60_000

/** A ballot at rest, as plain data. */
export interface RestFacts {
  readonly id: OpCid
  readonly author: StakeholderId
  readonly charterId: OpCid
  readonly slot: string
  readonly replaces: OpCid | null
  readonly track: string
  readonly title: string
  readonly kind: Ballot['body']['kind']
  readonly opensAt: number
  readonly outcome: 'adopted' | 'declined'
  readonly round: number
  /** Settlement, whose it is, when it was first seen here in ms. */
  readonly settlements: readonly (readonly [OpCid, StakeholderId, number])[]
  readonly endorse: readonly StakeholderId[]
  readonly stances: readonly (readonly [StakeholderId, Position['stance']])[]
  /** Where the proposal asks for others than its track. */
  readonly windows?: Ballot['windows']
  readonly withdrawn: boolean
  /** Over all that counts (`counted-print.ts`). */
  readonly print: string
  /** The lists of its topic that have entries. */
  readonly lists: readonly (typeof RESTING_LISTS)[number][]
}

/** What says whether a ballot may rest. */
export interface RestScene {
  readonly standing: Standing
  /** True for an operation that is in the index. */
  readonly isArchived: (cid: OpCid) => boolean
  /** How many operations of a key's gap-free chain are. */
  readonly archivedOf: (key: KeyId) => number
  readonly now: number
}

/**
 * The facts of a ballot; undefined unless it may rest:
 * 1. it is settled, by one certificate, which settlements of weight ≥ F + 1 record: nobody owes
 *    anything on it any more;
 * 2. it is plain: no amendment, recourse, rollout or election follows from it, it cites no document,
 *    and nothing was said about it that later statements elsewhere give another meaning;
 * 3. all that was said about it is in the index, counts regularly and is complete, and so is what
 *    its basis shows of roots: so it changes only if one of those standings does, or what a root
 *    said about one of the keys that spoke;
 * 4. all of it was seen a while ago, or claims to have been said then. This alone is no matter of safety.
 */
export function restFacts(topic: Topic, ballot: Ballot, scene: RestScene): RestFacts | undefined {
  const [certificate, ...others] = ballot.board.settlements()
  if (!certificate || others.length > 0 || !isPlain(topic, ballot, scene)) return undefined
  const { outcome, round } = certificate
  const { settlements, board, electorate } = ballot
  if (settlements.some((record) => record.outcome !== outcome)) return undefined
  const recorded = board.weight(new Set(settlements.map(({ stakeholder }) => stakeholder)))
  if (recorded < electorate.faulty + 1 || !isWhole(topic, ballot, scene)) return undefined
  const { title, kind, track, opensAt } = ballot.body
  return {
    id: ballot.id,
    author: ballot.author,
    charterId: ballot.charterId,
    slot: ballot.generation.slot,
    replaces: ballot.generation.replaces,
    ...{ title, kind, track, opensAt, outcome, round },
    settlements: settlements.map(({ cid, stakeholder, seenAt }) => [cid, stakeholder, seenAt]),
    endorse: [...board.endorse.keys()],
    stances: [...ballot.positions].map(([id, { stance }]) => [id, stance]),
    ...(ballot.body.windows && { windows: ballot.body.windows }),
    withdrawn: ballot.withdrawn,
    print: countedPrint(ballot),
    lists: RESTING_LISTS.filter((list) => topic[list].length > 0),
  }
}

function isPlain(topic: Topic, ballot: Ballot, { standing }: RestScene): boolean {
  const { body, frozen, planned } = ballot
  return (
    frozen === undefined &&
    planned === undefined &&
    body.rollback === undefined &&
    body.amendment === undefined &&
    body.removesSilent === undefined &&
    body.appeal === undefined &&
    body.overrides === undefined &&
    body.resumes === undefined &&
    body.elects === undefined &&
    ballot.gates.every(({ met, gate }) => met || gate !== 'risks') &&
    ballot.settledLists.size === 0 &&
    RESTLESS_LISTS.every((list) => topic[list].length === 0) &&
    !standing.overridden.has(ballot.id)
  )
}

type Said = { readonly held: Held }

/** Seen a while ago, or said then: a late joiner hears old words now, and the rest of them soon. */
const isOld = ({ seenAt, op }: Held, now: number): boolean =>
  seenAt <= now - REST_AFTER_MS || op.at <= now - REST_AFTER_MS

function isWhole(topic: Topic, { basis }: Ballot, scene: RestScene): boolean {
  const { isArchived, archivedOf, now } = scene
  const entries = RESTING_LISTS.flatMap((list): readonly Said[] => topic[list])
  if (topic.proposal) entries.push(topic.proposal)
  // Every operation that was filed is in one of the lists, and in no two.
  if (entries.length !== topic.version) return false
  for (const { held } of entries) {
    if (held.standing !== 'regular' || !held.complete) return false
    if (!isOld(held, now) || !isArchived(held.op.cid)) return false
  }
  for (const [root, { seq, twin }] of basis)
    if (twin !== null || seq >= archivedOf(root)) return false
  return true
}
