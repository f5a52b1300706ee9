/** Runs a vector: signs what its people say, feeds it to a replica, asks the replica what it reads. */
import type { Charter } from '../../../src/charter/schema.ts'
import { linkOf } from '../../../src/op/cid.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import { keyBytes } from '../../../src/op/key-id.ts'
import type { Op, SignedOp, Signer } from '../../../src/op/operation.ts'
import { invariant, unwrap } from '../../../src/op/refusal.ts'
import type { Draft } from '../../../src/replica/draft.ts'
import type { Duty } from '../../../src/replica/duties.ts'
import type { Replica } from '../../../src/replica/replica.ts'
import { MemoryStore } from '../../../src/replica/store.ts'
import {
  Author,
  delegation,
  type Founded,
  type Member,
  openReplica,
} from '../../support/coalition.ts'
import { signerNumber, TestClock } from '../../support/people.ts'
import type { Expectation, Given, ProposalSpeech, Speech, Step } from './case.ts'
import { attestationDraft, checkpointDraft, draftOf, proposalDraftOf } from './drafts.ts'
import { amended, foundFrom, memberAt, millis } from './founding.ts'

/** An operation as it is passed on. */
type Said = SignedOp & { readonly op: Op }

/** Keys that are no member's first begin here. */
const FIRST_MORE_KEY = 5000

/** A vector being told; `check` is called at each expectation. */
export class Story {
  readonly founded: Founded
  readonly clock: TestClock
  /** The reader; another one once it has restarted. */
  replica: Replica
  /** All that was said after the founding, in order. */
  readonly said: Said[] = []
  private readonly names = new Map<string, Op>()
  private readonly members = new Map<string, Member>()
  private readonly authors = new Map<string, Author>()
  private readonly signers = new Map<string, Signer>()
  private readonly node: string | undefined
  private readonly store = new MemoryStore()
  private readonly check: (expected: Expectation, story: Story) => void

  constructor(given: Given, check: (expected: Expectation, story: Story) => void) {
    this.founded = foundFrom(given)
    this.clock = new TestClock(this.founded.at)
    this.check = check
    this.node = given.node
    for (const member of this.founded.members) this.members.set(member.id, member)
    this.replica = this.open()
  }

  /** The reader on what it has stored so far. */
  private open(): Replica {
    const { founded, clock, store } = this
    const own = this.node === undefined ? undefined : this.members.get(this.node)
    return openReplica(founded, { clock, store, ...(own && { member: own }) })
  }

  /** Tells the whole story. */
  tell(steps: readonly Step[]): void {
    if (!steps.some((step) => 'proposes' in step && step.proposes === 'p')) this.openUsual(steps)
    for (const step of steps) this.take(step)
  }

  /** The CID under a name. */
  cid(name: string): OpCid {
    return this.named(name).cid
  }

  /** The name of an operation, for messages; the CID where it has none. */
  nameOf(cid: OpCid): string {
    return [...this.names].find(([, op]) => op.cid === cid)?.[0] ?? cid
  }

  /** The names of all that an operation refers to, sorted. */
  refsOf(name: string): string[] {
    return this.named(name)
      .refs.map((cid) => this.nameOf(cid))
      .sort()
  }

  private openUsual(steps: readonly Step[]): void {
    const [first] = this.founded.members
    if (first && steps.length > 0) this.propose({ by: first.id, proposes: 'p' })
  }

  private take(step: Step): void {
    if ('wait' in step) {
      this.clock.advance(millis(step.wait))
      this.replica.tick()
    } else if ('node' in step) this.act(step.node)
    else if ('restarts' in step) {
      this.replica.flush()
      this.replica = this.open()
    } else if ('syncedWith' in step)
      for (const name of step.syncedWith) this.replica.noteSynced(this.signerOf(name).key)
    else if ('expect' in step) this.check(step.expect, this)
    else if ('proposes' in step) this.propose(step)
    else for (const by of [step.by].flat()) this.speak(by, step)
  }

  /** The node does what it owes; it must be exactly this. */
  private act(expected: readonly string[]): void {
    const done: string[] = []
    for (let duty = this.due(); duty; duty = this.due()) {
      done.push(describeDuty(duty, (cid) => this.nameOf(cid)))
      const issued = unwrap(this.replica.perform(duty))
      if (issued) this.keep(issued, `${this.node}:${wordOf(issued.op)}`)
      invariant(done.length < 100, 'duties end')
    }
    if (byBallot(done) !== byBallot(expected))
      throw new RangeError(`the node does ${JSON.stringify(done)}`)
  }

