import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChunkSet } from './chunk-set.ts'
import { type Ask, FetchPlan } from './fetch-plan.ts'
import { MAX_ASKED, MAX_ASKED_PER_PEER, MAX_REST_MS, MIN_REST_MS } from './limits.ts'

const PATIENCE_MS = 1000

/** How a peer answers one question. */
type Mood = 'serves' | 'lies' | 'stalls' | 'vanishes' | 'lacks'

interface Cast {
  readonly chunks: number
  readonly before: readonly number[]
  readonly moods: readonly (readonly Mood[])[]
  readonly order: readonly number[]
}

const mood = fc.constantFrom<Mood>('serves', 'serves', 'lies', 'stalls', 'vanishes', 'lacks')
const cast: fc.Arbitrary<Cast> = fc.record({
  chunks: fc.integer({ min: 1, max: 60 }),
  before: fc.array(fc.nat(59), { maxLength: 20 }),
  moods: fc.array(fc.array(mood, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 5 }),
  order: fc.array(fc.nat(1000), { minLength: 1, maxLength: 200 }),
})

/** Plays a fetch with moody peers and one honest one; checks every ask against the rules. */
class Play {
  readonly plan: FetchPlan
  readonly liars = new Set<string>()
  private readonly cast: Cast
  private readonly open: Ask[] = []
  private readonly turns = new Map<string, number>()
  private readonly got: ChunkSet
  private nowMs = 0

  constructor(cast: Cast) {
    this.cast = cast
    this.got = new ChunkSet(cast.chunks)
    for (const index of cast.before) this.got.add(index)
    this.plan = new FetchPlan(this.got, PATIENCE_MS)
  }

  /** Plays until complete; the number of steps that it took. */
  run(): number {
    for (let step = 0; step < 5000; step++) {
      this.connect()
      this.ask()
      if (this.plan.isComplete) return step
      this.answer(this.cast.order[step % this.cast.order.length] ?? 0)
    }
    return expect.unreachable('an honest peer is there, and yet it never completes')
  }

  private connect(): void {
    for (const peer of ['honest', ...this.cast.moods.keys()].map(String))
      if (this.plan.mayUse(peer, this.nowMs))
        this.plan.peerHas(peer, ChunkSet.full(this.cast.chunks))
  }

  private ask(): void {
    const { asks, stalled } = this.plan.step(this.nowMs)
    for (const peer of stalled) this.forget(peer)
    for (const ask of asks) {
      expect(this.liars).not.toContain(ask.peer)
      expect(this.got.has(ask.index)).toBe(false)
      expect(this.open.filter(({ index }) => index === ask.index)).toEqual([])
      this.open.push(ask)
      const owed = this.open.filter(({ peer }) => peer === ask.peer)
      expect(owed.length).toBeLessThanOrEqual(MAX_ASKED_PER_PEER)
    }
    expect(this.open.length).toBeLessThanOrEqual(MAX_ASKED)
  }

  private answer(pick: number): void {
    const ask = this.open[pick % Math.max(1, this.open.length)]
    if (ask === undefined) this.nowMs += PATIENCE_MS
    else this.play(ask, this.moodOf(ask.peer))
  }

  private play(ask: Ask, how: Mood): void {
    const { peer, index } = ask
    if (how === 'stalls') {
      this.letTimePass()
      return
    }
    this.open.splice(this.open.indexOf(ask), 1)
    if (how === 'lies') this.liars.add(peer)
    if (how === 'serves') this.got.add(index)
    if (how === 'serves') this.plan.got(peer, index)
    else if (how === 'lies') this.plan.lied(peer)
    else if (how === 'lacks') this.plan.lacks(peer, index)
    else this.plan.peerGone(peer, this.nowMs)
    if (how === 'lies' || how === 'vanishes') this.forget(peer)
  }

  /** Whoever is honest answers in time. */
  private letTimePass(): void {
    for (const ask of this.open.filter(({ peer }) => peer === 'honest')) this.play(ask, 'serves')
    this.nowMs += PATIENCE_MS / 2
  }

  private moodOf(peer: string): Mood {
    if (peer === 'honest') return 'serves'
    const turn = this.turns.get(peer) ?? 0
    this.turns.set(peer, turn + 1)
    const moods = this.cast.moods[Number(peer)] ?? []
    return moods[turn % moods.length] ?? 'serves'
  }

  private forget(peer: string): void {
    for (const ask of this.open.filter((one) => one.peer === peer))
      this.open.splice(this.open.indexOf(ask), 1)
  }
}

