/**
 * Histories to ingest: a coalition in which a few ballots are open at any time, and members vote,
 * comment, tally, seal and settle on them in a seeded random order. Operations are real: they
 * decode, chain, refer to each other, and end up in the views.
 */
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import { CHOICES } from '../../src/ballot/ops.ts'
import { cidOf, linkOf } from '../../src/op/cid.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { encodeOp, type Op, type Signer, signingInput } from '../../src/op/operation.ts'
import { invariant } from '../../src/op/refusal.ts'
import { digestOfText } from '../../src/proposal/document.ts'
import { type Draft, moveDraft, sealDraft, tallyDraft, voteDraft } from '../../src/replica/draft.ts'
import { type Founded, found } from '../support/coalition.ts'
import { randomFrom } from '../support/people.ts'

/** What a history is like. */
export interface HistoryOptions {
  /** Members, each with one node key that speaks. */
  readonly keys: number
  /** Operations in all, beside those that found the coalition. */
  readonly ops: number
  /** Every operation, as gossip needs it, or the last of each key, as a sync session sends them. */
  readonly signed: 'all' | 'last'
  /** Ballots open at a time. */
  readonly openBallots?: number
  /** Operations about one ballot. */
  readonly opsPerBallot?: number
}

/** An operation of a history. */
export interface HistoryOp {
  readonly op: Op
  readonly bytes: Uint8Array
  readonly sig: Uint8Array | null
}

/** A founded coalition and what its members then said, in the order of time. */
export interface History {
  readonly founded: Founded
  readonly ops: readonly HistoryOp[]
  readonly ballots: number
  /** When the last operation was said, in ms. */
  readonly endsAt: number
}

/** Time between two operations, in ms. */
const STEP_MS = 20

/** Makes a history; the same options make the same one. */
export const makeHistory = (options: HistoryOptions): History => new Writer(options).write()

interface Speaker {
  readonly signer: Signer
  seq: number
  prev: OpCid | null
}

interface OpenBallot {
  readonly id: OpCid
  readonly votes: Map<Speaker, OpCid>
  tally: OpCid | undefined
  readonly seals: OpCid[]
  left: number
}

class Writer {
  private readonly options: Required<HistoryOptions>
  private readonly founded: Founded
  private readonly speakers: readonly Speaker[]
  private readonly random = randomFrom(7)
  private readonly ops: HistoryOp[] = []
  private readonly open: OpenBallot[] = []
  private ballots = 0

  constructor(options: HistoryOptions) {
    this.options = { openBallots: 20, opsPerBallot: 500, ...options }
    this.founded = found(Array.from({ length: options.keys }, () => 1))
    this.speakers = this.founded.members.map(({ node }) => ({ signer: node, seq: 0, prev: null }))
  }

  write(): History {
    const { ops: wanted, openBallots } = this.options
    while (this.ops.length < wanted) {
      if (this.open.length < openBallots) this.propose()
      else this.sayOn(this.pick(this.open))
    }
    if (this.options.signed === 'last') this.signLast()
    return { founded: this.founded, ops: this.ops, ballots: this.ballots, endsAt: this.now() }
  }

  private now(): number {
    return this.founded.at + STEP_MS * this.ops.length
  }