  private due(): Duty | undefined {
    return this.replica.duties().due.find(({ kind }) => kind !== 'checkpoint')
  }

  private speak(by: string, speech: Exclude<Speech, ProposalSpeech>): void {
    if ('delegates' in speech || 'revokes' in speech) {
      this.speakAsRoot(by, speech)
      return
    }
    const ballot = this.named(speech.on ?? 'p')
    const named = (name: string): Op => this.named(name)
    const draft =
      'attests' in speech
        ? attestationDraft(speech, ballot, named)
        : draftOf(speech, {
            named,
            ballot: ballot.cid,
            tally: () => this.tallyBy(by, ballot.cid),
          })
    const instead = 'insteadOf' in speech ? speech.insteadOf : undefined
    const after = instead === undefined ? undefined : this.named(instead).seq
    const as = speech.as ?? defaultName(by, draft, speech.on)
    if ('accepts' in speech) this.sayAsRoot(by, draft, as)
    else this.say(by, draft, { as, after })
  }

  private speakAsRoot(
    by: string,
    speech: Extract<Speech, { delegates: string } | { revokes: string }>,
  ): void {
    const root = this.rootOf(by)
    const as = speech.as
    if ('delegates' in speech) {
      const signer = this.signerOf(speech.delegates)
      const draft = delegation(this.founded.coalition, root.signer, signer, speech.can)
      this.sayAsRoot(by, draft, as)
      return
    }
    const last = speech.lastGood === null ? undefined : this.named(speech.lastGood)
    const lastGood = last ? { seq: last.seq, cid: linkOf(last.cid) } : null
    const key = keyBytes(this.signerOf(speech.revokes).key)
    this.sayAsRoot(
      by,
      { type: 'key.revoke', refs: [], body: { key, lastGood, reason: 'lost' } },
      as,
    )
  }

  /** A tally of all votes on the ballot that anybody has cast so far, by whoever seals. */
  private tallyBy(by: string, ballot: OpCid): OpCid {
    const votes = this.said
      .filter(({ op }) => op.type === 'vote.cast' && op.refs[0] === ballot)
      .map(({ op }) => op.cid)
    const body = { ballot: 0, votes: votes.map((_, i) => i + 1) }
    return this.say(by, { type: 'tally', refs: [ballot, ...votes], body }, {})
  }

  private propose(speech: ProposalSpeech): void {
    const { by, proposes, basisOmits = [] } = speech
    const standing = this.replica.views.standing()
    invariant(standing, 'the founding operation is held')
    const { current, holders } = standing
    const roots = current.charter.stakeholders.map(({ id }) => id)
    const heads = roots
      .filter((id) => !basisOmits.includes(id))
      .flatMap((id) => this.rootOf(id).ops.at(-1)?.op ?? [])
    const basis = this.say(by, checkpointDraft(heads), {})
    const amendment = speech.amendment && this.amendmentOf(speech.amendment, current.charter)
    const slot = speech.slot ?? (amendment ? 'charter' : 'policy@x')
    const draft = proposalDraftOf(speech, {
      named: (name) => this.named(name),
      charter: current,
      amendment,
      basis,
      rootHeads: heads.map(({ cid }) => cid),
      holder: holders.get(slot) ?? null,
      now: this.clock.now(),
    })
    this.say(by, draft, { as: proposes })
  }

  private amendmentOf(given: NonNullable<ProposalSpeech['amendment']>, before: Charter): Charter {
    return amended(before, given, {
      memberOf: (name, weight) => this.newMember(name, weight),
      lastSaid: (name) => {
        const last = this.authorOf(name).ops.at(-1)?.op
        const { key } = this.signerOf(name)
        return last ? [{ key: keyBytes(key), seq: last.seq, cid: linkOf(last.cid) }] : []
      },
    })
  }

  private newMember(name: string, weight: number): Member {
    const member = this.members.get(name) ?? memberAt(this.members.size, name, weight)
    this.members.set(name, member)
    return member
  }

  private say(
    by: string,
    draft: Draft,
    { as, after }: { as?: string | undefined; after?: number | undefined },
  ): OpCid {
    if (by === this.node) {
      const issued = unwrap(this.replica.issue(draft))
      return this.keep(issued, as)
    }
    const made = this.authorOf(by).say(draft, this.clock.now(), after)
    this.replica.ingest([made])
    return this.keep(made, as)
  }

