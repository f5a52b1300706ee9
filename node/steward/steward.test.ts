import { describe, expect, test } from 'vitest'
import type { Incoming } from '../../src/chain/run.ts'
import { refuse, unwrap } from '../../src/op/refusal.ts'
import { castDraft, proposalDraft } from '../../src/replica/acts.ts'
import type { Duty } from '../../src/replica/duties.ts'
import type { Issued } from '../../src/replica/replica.ts'
import { MemoryStore, type StoreBatch } from '../../src/replica/store.ts'
import { found, openReplica, Party, simpleProposal } from '../../test/support/coalition.ts'
import { HandTimers } from '../../test/support/hand-timers.ts'
import { TestClock } from '../../test/support/people.ts'
import { silentLog } from '../daemon/log.ts'
import type { Config, DutyMode } from '../home/config-schema.ts'
import { StoreError } from '../store/errors.ts'
import type { JournalEntry } from '../store/journal.ts'
import { FIRST_RETRY_MS } from './backoff.ts'
import { MANY_OPS, QUIET_MS } from './flood-of-news.ts'
import { answerSeal } from './seal-policy.ts'
import { Steward } from './steward.ts'

/** A memory that can be full. */
class FullableStore extends MemoryStore {
  isFull = false

  override commit(batch: StoreBatch): void {
    if (this.isFull) throw new StoreError('store-read-only', 'the disk is full', 'free some space')
    super.commit(batch)
  }
}

interface Options {
  readonly seal?: DutyMode
  readonly checkpoints?: Config['steward.checkpoint']
}

/** One stewarded member of four, on a ballot that the other three have yet to vote on. */
class Stage {
  readonly clock = new TestClock()
  readonly timers = new HandTimers(this.clock)
  readonly founded = found([1, 1, 1, 1])
  readonly store = new FullableStore()
  readonly published: Issued[] = []
  readonly journal: JournalEntry[] = []
  readonly others: Party[]
  readonly self: Party
  readonly steward: Steward
  readonly modes: () => DutyMode
  isReadOnly = false

  constructor({ seal = 'auto', checkpoints = 'off' }: Options = {}) {
    const [self, ...others] = this.founded.members.map((member, i) => {
      const store = i === 0 ? { store: this.store } : {}
      return new Party(member, openReplica(this.founded, { member, clock: this.clock, ...store }))
    })
    if (!self) throw new RangeError('four members')
    this.self = self
    this.others = others
    this.modes = () => seal
    this.steward = new Steward({
      replica: self.replica,
      timers: this.timers,
      log: silentLog,
      sealModes: this.modes,
      checkpoints,
      isReadOnly: () => this.isReadOnly,
      publish: (issued) => void this.published.push(...issued),
      journal: (entry) => void this.journal.push(entry),
      taken() {},
      storeFailed: () => {
        this.isReadOnly = true
      },
    })
  }

  get types(): string[] {
    return this.published.map(({ op }) => op.type)
  }

  /** A proposal of the second member that all hold, and a vote of everybody. */
  voted(): Issued {
    const [author] = this.others
    if (!author) throw new RangeError('four members')
    for (const draft of author.replica.checkpointNow()) this.spread(author.issue(draft))
    const opened = author.issue(unwrap(proposalDraft(author.replica, simpleProposal('policy@a'))))
    this.spread(opened)
    for (const party of [this.self, ...this.others])
      this.spread(party.issue(unwrap(castDraft(party.replica, opened.op.cid, 'yes'))))
    return opened
  }

  /** The others do their duties and hear ours, until nothing new is said. */
  converse(): void {
    for (let round = 0; round < 50; round++) {
      const said = this.others.flatMap((party) => party.doDuties())
      for (const issued of [...said, ...this.published]) this.spread(issued)
      this.timers.run()
      if (said.length === 0) return
    }
  }

  spread({ bytes, sig }: Issued): void {
    const item: Incoming = { bytes, sig }
    for (const { replica } of [this.self, ...this.others]) replica.ingest([item])
  }
}

