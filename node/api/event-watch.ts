/** Turns what changes in a replica into events: one human sentence each (design §6.5). */
import { ArchivedHeld } from '../../src/chain/archive/archive.ts'
import type { Held } from '../../src/chain/held.ts'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import type { DocumentTopic } from '../../src/replica/document-topics.ts'
import { isFinal, type Standing } from '../../src/replica/outcomes.ts'
import type { ProvisionalState } from '../../src/replica/overlay.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Records, Topic, Touched } from '../../src/replica/topics.ts'
import type { EventLog } from './event-log.ts'
import { forkedChains } from './fork-view.ts'
import { nameOf, ownStakeholder, titleOf } from './naming.ts'
import { opSentence } from './op-sentence.ts'
import { provisionalStateOf } from './provisional-facts.ts'

/** What of a topic was told already; lists only grow, and a reset makes new topics. */
interface Told {
  votes: number
  comments: number
  attestations: number
  seals: number
  withdrawals: number
  appeals: number
  reports: number
  halts: number
  closes: number
}

const NOTHING_TOLD: Told = {
  votes: 0,
  comments: 0,
  attestations: 0,
  seals: 0,
  withdrawals: 0,
  appeals: 0,
  reports: 0,
  halts: 0,
  closes: 0,
}

const PROVISIONAL_WORDS: Readonly<Record<ProvisionalState, string>> = {
  provisional: 'is adopted provisionally by a reduced coalition',
  held: 'is held: another ballot of its slot is adopted provisionally too',
  ratified: 'was provisional and is ratified',
  lapsed: 'was provisional and has lapsed: what was done under it is to be rolled back',
}

type RecordList = 'announcements' | 'releases' | 'commits' | 'reveals'

/** The kind of event of each list of records. */
const RECORD_KINDS: readonly (readonly [RecordList, string])[] = [
  ['announcements', 'artefact'],
  ['releases', 'artefact'],
  ['commits', 'note'],
  ['reveals', 'note'],
]

/** Views after whose change there may be new records. */
const RECORD_VIEWS: ReadonlySet<Touched['view']> = new Set(['artefacts', 'notes', 'other'])

/** Watches one replica from its construction on; what it held before is no news. */
export class EventWatch {
  private readonly replica: Replica
  private readonly log: EventLog
  private readonly told = new WeakMap<Topic, Told>()
  private readonly toldRecords = new WeakMap<Records, Map<RecordList, number>>()
  private readonly toldOf = new WeakMap<DocumentTopic, { edits: number; freezes: number }>()
  private readonly announced = new WeakSet<Held>()
  private readonly rounds = new Map<OpCid, number>()
  private readonly settled = new Set<OpCid>()
  private readonly provisional = new Map<OpCid, ProvisionalState>()
  private readonly ratified = new Set<KeyId>()
  private readonly forked = new Set<KeyId>()
  private charter: OpCid | undefined
  private toldMatters: { readonly list: readonly Held[]; readonly count: number } = {
    list: [],
    count: 0,
  }
  private isActive = false
  private isSilent = true
  private readonly stopListening: () => void

  constructor(replica: Replica, log: EventLog) {
    this.replica = replica
    this.log = log
    this.look([{ view: 'other' }])
    this.isSilent = false
    this.stopListening = replica.on('change', (touched) => this.look(touched))
  }

  /** Call now and then: what is provisional lapses by time alone (§3.7). */
  check(): void {
    const standing = this.replica.views.standing()
    if (standing) this.lookAtProvisional(standing)
  }

  /** Stops watching. */
  stop(): void {
    this.stopListening()
  }

  private look(touched: readonly Touched[]): void {
    // Of what rests all was told.
    for (const topic of this.topicsOf(touched)) if (!topic.whole) this.lookAtTopic(topic)
    this.lookAtOutcomes()
    this.lookAtDocuments(touched)
    if (touched.some(({ view }) => view === 'other')) this.lookAtForks()
    if (touched.some(({ view }) => RECORD_VIEWS.has(view))) this.lookAtRecords()
    this.lookAtMatters()
    this.lookAtMembers()
  }

  /** Announcements, releases, notes: lists that only grow, and are made anew by a reset. */
  private lookAtRecords(): void {
    const { records } = this.replica.views.topics
    const told = this.toldRecords.get(records) ?? new Map<RecordList, number>()
    this.toldRecords.set(records, told)
    for (const [list, kind] of RECORD_KINDS) {
      for (const { held } of records[list].slice(told.get(list) ?? 0)) this.tell(kind, null, held)
      told.set(list, records[list].length)
    }
  }

  /** What was said about disputes and escalations; what was told before a reset is not told again. */
  private lookAtMatters(): void {
    const { matters } = this.replica.views.topics
    const told = this.toldMatters.list === matters ? this.toldMatters.count : 0
    for (const held of matters.slice(told))
      this.tell(held.op.type.startsWith('escalation.') ? 'escalation' : 'dispute', null, held)
    this.toldMatters = { list: matters, count: matters.length }
  }

  /** After a reset the views are built anew and say only `other`. */
  private topicsOf(touched: readonly Touched[]): Iterable<Topic> {
    const { proposals } = this.replica.views.topics
    if (touched.some(({ view }) => view === 'other')) return proposals.values()
    const ids = new Set(touched.flatMap((one) => (one.view === 'proposal' ? one.id : [])))
    return [...ids].flatMap((id) => proposals.get(id) ?? [])
  }

