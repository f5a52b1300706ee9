/**
 * The ballots at rest of one replica (`facts.ts` says which may be): who they are, whether they may
 * stay so, and how each is read or woken. Waking files a ballot's operations as if they had just come:
 * what counts is a function of them, so the ballot is what it would be had it never rested.
 */
import type { Archive } from '../../chain/archive/archive.ts'
import { COMPLETE, DROPPED, STANDING_BITS, STANDINGS } from '../../chain/archive/columns.ts'
import { type Held, hasEffect } from '../../chain/held.ts'
import type { Keyring } from '../../chain/keyring.ts'
import type { OpIndex } from '../../chain/op-index.ts'
import type { KeyId } from '../../op/ids.ts'
import type { Ballot } from '../ballot.ts'
import type { LastSeqOf } from '../leaving.ts'
import type { Topic, Topics } from '../topics.ts'
import type { RestFacts } from './facts.ts'
import { RestingBallot, type RestingContext } from './resting-ballot.ts'
import { RestingTopic } from './resting-topic.ts'

/** Topics and ballots at rest that were read last and are kept whole for a while. */
export const MAX_READ_BALLOTS = 16

/** What ballots at rest belong to. */
export interface RestingParts {
  readonly keyring: () => Keyring
  readonly topics: Topics
  readonly charterById: RestingContext['charterById']
  readonly count: (topic: Topic) => Ballot
}

/** Ballots at rest. */
export class Resting {
  private readonly parts: RestingParts
  private archive: Archive | undefined
  /** By the number that the index has for each; those that were woken too. */
  private topics: readonly RestingTopic[] = []
  private ballots = new Map<RestingTopic, RestingBallot>()
  /** What roots had said about each key of the index when its ballots were put to rest. */
  private prints = new Map<KeyId, string>()
  private readonly readTopics = new Recent<RestingTopic, Topic>(MAX_READ_BALLOTS)
  private readonly readBallots = new Recent<RestingTopic, Ballot>(MAX_READ_BALLOTS)

  constructor(parts: RestingParts) {
    this.parts = parts
  }

  /** True while any ballot rests. */
  get isAny(): boolean {
    return this.ballots.size > 0
  }

  /** Has these ballots rest, whose operations the index knows by their place in the list, in place of what rested before. */
  begin(archive: Archive, facts: readonly RestFacts[]): void {
    this.archive = archive
    const rows = rowsBySubject(archive.columns.subjects, facts.length)
    this.topics = facts.map(
      (one, i) =>
        new RestingTopic(one, rows[i] ?? new Uint32Array(), archive, (topic, read) =>
          this.readTopics.get(topic, read),
        ),
    )
    const context: RestingContext = {
      charterById: this.parts.charterById,
      whole: (topic) => this.readBallots.get(topic, () => this.parts.count(wholeTopic(topic))),
    }
    const wholeTopic = (topic: RestingTopic) => this.readTopics.get(topic, () => topic.whole())
    this.ballots = new Map(this.topics.map((topic) => [topic, new RestingBallot(topic, context)]))
    this.prints = this.keyPrints()
    this.forgetRead()
    for (const topic of this.topics) this.parts.topics.proposals.set(topic.id, topic)
  }

  /** The ballot of a topic at rest; undefined for any other topic. */
  ballotOf(topic: Topic): RestingBallot | undefined {
    return topic instanceof RestingTopic ? this.ballots.get(topic) : undefined
  }

  /** Counted operations with effect whose references are all held, but for those of ballots at rest. */
  *awake(index: OpIndex): Generator<Held, void, void> {
    const { archive } = index
    if (archive) {
      const { flags, subjects } = archive.columns
      const isAtRest = [false, ...this.topics.map((topic) => this.ballots.has(topic))]
      for (let row = 0; row < flags.length; row++) {
        const held = isAtRest[subjects[row] ?? 0] ? undefined : archive.helds[row]
        if (held && isEffective(flags[row] ?? 0)) yield held
      }
    }
    for (const held of index.lately()) if (held.complete && hasEffect(held)) yield held
  }

  /** The topics at rest. */
  current(): readonly RestingTopic[] {
    this.forgetWoken()
    return [...this.ballots.keys()]
  }

  /**
   * After everything was counted anew: what may go on resting does, and is filed again. Every
   * operation of it must count as it did, and no key that spoke have become another's.
   */
  keep(): void {
    this.forgetWoken()
    this.forgetRead()
    if (!this.archive) return
    const { flags } = this.archive.columns
    const isSame = (row: number): boolean =>
      ((flags[row] ?? 0) & (STANDING_BITS | COMPLETE)) === COMPLETE
    for (const topic of this.ballots.keys())
      if (!topic.rows.every(isSame)) this.ballots.delete(topic)
    for (const topic of this.changedByKeys()) this.ballots.delete(topic)
  }

