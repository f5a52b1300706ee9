/** Takes the image of a replica, and has it rest by one. */
import type { Archive, ArchiveSource } from '../../chain/archive/archive.ts'
import type { Turns } from '../../chain/archive/archiving.ts'
import type { Columns } from '../../chain/archive/columns.ts'
import { DigestTable } from '../../chain/archive/digest-table.ts'
import { imageOf, shelve } from '../../chain/archive/ledger-image.ts'
import type { Ledger } from '../../chain/ledger.ts'
import type { CoalitionId, KeyId } from '../../op/ids.ts'
import { invariant } from '../../op/refusal.ts'
import type { Clock } from '../reader.ts'
import type { Topic } from '../topics.ts'
import type { Views } from '../views.ts'
import { RESTING_LISTS, type RestFacts, type RestScene, restFacts } from './facts.ts'
import type { ReplicaImage } from './image.ts'
import type { RestingTopic } from './resting-topic.ts'

/** What an image is taken of. */
export interface Imaged {
  readonly coalition: CoalitionId
  readonly ledger: Ledger
  readonly views: Views
  readonly clock: Clock
}

/** A ballot that may rest: its operations by row, and the topic as it was then. */
interface Candidate {
  readonly topic: Topic
  readonly version: number
  readonly facts: RestFacts
  readonly rows: Uint32Array
}

/**
 * Takes an image, letting others have their turn on the way. What they take in is not in it: it is
 * as of the first step, but for what may be as of any later one. Undefined where something came that
 * changes what was taken already: a recount, a root's word, another charter.
 */
export function* takeImage(of: Imaged, rules: string): Turns<ReplicaImage | undefined> {
  const { coalition, ledger, views } = of
  const { keyWords } = views
  const { recounts } = ledger
  const lineNow = () => views.charters().map(({ id }) => id)
  const line = lineNow()
  const image = yield* imageOf(ledger)
  if (!image) return undefined
  const candidates = [
    ...restingBefore(of, image.columns),
    ...(yield* restingNow(of, image.columns)),
  ]
  const isSame = ledger.recounts === recounts && views.keyWords === keyWords
  if (!isSame || lineNow().join() !== line.join()) return undefined
  const { proposals } = views.topics
  const kept = candidates.filter(
    ({ topic, version }) => proposals.get(topic.id) === topic && topic.version === version,
  )
  kept.forEach(({ rows }, i) => {
    for (const row of rows) image.columns.subjects[row] = i + 1
  })
  return { coalition, rules, line, ledger: image, facts: kept.map(({ facts }) => facts) }
}

/** Ballots that rest already: their rows are elsewhere now. */
function restingBefore({ ledger, views }: Imaged, { spans }: Columns): Candidate[] {
  const { archive } = ledger.byCid
  const starts = new Map(spans.map(({ key, start }) => [key, start]))
  const move = (from: Archive, row: number): number => {
    const span = from.spanAt(row)
    const start = starts.get(span.key)
    invariant(start !== undefined, 'chains stay')
    return start + row - span.start
  }
  return views.resting.current().map((topic: RestingTopic) => {
    invariant(archive, 'what rests is in an archive')
    const rows = topic.rows.map((row) => move(archive, row))
    return { topic, version: topic.version, facts: topic.facts, rows }
  })
}

/** Ballots that may rest from now on. */
function* restingNow({ views, clock }: Imaged, columns: Columns): Turns<Candidate[]> {
  const table = new DigestTable(columns.digests, columns.sizes.length)
  const lengths = new Map(columns.spans.map(({ key, length }) => [key, length]))
  const archivedOf = (key: KeyId): number => lengths.get(key) ?? 0
  const candidates: Candidate[] = []
  for (const topic of [...views.topics.proposals.values()]) {
    yield
    const standing = views.standing()
    if (!standing) return []
    const isArchived: RestScene['isArchived'] = (cid) => table.rowOf(cid) >= 0
    const scene = { standing, isArchived, archivedOf, now: clock.now() }
    const ballot =
      topic.whole || views.citations.isCiting(topic.id) ? undefined : views.ownBallot(topic.id)
    const facts = ballot?.ok ? restFacts(topic, ballot.value, scene) : undefined
    if (!facts) continue
    const entries = RESTING_LISTS.flatMap((list) => topic[list].map(({ held }) => held))
    if (topic.proposal) entries.push(topic.proposal.held)
    const rows = Uint32Array.from(entries, ({ op }) => table.rowOf(op.cid)).sort()
    candidates.push({ topic, version: topic.version, facts, rows })
  }
  return candidates
}

/**
 * Holds as rows and at rest what an image that was just taken says: nothing may have come between.
 * Nobody can tell but by memory and time.
 */
export function rest(of: Imaged, image: ReplicaImage, source: ArchiveSource): void {
  const { ledger, views } = of
  const { archive: before } = ledger.byCid
  shelve(ledger, image.ledger.columns, source)
  const { archive } = ledger.byCid
  invariant(archive && archive !== before, 'a ledger keeps what it is given')
  views.putToRest(archive, image.facts)
}