describe('on its own', () => {
  test('a ballot on which everybody voted is sealed and settled, with a line for each deed', () => {
    const stage = new Stage()
    const { op } = stage.voted()
    stage.steward.start()
    stage.timers.run()
    expect(stage.types).toEqual(['tally', 'seal'])
    stage.converse()
    const standing = stage.self.replica.views.standing()
    expect(standing?.outcomes.get(op.cid)).toMatchObject({ outcome: 'adopted' })
    expect(stage.journal.map(({ what }) => what).slice(0, 3)).toEqual([
      'close.noted',
      'tally.issued',
      'seal.issued',
    ])
    expect(stage.journal[2]).toMatchObject({ why: 'everyone has voted' })
    expect(JSON.parse(stage.journal[2]?.data ?? '')).toMatchObject({ ballot: op.cid })
  })

  test('it wakes by itself when the voting window and settle have passed', () => {
    const stage = new Stage()
    const [author] = stage.others
    if (!author) return expect.unreachable()
    stage.steward.start()
    for (const draft of author.replica.checkpointNow()) stage.spread(author.issue(draft))
    const opened = author.issue(unwrap(proposalDraft(author.replica, simpleProposal('policy@a'))))
    stage.spread(opened)
    for (const party of stage.others)
      stage.spread(party.issue(unwrap(castDraft(party.replica, opened.op.cid, 'yes'))))
    const { voting, settle } = stage.founded.charter.tracks.standard?.windows ?? {}
    stage.timers.advance((voting ?? 0) + (settle ?? 0) - 1)
    expect(stage.types).toEqual([])
    stage.timers.advance(1000)
    expect(stage.types).toEqual(['tally', 'seal'])
  })

  test('while a history comes in it does nothing: what looks open may have ended long ago', () => {
    const stage = new Stage()
    const { op } = stage.voted()
    const [author] = stage.others
    if (!author) return expect.unreachable()
    const history = Array.from({ length: MANY_OPS }, () => {
      const vote = unwrap(castDraft(author.replica, op.cid, 'yes'))
      return author.issue(vote)
    })
    stage.steward.start()
    stage.self.replica.ingest(history.map(({ bytes, sig }) => ({ bytes, sig })))
    stage.timers.advance(QUIET_MS - 1)
    expect(stage.journal).toEqual([])
    stage.timers.advance(1)
    expect(stage.types).toEqual(['tally', 'seal'])
  })

  test('with nothing to do it sleeps', () => {
    const stage = new Stage()
    stage.steward.start()
    stage.timers.run()
    expect(stage.timers.nextInMs).toBeGreaterThan(10)
    expect(stage.published).toEqual([])
  })

  test('a checkpoint is issued when the settings leave it to the steward, and not otherwise', () => {
    const auto = new Stage({ checkpoints: 'auto' })
    auto.steward.start()
    auto.timers.run()
    expect(auto.types).toEqual(['checkpoint'])
    const off = new Stage({ checkpoints: 'off' })
    off.steward.start()
    off.timers.run()
    expect(off.types).toEqual([])
  })

  test('after it was stopped it does nothing', () => {
    const stage = new Stage()
    stage.steward.start()
    stage.steward.stop()
    stage.voted()
    stage.timers.advance(60_000)
    expect(stage.published).toEqual([])
  })
})