  private pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.random() * list.length)]
    invariant(picked !== undefined, 'nothing to pick from')
    return picked
  }

  private say(speaker: Speaker, draft: Draft): OpCid {
    const envelope = {
      v: 1,
      coalition: this.founded.coalition,
      key: speaker.signer.key,
      seq: speaker.seq,
      prev: speaker.prev,
      at: this.now(),
      ...draft,
    }
    const bytes = encodeOp(envelope)
    const cid = cidOf(bytes, nodeSha256)
    const sig = this.options.signed === 'all' ? speaker.signer.sign(signingInput(bytes)) : null
    this.ops.push({ op: { ...envelope, cid }, bytes, sig })
    speaker.seq++
    speaker.prev = cid
    return cid
  }

  private signLast(): void {
    const last = new Map(this.ops.map(({ op }, i) => [op.key, i]))
    for (const { signer } of this.speakers) {
      const i = last.get(signer.key)
      const item = i === undefined ? undefined : this.ops[i]
      if (i !== undefined && item)
        this.ops[i] = { ...item, sig: signer.sign(signingInput(item.bytes)) }
    }
  }

  /** A checkpoint that shows all roots, then a proposal on it. */
  private propose(): void {
    const author = this.pick(this.speakers)
    const heads = [...this.founded.roots.values()].flatMap(({ ops }) => ops.at(-1)?.op ?? [])
    const frontier = heads.map(({ key, seq, cid }) => [keyBytes(key), seq, linkOf(cid)])
    const checkpoint = this.say(author, {
      type: 'checkpoint',
      refs: [],
      body: { full: true, frontier },
    })
    const refs = [this.founded.coalition, checkpoint, ...heads.map(({ cid }) => cid)]
    const id = this.say(author, {
      type: 'proposal.open',
      refs: [...new Set(refs)],
      body: proposalBody(`policy@line-${this.ballots}`, this.now()),
    })
    this.ballots++
    const left = this.options.opsPerBallot
    this.open.push({ id, votes: new Map(), tally: undefined, seals: [], left })
  }

  /** Votes 35 %, comments 25 %, estimates 15 %, auxiliaries 14 %, seals 8 %, tallies 3 %. */
  private sayOn(ballot: OpenBallot): void {
    const speaker = this.pick(this.speakers)
    const dice = this.random()
    if (dice < 0.35) this.vote(ballot, speaker)
    else if (dice < 0.6) this.comment(ballot, speaker)
    else if (dice < 0.75) this.estimate(ballot, speaker)
    else if (dice < 0.89) this.auxiliary(ballot, speaker)
    else if (dice < 0.97 && ballot.tally !== undefined) this.seal(ballot, speaker, ballot.tally)
    else this.tally(ballot, speaker)
    if (--ballot.left === 0) this.open.splice(this.open.indexOf(ballot), 1)
  }

  private vote(ballot: OpenBallot, speaker: Speaker): void {
    const before = ballot.votes.get(speaker)
    const choice = this.pick(CHOICES)
    const because = choice === 'yes' ? undefined : 'the rollback plan has not been drilled yet'
    const draft = voteDraft(ballot.id, choice, because, before === undefined ? [] : [before])
    ballot.votes.set(speaker, this.say(speaker, draft))
  }

  private comment(ballot: OpenBallot, speaker: Speaker): void {
    const text = 'Our staging cluster ran the candidate for two days without a regression.'
    const body = { proposal: 0, kind: 'support', text }
    this.say(speaker, { type: 'comment.add', refs: [ballot.id], body })
  }

  private tally(ballot: OpenBallot, speaker: Speaker): void {
    const votes = [...ballot.votes.values()].slice(0, 20)
    ballot.tally = this.say(speaker, tallyDraft(ballot.id, votes))
  }

  private seal(ballot: OpenBallot, speaker: Speaker, tally: OpCid): void {
    const verdict = this.random() < 0.9 ? 'endorse' : 'decline'
    ballot.seals.push(this.say(speaker, sealDraft(ballot.id, verdict, tally, [])))
  }

  private estimate(ballot: OpenBallot, speaker: Speaker): void {
    const endorsements = ballot.seals.slice(-2)
    const move = { kind: 'estimate', round: 1, value: 'adopt', endorsements } as const
    this.say(speaker, moveDraft(ballot.id, move))
  }

  private auxiliary(ballot: OpenBallot, speaker: Speaker): void {
    const move = { kind: 'auxiliary', round: 1, values: ['adopt'] } as const
    this.say(speaker, moveDraft(ballot.id, move))
  }
}

const proposalBody = (slot: string, opensAt: number): Record<string, Value> => ({
  kind: 'resolution',
  track: 'standard',
  charter: 0,
  basis: 1,
  title: slot,
  summary: 'What changes, for whom, and how it is taken back.',
  document: { text: slot, digest: digestOfText(slot) },
  scope: { objectives: [], nonGoals: [], compatibility: [], performance: [], variability: [] },
  components: [],
  slot,
  replaces: null,
  dependsOn: [],
  subjects: [],
  reversible: true,
  opensAt,
})
