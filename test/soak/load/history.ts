/**
 * Long histories as a coalition leaves them: ballot after ballot is opened, discussed, voted on,
 * sealed and settled. Every operation is signed by its author's key and written to a node's store.
 */
import { SqliteStore } from '../../../node/store/sqlite-store.ts'
import { linkOf } from '../../../src/op/cid.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import { keyBytes } from '../../../src/op/key-id.ts'
import {
  type Draft,
  moveDraft,
  sealDraft,
  tallyDraft,
  voteDraft,
} from '../../../src/replica/draft.ts'
import type { StoredOp } from '../../../src/replica/store.ts'
import { proposalBody } from '../../bench/history.ts'
import { Scribe, type Speaker, STEP_MS } from '../../bench/scribe.ts'
import {
  type Founded,
  foundBy,
  type Member,
  testCharter,
  testTrack,
} from '../../support/coalition.ts'

/** Operations of one transaction. */
const BATCH = 5_000
/** Comments on one ballot by each member. */
const COMMENTS = 5
const COMMENT = 'Our staging cluster ran the candidate for two days without a regression.'

const windows = { ...testTrack().windows, voting: 1_000, settle: 1_000 }

/** The charter of coalitions with a long history: short windows, all as open as it gets. */
export const LOAD_CHARTER = {
  tracks: Object.fromEntries(
    ['standard', 'emergency', 'constitutional'].map((name) => [name, testTrack({ windows })]),
  ),
}

/** When a coalition was founded whose history of so many operations ends now, in ms. */
export const foundedAt = (operations: number, now: number): number =>
  now - operations * STEP_MS - 3_600_000

/** The coalition of these members, founded then. */
export const foundThen = (members: readonly Member[], at: number): Founded =>
  foundBy(members, testCharter(members, LOAD_CHARTER), at)

/** What was written. */
export interface Written {
  readonly operations: number
  readonly ballots: number
}

/** Who joins late: a founding member that never came, so its key has said nothing. */
export const JOINER = 1

/** Writes a history of at least so many operations to the store at `path`. */
export function writeHistory(path: string, founded: Founded, operations: number): Written {
  const store = SqliteStore.open(path)
  let batch: StoredOp[] = []
  const flush = (): void => {
    store.commit({ puts: batch, drops: [], signatures: [], notes: [] })
    batch = []
  }
  const scribe = new Scribe(founded, {
    signsAll: true,
    silent: JOINER,
    keep: ({ op, bytes, sig }) => {
      batch.push({ cid: op.cid, key: op.key, seq: op.seq, bytes, sig, seenAt: op.at })
      if (batch.length >= BATCH) flush()
    },
  })
  for (const { op, bytes, sig } of founded.ops)
    batch.push({ cid: op.cid, key: op.key, seq: op.seq, bytes, sig, seenAt: op.at })
  let ballots = 0
  while (scribe.written < operations)
    decide(scribe, proposalBody(`policy@line-${ballots++}`, scribe.now()))
  flush()
  store.close()
  return { operations: scribe.written + founded.ops.length, ballots }
}

/** One ballot from its opening to its settlement; how many comments each member makes. */
export function decide(scribe: Scribe, body: Draft['body'], comments = COMMENTS): OpCid {
  const { speakers } = scribe
  const author = scribe.pick(speakers)
  const id = propose(scribe, author, body)
  const votes = speakers.map((speaker) => {
    for (let i = 0; i < comments; i++)
      scribe.say(speaker, {
        type: 'comment.add',
        refs: [id],
        body: { proposal: 0, kind: 'support', text: COMMENT },
      })
    return scribe.say(speaker, voteDraft(id, 'yes', undefined, []))
  })
  const tally = scribe.say(author, tallyDraft(id, votes.toSorted()))
  const seals = speakers.map((speaker) => scribe.say(speaker, sealDraft(id, 'endorse', tally, [])))
  settle(scribe, id, seals)
  return id
}

/** The agreement when nobody is faulty: one round, in which all say *adopt*. */
function settle(scribe: Scribe, id: OpCid, seals: readonly OpCid[]): void {
  const { speakers, founded } = scribe
  const members = founded.members.length
  const faulty = Math.floor((members - 1) / 3)
  const quorum = members - faulty
  const endorsements = seals.slice(0, quorum)
  const round = 1
  for (const speaker of speakers)
    scribe.say(speaker, moveDraft(id, { kind: 'estimate', round, value: 'adopt', endorsements }))
  const auxiliaries = speakers.map((speaker) =>
    scribe.say(speaker, moveDraft(id, { kind: 'auxiliary', round, values: ['adopt'] })),
  )
  const certificate = {
    outcome: 'adopted' as const,
    round,
    auxiliaries: auxiliaries.slice(0, quorum),
    endorsements,
  }
  for (const speaker of speakers.slice(0, faulty + 1))
    scribe.say(speaker, moveDraft(id, { kind: 'settlement', certificate }))
}

/** A checkpoint that shows all roots, then a proposal on it. */
function propose(scribe: Scribe, author: Speaker, body: Draft['body']): OpCid {
  const { founded } = scribe
  const heads = [...founded.roots.values()].flatMap(({ ops }) => ops.at(-1)?.op ?? [])
  const frontier = heads.map(({ key, seq, cid }) => [keyBytes(key), seq, linkOf(cid)])
  const checkpoint = scribe.say(author, {
    type: 'checkpoint',
    refs: [],
    body: { full: true, frontier },
  })
  const refs = [founded.coalition, checkpoint, ...heads.map(({ cid }) => cid)]
  return scribe.say(author, {
    type: 'proposal.open',
    refs: [...new Set(refs)],
    body,
  })
}