test('with peers that lie, stall, vanish and lack, it completes as long as one is honest', () => {
  fc.assert(
    fc.property(cast, (given) => {
      const play = new Play(given)
      play.run()
      expect(play.plan.count).toBe(given.chunks)
    }),
    { numRuns: 500 },
  )
})

/** A plan over so many chunks whose peers have all of them. */
function planWith(chunks: number, ...peers: string[]): FetchPlan {
  const plan = new FetchPlan(new ChunkSet(chunks), PATIENCE_MS)
  for (const peer of peers) plan.peerHas(peer, ChunkSet.full(chunks))
  return plan
}

describe('how many chunks are asked for', () => {
  test('of one peer, and of all', () => {
    const names = Array.from({ length: 20 }, (_, i) => `p${i}`)
    expect(planWith(100, 'a').step(0).asks).toHaveLength(MAX_ASKED_PER_PEER)
    const { asks } = planWith(100, ...names).step(0)
    expect(asks).toHaveLength(MAX_ASKED)
    expect(new Set(asks.map(({ index }) => index)).size).toBe(MAX_ASKED)
  })

  test('work is shared: two peers are asked in turn', () => {
    const { asks } = planWith(4, 'a', 'b').step(0)
    expect(asks.map(({ peer }) => peer)).toEqual(['a', 'b', 'a', 'b'])
  })
})

describe('a peer that stalls', () => {
  test('loses what it owes to another, exactly when patience ends', () => {
    const plan = planWith(1, 'slow')
    plan.step(0)
    plan.peerHas('quick', ChunkSet.full(1))
    expect(plan.wakeAtMs).toBe(PATIENCE_MS)
    expect(plan.step(PATIENCE_MS - 1)).toEqual({ asks: [], stalled: [] })
    expect(plan.step(PATIENCE_MS)).toEqual({
      asks: [{ peer: 'quick', index: 0 }],
      stalled: ['slow'],
    })
  })

  test('rests longer each time, at most so long, and starts anew once it served', () => {
    const plan = planWith(2, 'slow')
    let nowMs = 0
    const rests: number[] = []
    for (let i = 0; i < 8; i++) {
      plan.step(nowMs)
      nowMs += PATIENCE_MS
      plan.step(nowMs)
      let restMs = 0
      while (!plan.mayUse('slow', nowMs + restMs)) restMs += 500
      rests.push(restMs)
      nowMs += restMs
      plan.peerHas('slow', ChunkSet.full(2))
    }
    expect(rests.slice(0, 3)).toEqual([MIN_REST_MS, 2 * MIN_REST_MS, 4 * MIN_REST_MS])
    expect(Math.max(...rests)).toBe(MAX_REST_MS)
    plan.step(nowMs)
    plan.got('slow', 0)
    plan.step(nowMs)
    plan.step(nowMs + PATIENCE_MS)
    expect(plan.mayUse('slow', nowMs + PATIENCE_MS + MIN_REST_MS)).toBe(true)
  })
})

test('a peer that goes owing rests before it is asked again, one that owed nothing does not', () => {
  const plan = planWith(1, 'flighty', 'idle')
  expect(plan.step(0).asks).toEqual([{ peer: 'flighty', index: 0 }])
  plan.peerGone('flighty', 0)
  plan.peerGone('idle', 0)
  expect(plan.mayUse('idle', 0)).toBe(true)
  expect([MIN_REST_MS - 1, MIN_REST_MS].map((ms) => plan.mayUse('flighty', ms))).toEqual([
    false,
    true,
  ])
})

test('a liar is asked nothing more, even if it says again what it has', () => {
  const plan = planWith(8, 'liar')
  expect(plan.step(0).asks).toHaveLength(MAX_ASKED_PER_PEER)
  plan.lied('liar')
  plan.peerHas('liar', ChunkSet.full(8))
  expect(plan.mayUse('liar', Number.MAX_SAFE_INTEGER)).toBe(false)
  expect(plan.step(0).asks).toEqual([])
  expect(plan.wakeAtMs).toBe(Number.POSITIVE_INFINITY)
})

test('what is here already is never asked for', () => {
  const held = new ChunkSet(5)
  for (const index of [0, 1, 3]) held.add(index)
  const plan = new FetchPlan(held, PATIENCE_MS)
  plan.peerHas('a', ChunkSet.full(5))
  expect(plan.step(0).asks.map(({ index }) => index)).toEqual([2, 4])
})