  /** The topics in which keys spoke of which roots say something else now. */
  changedByKeys(): readonly RestingTopic[] {
    if (!this.archive || !this.isAny) return []
    const before = this.prints
    this.prints = this.keyPrints()
    const changed = [...this.prints].filter(([key, print]) => before.get(key) !== print)
    return this.spokenIn(changed.map(([key]) => [key, 0, Number.POSITIVE_INFINITY] as const))
  }

  /**
   * The topics in which somebody's words end elsewhere by another line of charters: those that have
   * a word of the key between the one end and the other.
   */
  changedByLeaving(before: LastSeqOf, now: LastSeqOf): readonly RestingTopic[] {
    if (!this.archive || !this.isAny) return []
    const charters = new Set([...this.ballots.keys()].map(({ facts }) => facts.charterId))
    const changed: (readonly [KeyId, number, number])[] = []
    for (const { key } of this.archive.columns.spans)
      for (const root of this.parts.keyring().claimantsOf(key))
        for (const charter of charters) {
          const [a, b] = [before(key, root, charter), now(key, root, charter)]
          if (a !== b) changed.push([key, Math.min(a, b) + 1, Math.max(a, b)])
        }
    return this.spokenIn(changed)
  }

  /** Forgets what was read: it may be counted otherwise now. */
  forgetRead(): void {
    this.readTopics.clear()
    this.readBallots.clear()
  }

  /** The topics at rest that have an operation of a key from one seq to another. */
  private spokenIn(words: Iterable<readonly [KeyId, number, number]>): readonly RestingTopic[] {
    const found = new Set<RestingTopic>()
    for (const [key, from, to] of words) {
      const { start = 0, length = 0 } = this.archive?.spanOf(key) ?? {}
      const end = Math.min(length - 1, to)
      for (let seq = from; seq <= end; seq++) {
        const topic = this.topics[(this.archive?.columns.subjects[start + seq] ?? 0) - 1]
        if (topic && this.ballots.has(topic)) found.add(topic)
      }
    }
    return [...found]
  }

  /** What was said by others about a ballot since woke it. */
  private forgetWoken(): void {
    const { proposals } = this.parts.topics
    for (const topic of this.ballots.keys())
      if (proposals.get(topic.id) !== topic) this.ballots.delete(topic)
  }

  /**
   * Of each key what it may say for whom. A revocation that came after the index takes nothing from
   * what rests: no basis of it shows that (`facts.ts`, 3), and a cut shows in the standings.
   */
  private keyPrints(): Map<KeyId, string> {
    const { archive } = this
    const keyring = this.parts.keyring()
    const length = (root: KeyId): number => archive?.spanOf(root)?.length ?? 0
    const printOf = (key: KeyId): string => {
      const roots = keyring.claimantsOf(key).map((root) => {
        const revoked = keyring.revocationsBy(key, root).filter(({ seq }) => seq < length(root))
        return [root, [...keyring.grantsOf(key, root)].sort(), revoked.map(({ seq }) => seq).sort()]
      })
      return JSON.stringify([keyring.rootOf(key), roots])
    }
    return new Map((archive?.columns.spans ?? []).map(({ key }) => [key, printOf(key)]))
  }
}

const isEffective = (flags: number): boolean =>
  (flags & COMPLETE) !== 0 && (flags & DROPPED) === 0 && (flags & STANDING_BITS) <= PULLED

const PULLED = STANDINGS.indexOf('pulled')

/** The rows of each subject, in order. */
function rowsBySubject(subjects: Uint32Array, count: number): Uint32Array[] {
  const sizes = new Uint32Array(count + 1)
  for (const subject of subjects) sizes[subject] = (sizes[subject] ?? 0) + 1
  const lists = Array.from({ length: count }, (_, i) => new Uint32Array(sizes[i + 1] ?? 0))
  const filled = new Uint32Array(count + 1)
  for (let row = 0; row < subjects.length; row++) {
    const subject = subjects[row] ?? 0
    const list = subject > 0 ? lists[subject - 1] : undefined
    if (!list) continue
    list[filled[subject] ?? 0] = row
    filled[subject] = (filled[subject] ?? 0) + 1
  }
  return lists
}

/** Remembers what was asked for last, so many of it. */
class Recent<K, V> {
  private readonly most: number
  private readonly known = new Map<K, V>()

  constructor(most: number) {
    this.most = most
  }

  get(key: K, make: () => V): V {
    const value = this.known.get(key) ?? make()
    this.known.delete(key)
    this.known.set(key, value)
    for (const oldest of this.known.keys()) {
      if (this.known.size <= this.most) break
      this.known.delete(oldest)
    }
    return value
  }

  clear(): void {
    this.known.clear()
  }
}
