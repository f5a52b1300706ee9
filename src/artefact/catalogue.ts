/**
 * Which artefacts the members stand behind: a pure function of the announcements and releases that
 * count.
 *
 * 1. An announcement belongs to the root of its key; a release takes back one of the same root.
 * 2. A member's announcements are taken in the order of their own times (then key, seq, CID): its
 *    clock can change the order of its own, and nobody else's.
 * 3. One that would bring what its member stands behind over the quota does not count; saying the same
 *    again (content, manifest, size) costs nothing. What a release frees is free for those after it.
 */
import type { Held } from '../chain/held.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import type { OpType } from '../op/type.ts'
import { type ContentDigest, digestFromBytes } from './digest.ts'
import type { artefactAnnounce, artefactRelease } from './ops.ts'

type BodyOf<T> = T extends OpType<infer Body> ? Body : never

/** A completed operation with its body. */
interface Said<Body> {
  readonly held: Held
  readonly body: Body
}

/** A completed announcement. */
export type SaidAnnouncement = Said<BodyOf<typeof artefactAnnounce>>
/** A completed release. */
export type SaidRelease = Said<BodyOf<typeof artefactRelease>>

/** What a catalogue is derived from. */
export interface CatalogueInput {
  readonly announcements: readonly SaidAnnouncement[]
  readonly releases: readonly SaidRelease[]
  readonly rootOf: (key: KeyId) => KeyId | undefined
  readonly quotaBytes: number
}

/** How an announcement stands: only one that counts is fetched, served and kept for its own sake. */
export type AnnouncementStanding = 'counts' | 'released' | 'over-quota'

/** One member's word on one artefact. */
export interface Announcement {
  readonly id: OpCid
  readonly root: KeyId
  readonly key: KeyId
  readonly seq: number
  /** Ms, by its author's clock. */
  readonly at: number
  readonly digest: ContentDigest
  readonly manifest: ContentDigest
  readonly sizeBytes: number
  readonly name: string
  readonly mediaType: string | undefined
  readonly standing: AnnouncementStanding
}

/** All announcements, by content. */
export interface Catalogue {
  /** Announcements by digest, in the order in which they were made. */
  readonly byDigest: ReadonlyMap<ContentDigest, readonly Announcement[]>
  /** What each member stands behind, in bytes. */
  readonly usedBytes: ReadonlyMap<KeyId, number>
}

/** Derives the catalogue. */
export function deriveCatalogue(input: CatalogueInput): Catalogue {
  const released = releasedBy(input)
  const byDigest = new Map<ContentDigest, Announcement[]>()
  const usedBytes = new Map<KeyId, number>()
  const ordered = input.announcements.flatMap((said) => readOne(said, input.rootOf)).sort(byTime)
  for (const one of ordered) {
    const own = byDigest.get(one.digest) ?? []
    const isAgain = own.some((other) => other.standing === 'counts' && isSameWord(other, one))
    const total = (usedBytes.get(one.root) ?? 0) + (isAgain ? 0 : one.sizeBytes)
    const isReleased = released.get(one.id)?.has(one.root) ?? false
    const standing = isReleased ? 'released' : total > input.quotaBytes ? 'over-quota' : 'counts'
    if (standing === 'counts') usedBytes.set(one.root, total)
    byDigest.set(one.digest, [...own, { ...one, standing }])
  }
  return { byDigest, usedBytes }
}

const isSameWord = (a: Word, b: Word): boolean =>
  a.root === b.root && a.manifest === b.manifest && a.sizeBytes === b.sizeBytes
type Word = Pick<Announcement, 'root' | 'manifest' | 'sizeBytes'>

/** The ways to get a content: each manifest and size that somebody stands behind, most first. */
export function offersOf({ byDigest }: Catalogue, digest: ContentDigest): Announcement[] {
  const counting = (byDigest.get(digest) ?? []).filter(({ standing }) => standing === 'counts')
  const groups = Map.groupBy(counting, ({ manifest, sizeBytes }) => `${manifest}/${sizeBytes}`)
  const backers = (list: readonly Announcement[]) => new Set(list.map(({ root }) => root)).size
  return [...groups]
    .sort(([a, x], [b, y]) => backers(y) - backers(x) || (a < b ? -1 : 1))
    .flatMap(([, list]) => list.slice(0, 1))
}

/** Which announcements each root has taken back. */
function releasedBy({ releases, rootOf }: CatalogueInput): Map<OpCid, Set<KeyId>> {
  const released = new Map<OpCid, Set<KeyId>>()
  for (const { held, body } of releases) {
    const target = held.op.refs[body.artefact]
    const root = rootOf(held.op.key)
    if (target === undefined || root === undefined) continue
    released.set(target, (released.get(target) ?? new Set()).add(root))
  }
  return released
}

function readOne(
  { held: { op }, body }: SaidAnnouncement,
  rootOf: CatalogueInput['rootOf'],
): Omit<Announcement, 'standing'>[] {
  const root = rootOf(op.key)
  if (root === undefined) return []
  const { sizeBytes, name, mediaType } = body
  const [digest, manifest] = [digestFromBytes(body.digest), digestFromBytes(body.manifest)]
  const { cid: id, key, seq, at } = op
  return [{ id, root, key, seq, at, digest, manifest, sizeBytes, name, mediaType }]
}

type Place = Pick<Announcement, 'at' | 'key' | 'seq' | 'id'>

const byTime = (a: Place, b: Place): number =>
  a.at - b.at || compare(a.key, b.key) || a.seq - b.seq || compare(a.id, b.id)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
