/**
 * Histories to ingest: a coalition in which a few ballots are open at any time, and members vote,
 * comment, tally, seal and settle on them in a seeded random order. Operations are real: they
 * decode, chain, refer to each other, and end up in the views.
 */
import { CHOICES } from '../../src/ballot/ops.ts'
import { linkOf } from '../../src/op/cid.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { digestOfText } from '../../src/proposal/document.ts'
import { moveDraft, sealDraft, tallyDraft, voteDraft } from '../../src/replica/draft.ts'
import type { Founded } from '../support/coalition.ts'
import { foundFor, type HistoryOp, Scribe, type Speaker } from './scribe.ts'

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

/** A founded coalition and what its members then said, in the order of time. */
export interface History {
  readonly founded: Founded
  readonly ops: readonly HistoryOp[]
  readonly ballots: number
  /** When the last operation was said, in ms. */
  readonly endsAt: number
}

/** Makes a history; the same options make the same one. */
export const makeHistory = (options: HistoryOptions): History => new Writer(options).write()

interface OpenBallot {
  readonly id: OpCid
  readonly votes: Map<Speaker, OpCid>
  tally: OpCid | undefined
  readonly seals: OpCid[]
  left: number
}

class Writer {
  private readonly options: Required<HistoryOptions>
  private readonly scribe: Scribe
  private readonly open: OpenBallot[] = []
  private ballots = 0

  constructor(options: HistoryOptions) {
    this.options = { openBallots: 20, opsPerBallot: 500, ...options }
    this.scribe = new Scribe(foundFor(options.keys), { signsAll: options.signed === 'all' })
  }

  write(): History {
    const { ops: wanted, openBallots } = this.options
    const { scribe } = this
    while (scribe.ops.length < wanted) {
      if (this.open.length < openBallots) this.propose()
      else this.sayOn(scribe.pick(this.open))
    }
    if (this.options.signed === 'last') scribe.signLast()
    const { founded, ops } = scribe
    return { founded, ops, ballots: this.ballots, endsAt: scribe.now() }
  }

  /** A checkpoint that shows all roots, then a proposal on it. */
  private propose(): void {
    const author = this.scribe.pick(this.scribe.speakers)
    const heads = [...this.scribe.founded.roots.values()].flatMap(({ ops }) => ops.at(-1)?.op ?? [])
    const frontier = heads.map(({ key, seq, cid }) => [keyBytes(key), seq, linkOf(cid)])
    const checkpoint = this.scribe.say(author, {
      type: 'checkpoint',
      refs: [],
      body: { full: true, frontier },
    })
    const refs = [this.scribe.founded.coalition, checkpoint, ...heads.map(({ cid }) => cid)]
    const id = this.scribe.say(author, {
      type: 'proposal.open',
      refs: [...new Set(refs)],
      body: proposalBody(`policy@line-${this.ballots}`, this.scribe.now()),
    })
    this.ballots++
    const left = this.options.opsPerBallot
    this.open.push({ id, votes: new Map(), tally: undefined, seals: [], left })
  }

  /** Votes 35 %, comments 25 %, estimates 15 %, auxiliaries 14 %, seals 8 %, tallies 3 %. */
  private sayOn(ballot: OpenBallot): void {
    const speaker = this.scribe.pick(this.scribe.speakers)
    const dice = this.scribe.random()
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
    const choice = this.scribe.pick(CHOICES)
    const because = choice === 'yes' ? undefined : 'the rollback plan has not been drilled yet'
    const draft = voteDraft(ballot.id, choice, because, before === undefined ? [] : [before])
    ballot.votes.set(speaker, this.scribe.say(speaker, draft))
  }

  private comment(ballot: OpenBallot, speaker: Speaker): void {
    const text = 'Our staging cluster ran the candidate for two days without a regression.'
    const body = { proposal: 0, kind: 'support', text }
    this.scribe.say(speaker, { type: 'comment.add', refs: [ballot.id], body })
  }

  private tally(ballot: OpenBallot, speaker: Speaker): void {
    const votes = [...ballot.votes.values()].slice(0, 20)
    ballot.tally = this.scribe.say(speaker, tallyDraft(ballot.id, votes))
  }

  private seal(ballot: OpenBallot, speaker: Speaker, tally: OpCid): void {
    const verdict = this.scribe.random() < 0.9 ? 'endorse' : 'decline'
    ballot.seals.push(this.scribe.say(speaker, sealDraft(ballot.id, verdict, tally, [])))
  }

  private estimate(ballot: OpenBallot, speaker: Speaker): void {
    const endorsements = ballot.seals.slice(-2)
    const move = { kind: 'estimate', round: 1, value: 'adopt', endorsements } as const
    this.scribe.say(speaker, moveDraft(ballot.id, move))
  }

  private auxiliary(ballot: OpenBallot, speaker: Speaker): void {
    const move = { kind: 'auxiliary', round: 1, values: ['adopt'] } as const
    this.scribe.say(speaker, moveDraft(ballot.id, move))
  }
}

/** The body of a proposal with nothing special, as it is signed. */
export const proposalBody = (slot: string, opensAt: number): Record<string, Value> => ({
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