  private sayAsRoot(by: string, draft: Draft, as: string | undefined): void {
    const made = this.rootOf(by).say(draft, this.clock.now())
    this.replica.ingest([made])
    this.keep(made, as)
  }

  private keep(made: Said, as: string | undefined): OpCid {
    this.said.push(made)
    if (as !== undefined) this.names.set(as, made.op)
    return made.op.cid
  }

  private named(name: string): Op {
    const op = this.names.get(name)
    if (!op) throw new RangeError(`nothing is called "${name}" yet`)
    return op
  }

  private authorOf(name: string): Author {
    const author = this.authors.get(name) ?? new Author(this.signerOf(name), this.founded.coalition)
    this.authors.set(name, author)
    return author
  }

  private rootOf(name: string): Author {
    const known = this.founded.roots.get(this.memberNamed(name).id) ?? this.authors.get(`${name}#`)
    const author = known ?? new Author(this.memberNamed(name).root, this.founded.coalition)
    this.authors.set(`${name}#`, author)
    return author
  }

  private memberNamed(name: string): Member {
    const member = this.members.get(name)
    if (!member) throw new RangeError(`nobody is called "${name}"`)
    return member
  }

  private signerOf(name: string): Signer {
    const own = this.members.get(name)?.node ?? this.signers.get(name)
    const signer = own ?? signerNumber(FIRST_MORE_KEY + this.signers.size)
    if (!own) this.signers.set(name, signer)
    return signer
  }
}

const WORDS: Readonly<Record<string, string>> = {
  'vote.cast': 'vote',
  'seal.provisional': 'provisional-seal',
  'comment.add': 'comment',
  'attestation.add': 'attestation',
  'appeal.file': 'appeal',
  'charter.accept': 'accept',
}

/** What an operation is called where the vector gives it no name. */
function wordOf({ type, body }: Pick<Op, 'type' | 'body'>): string {
  const word = WORDS[type] ?? type.replace('settle.', '')
  return typeof body.round === 'number' ? `${word}${body.round}` : word
}

const defaultName = (by: string, draft: Draft, on: string | undefined): string =>
  `${by}:${wordOf(draft)}${on === undefined ? '' : `@${on}`}`

/** A duty in the words of a vector. */
function describeDuty(
  { kind, draft, why, ballot, notes }: Duty,
  name: (cid: OpCid) => string,
): string {
  const on = ballot === null || name(ballot) === 'p' ? '' : ` on ${name(ballot)}`
  const body = draft?.body ?? {}
  if (kind === 'close') {
    const closing = JSON.parse(notes?.[0]?.[1] ?? '{}') as { endorse?: boolean }
    const named = why.replaceAll(/bafyrei\w+/g, (cid) => name(cid as OpCid))
    return `close${on} to ${closing.endorse ? 'endorse' : 'decline'}: ${named}`
  }
  if (kind.endsWith('tally')) return `${kind}${on} of ${[body.votes].flat().length} votes`
  if (kind === 'seal') return `seal${on}: ${body.verdict}${listed(body.settled)}`
  if (draft?.type === 'settle.estimate')
    return `estimate${on} ${body.round}: ${body.value}${listed(body.endorsements)}`
  if (draft?.type === 'settle.suggest') return `suggest${on} ${body.round}: ${body.value}`
  if (draft?.type === 'settle.auxiliary')
    return `auxiliary${on} ${body.round}: ${[body.values].flat().join(', ')}`
  if (draft?.type === 'settlement') {
    // What is declined needs no endorsements: a record that names some says too much.
    const extra = body.outcome === 'declined' ? [body.endorsements].flat().length : 0
    return `settlement${on}: ${body.outcome}${extra > 0 ? `, with ${extra} endorsements` : ''}`
  }
  return `${kind}${on}`
}

/** What a node does, in order on each ballot; between ballots no order is promised. */
function byBallot(acts: readonly string[]): string {
  const groups = Map.groupBy(acts, (act) => / on (\S+?)[: ]/.exec(`${act} `)?.[1] ?? 'p')
  return [...groups]
    .map(([name, list]) => `${name}: ${list.join('; ')}`)
    .sort()
    .join('\n')
}

/** How many operations a statement lists besides. */
const listed = (positions: unknown): string =>
  Array.isArray(positions) ? `, listing ${positions.length}` : ''