describe('seals that people decide', () => {
  test('a seal that was asked for waits, and an approved one endorses', () => {
    const stage = new Stage({ seal: 'ask' })
    const { op } = stage.voted()
    stage.steward.start()
    stage.timers.run()
    expect(stage.types).toEqual([])
    unwrap(answerSeal(stage.self.replica, stage.modes, op.cid, true))
    stage.steward.poke()
    stage.timers.run()
    expect(stage.types).toEqual(['tally', 'seal'])
    expect(stage.published.at(-1)?.op.body.verdict).toBe('endorse')
  })

  test('one that was answered with no declines at once', () => {
    const stage = new Stage({ seal: 'ask' })
    const { op } = stage.voted()
    stage.steward.start()
    stage.timers.run()
    unwrap(answerSeal(stage.self.replica, stage.modes, op.cid, false))
    stage.steward.poke()
    stage.timers.run()
    expect(stage.published.at(-1)?.op.body.verdict).toBe('decline')
  })

  test.each(['ask', 'off'] as const)('unanswered, "%s" becomes a decline after settle', (seal) => {
    const stage = new Stage({ seal })
    stage.voted()
    stage.steward.start()
    const settleMs = stage.founded.charter.tracks.standard?.windows.settle ?? 0
    stage.timers.advance(settleMs - 1000)
    expect(stage.types).toEqual([])
    stage.timers.advance(2000)
    expect(stage.types).toEqual(['tally', 'seal'])
    expect(stage.published.at(-1)?.op.body.verdict).toBe('decline')
    expect(stage.journal.map(({ what }) => what)).toContain('seal.declined')
  })

  test('a seal that waits holds up no settlement that the others bring about', () => {
    const stage = new Stage({ seal: 'ask' })
    const { op } = stage.voted()
    stage.steward.start()
    stage.converse()
    expect(stage.types).toContain('settle.estimate')
    expect(stage.types).not.toContain('seal')
    expect(stage.self.replica.views.standing()?.outcomes.get(op.cid)).toMatchObject({
      outcome: 'adopted',
    })
  })
})

describe('when things fail', () => {
  test('a full disk stops it after one attempt, and nothing unsaved was sent', () => {
    const stage = new Stage()
    stage.voted()
    stage.store.isFull = true
    stage.steward.start()
    stage.timers.advance(FIRST_RETRY_MS * 10)
    expect(stage.published).toEqual([])
    expect(stage.self.replica.ledger.chain(stage.self.member.node.key).main).toHaveLength(1)
  })

  test('a duty that failed is tried again later, and then done', () => {
    const stage = new Stage()
    stage.voted()
    const { replica } = stage.self
    const perform = replica.perform.bind(replica)
    replica.perform = () => refuse('too-fast', 'not yet')
    stage.steward.start()
    stage.timers.run()
    replica.perform = perform
    stage.timers.advance(FIRST_RETRY_MS - 1)
    expect(stage.published).toEqual([])
    stage.timers.advance(1)
    expect(stage.types).toEqual(['tally', 'seal'])
  })

  test('a duty that breaks keeps no other from being done', () => {
    const stage = new Stage({ checkpoints: 'auto' })
    stage.voted()
    const { replica } = stage.self
    const perform = replica.perform.bind(replica)
    const isBroken = (duty: Duty) => duty.kind !== 'checkpoint'
    replica.perform = (duty) => {
      if (isBroken(duty)) throw new RangeError('a bug')
      return perform(duty)
    }
    stage.steward.start()
    stage.timers.run()
    expect(stage.types).toEqual(['checkpoint'])
  })

  test('after duties could not be looked at, a change has them looked at again', () => {
    const stage = new Stage()
    const { replica } = stage.self
    const duties = replica.duties.bind(replica)
    replica.duties = () => {
      stage.steward.poke()
      throw new RangeError('a bug')
    }
    stage.steward.start()
    stage.timers.run()
    replica.duties = duties
    stage.voted()
    stage.timers.run()
    expect(stage.types).toEqual(['tally', 'seal'])
  })

  test('while the store takes nothing, nothing is tried; when it does again, at once', () => {
    const stage = new Stage()
    stage.voted()
    stage.isReadOnly = true
    stage.steward.start()
    stage.timers.advance(30_000)
    expect(stage.published).toEqual([])
    stage.isReadOnly = false
    stage.steward.recovered()
    stage.timers.run()
    expect(stage.types).toEqual(['tally', 'seal'])
  })

  test('a journal that cannot be written stops no duty', () => {
    const stage = new Stage()
    stage.journal.push = () => {
      throw new StoreError('store-read-only', 'full', 'free some space')
    }
    stage.voted()
    stage.steward.start()
    stage.timers.run()
    expect(stage.types).toEqual(['tally', 'seal'])
  })
})