  private lookAtDocuments(touched: readonly Touched[]): void {
    const { documents } = this.replica.views.topics
    const isAll = touched.some(({ view }) => view === 'other')
    const ids = new Set(touched.flatMap((one) => (one.view === 'document' ? one.id : [])))
    const topics = isAll ? documents.values() : [...ids].flatMap((id) => documents.get(id) ?? [])
    for (const topic of topics) {
      const told = this.toldOf.get(topic) ?? { edits: 0, freezes: 0 }
      const { creation, edits, freezes } = topic
      this.toldOf.set(topic, { edits: edits.length, freezes: freezes.length })
      const news = [...edits.slice(told.edits), ...freezes.slice(told.freezes)]
      for (const { held } of creation ? [creation, ...news] : news)
        this.tell('document', null, held)
    }
  }

  private lookAtTopic(topic: Topic): void {
    if (topic.proposal) this.tell('proposal', topic.id, topic.proposal.held)
    const told = this.told.get(topic) ?? { ...NOTHING_TOLD }
    this.told.set(topic, told)
    this.tellNew('vote', topic, 'votes', told)
    this.tellNew('comment', topic, 'comments', told)
    this.tellNew('attestation', topic, 'attestations', told)
    this.tellNew('withdrawal', topic, 'withdrawals', told)
    this.tellNew('appeal', topic, 'appeals', told)
    this.tellNew('rollout', topic, 'reports', told)
    this.tellNew('rollout', topic, 'halts', told)
    this.tellNew('rollout', topic, 'closes', told)
    this.tellNew('seal', topic, 'seals', told)
    this.lookAtRound(topic)
  }

  private tellNew(kind: string, topic: Topic, list: keyof Told, told: Told): void {
    for (const { held } of topic[list].slice(told[list])) this.tell(kind, topic.id, held)
    told[list] = topic[list].length
  }

  private tell(kind: string, proposal: OpCid | null, held: Held): void {
    // What is a row now was told when it came, or is older than this process.
    if (held instanceof ArchivedHeld || this.announced.has(held)) return
    this.announced.add(held)
    // A sentence for each operation of a long history is work that nobody would hear of.
    if (!this.isSilent) this.add(kind, proposal, `${opSentence(this.replica, held.op)}.`)
  }

  private lookAtRound({ id, estimates }: Topic): void {
    const before = this.rounds.get(id) ?? roundOf(estimates.filter(isRow))
    const round = Math.max(before, roundOf(estimates))
    if (round === before) return
    this.rounds.set(id, round)
    this.add('round', id, `Settling ${titleOf(this.replica, id)} is in round ${round}.`)
  }

  private lookAtOutcomes(): void {
    const standing = this.replica.views.standing()
    const self = ownStakeholder(this.replica)
    for (const [id, ended] of standing?.outcomes ?? []) {
      // What hooks do cannot be undone: they wait until the outcome can no longer drop out of sight.
      if (this.settled.has(id) || !isFinal(ended, self)) continue
      const { outcome, endedBy } = ended
      this.settled.add(id)
      if (this.isSilent) continue
      const by = endedBy === undefined ? '' : ` by amendment ${titleOf(this.replica, endedBy)}`
      this.add('settled', id, `${titleOf(this.replica, id)} is ${outcome}${by}.`)
    }
    if (standing) this.lookAtProvisional(standing)
    if (standing && standing.current.id !== this.charter) this.lookAtCharter(standing.current.id)
  }

  private lookAtProvisional(standing: Standing): void {
    for (const id of standing.provisional.keys()) {
      const ballot = this.replica.views.ballot(id)
      const state = ballot.ok && provisionalStateOf(this.replica, ballot.value, standing)
      if (!state || this.provisional.get(id) === state) continue
      this.provisional.set(id, state)
      this.add('provisional', id, `${titleOf(this.replica, id)} ${PROVISIONAL_WORDS[state]}.`)
    }
  }

  private lookAtCharter(id: OpCid): void {
    const isFirst = this.charter === undefined
    this.charter = id
    const version = this.replica.charter?.charter.version
    const sentence = isFirst ? 'is held' : 'is in force'
    this.add('charter', isFirst ? null : id, `Charter version ${version} ${sentence}.`)
  }

  private lookAtForks(): void {
    for (const { key, forkedAt } of forkedChains(this.replica)) {
      if (this.forked.has(key)) continue
      this.forked.add(key)
      const who = nameOf(this.replica, key)
      this.add(
        'fork',
        null,
        `A key of ${who} said two things at operation ${forkedAt}: it is frozen.`,
      )
    }
  }

  private lookAtMembers(): void {
    const { topics } = this.replica.views
    if (topics.ratified.size === this.ratified.size) return
    for (const root of topics.ratified.keys()) {
      if (this.ratified.has(root)) continue
      this.ratified.add(root)
      this.add('ratified', null, `${nameOf(this.replica, root)} ratified the charter.`)
    }
    const active = this.replica.views.ratification()?.active ?? false
    if (active && !this.isActive) this.add('active', null, 'The coalition is active.')
    this.isActive = active
  }

  private add(kind: string, proposal: OpCid | null, sentence: string): void {
    if (!this.isSilent) this.log.add({ kind, proposal, sentence })
  }
}

const isRow = ({ held }: { readonly held: Held }): boolean => held instanceof ArchivedHeld

/** The last round in which anything was said. */
const roundOf = (estimates: Topic['estimates']): number =>
  estimates.reduce((most, { body }) => Math.max(most, body.round), 0)
