/**
 * One run: honest replicas, faulty stakeholders, a network that loses, delays and parts until it
 * stabilises, ballots that people propose and vote on. Everything follows from the seed.
 */
import type { SettleRules } from '../../src/ballot/rules.ts'
import type { Incoming } from '../../src/chain/run.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { Op, Signer } from '../../src/op/operation.ts'
import { vouchedRun } from '../../src/sync/runs.ts'
import { type Author, delegation, type Founded, type Member } from '../support/coalition.ts'
import { signerNumber } from '../support/people.ts'
import { Agenda } from './agenda.ts'
import type { Chance } from './chance.ts'
import { type Finding, openBallots, Watch } from './checks.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import type { Dormancy } from './dormancy.ts'
import { lackingRuns } from './exchange.ts'
import { Liar, type Sender } from './faulty.ts'
import { BOUNDED_DELAY, Network } from './network.ts'
import { rememberingVerifier, SettleNode } from './node.ts'
import { People } from './people.ts'
import { type FaultLevel, type FaultPlan, type Plan, planOf } from './plan.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Every ballot is settled this long after stabilisation and the last proposal. */
const SETTLED_WITHIN = 90 * MINUTE
/** What is settled stays so while faulty keys fork and are revoked, this long. */
const AFTERMATH = 40 * SECOND
/** Share of what a silent liar says that gets out all the same. */
const WHISPERED = 0.002
/** Most rounds of exchange until all hold the same. */
const MAX_EXCHANGES = 30

/** What a run is asked for. */
export interface RunOptions {
  readonly seed: number
  readonly level?: FaultLevel
  /** A contingency that the faulty alone can reach. */
  readonly lowFloor?: boolean
  readonly rules?: Partial<SettleRules>
}

/** What a run came to. */
export interface RunReport {
  readonly seed: number
  readonly findings: readonly Finding[]
  readonly coverage: Coverage
  /** Virtual ms that it took. */
  readonly tookMs: number
}

/** Runs a seed. */
export const runSeed = ({
  seed,
  level = 'tolerated',
  lowFloor = false,
  rules = {},
}: RunOptions): RunReport => new World(planOf(seed, { level, lowFloor }), rules).run()

/** All that was said in a run, in the order in which an honest member heard it, each as a peer takes it. */
export function saidIn(options: RunOptions): { founded: Founded; said: readonly Incoming[][] } {
  const world = new World(
    planOf(options.seed, { level: 'tolerated', lowFloor: false, ...options }),
    {},
  )
  world.run()
  const [listener = world.spy] = world.honest
  const { replica } = listener
  const said = [...replica.ledger.byCid.values()].map((held) =>
    vouchedRun(held, replica).flatMap(({ op }, i, { length }) => {
      const stored = replica.stored(op.cid)
      return stored ? { bytes: stored.bytes, sig: i === length - 1 ? stored.sig : null } : []
    }),
  )
  return { founded: world.plan.founded, said }
}

interface Twin {
  readonly node: SettleNode
  readonly audience: Set<SettleNode>
}

class World {
  readonly plan: Plan
  readonly chance: Chance
  readonly agenda = new Agenda()
  readonly watch = new Watch()
  readonly honest: SettleNode[] = []
  readonly twins: Twin[] = []
  readonly liars: Liar[] = []
  readonly spy: SettleNode
  private readonly people: People
  private readonly verifier = rememberingVerifier()
  private readonly rules: Partial<SettleRules>
  private readonly wakes = new Map<SettleNode, number>()
  private readonly exchanged = new Map<string, string>()
  private readonly network: Network
  private healed = false
  private returned = false
  private leaptMs = 0

  constructor(plan: Plan, rules: Partial<SettleRules>) {
    this.plan = plan
    this.chance = plan.chance
    this.network = new Network(plan, this.agenda)
    this.rules = rules
    this.people = new People(this)
    this.spy = this.node(undefined)
    for (const member of [...plan.honest, plan.newcomer]) this.honest.push(this.node(member))
    for (const fault of plan.faulty) this.addFaulty(fault)
    for (const node of this.honest) this.exchangeLater(node)
  }

  run(): RunReport {
    const lastAt = Math.max(this.plan.stableAt, ...this.plan.ballots.map(({ at }) => at))
    this.people.begin()
    if (this.plan.dormancy) this.foresee(this.plan.dormancy)
    try {
      this.settleAll(lastAt)
      for (const liar of this.liars) liar.betray()
      const end = this.agenda.now + AFTERMATH
      while (this.agenda.step(end));
      // What a faulty stakeholder had kept back may have come only now.
      this.settleAll(lastAt)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.watch.find('duties-end', error.message)
    }
    const tookMs = this.agenda.now
    this.exchangeAll()
    this.watch.conclude(this.honest)
    const { seed } = this.plan
    return { seed, findings: this.watch.findings, coverage: this.coverage(), tookMs }
  }

  /** Goes on until no honest node has an open ballot, or the time for that is over. */
  private settleAll(lastAt: number): void {
    const limit = Math.max(lastAt, this.agenda.now) + SETTLED_WITHIN
    let steps = 0
    while (!(steps++ % 50 === 0 && this.isOver(lastAt)) && this.agenda.step(limit));
  }

  /** Months go by in which nothing happens, then who was silent is heard again, one by one. */
  private foresee({ leapAt, leapMs, backAt }: Dormancy): void {
    this.agenda.at(leapAt, () => {
      this.leaptMs = leapMs
      for (const node of this.everyone()) node.leap(leapMs)
      for (const node of this.everyone()) this.wake(node)
    })
    for (const at of backAt.values())
      this.agenda.at(at, () => {
        this.returned ||= this.honest.some((node) =>
          openBallots(node).some(({ body }) => body.removesSilent !== undefined),
        )
      })
  }

  private everyone(): SettleNode[] {
    return [this.spy, ...this.honest, ...this.twins.map(({ node }) => node)]
  }

  /** The author's clock of those who have no replica of their own. */
  now(): number {
    return this.plan.founded.at + this.leaptMs + this.agenda.now
  }

  /** Sends operations of a liar: it reaches whom it likes, but no faster than the network is. */
  send(ops: readonly Incoming[], to: SettleNode, { member, key }: Sender): void {
    const isMuted = this.network.isGone(member) && !this.network.isGone(to.member?.id)
    if (isMuted && !this.chance.chance(WHISPERED)) return
    this.agenda.after(this.chance.int(10, BOUNDED_DELAY), () => this.arrive(ops, to, key))
  }

  /** Tells everybody that can be reached what a node said. */
  broadcast(from: SettleNode, said: readonly Incoming[]): void {
    if (!from.key || said.length === 0) return
    this.spy.replica.ingest(said)
    for (const to of this.peersOf(from)) {
      const delay = this.network.delay(from, to)
      if (delay === undefined) continue
      const key = from.key
      for (const op of said) this.agenda.after(delay, () => this.arrive([op], to, key))
    }
    for (const { op } of said) this.provoke(op)
  }

  /** Takes in what a root signed, at the node of its stakeholder, and tells everybody. */
  announce(node: SettleNode, said: Author['ops']): void {
    node.turnTo(this.agenda.now)
    node.replica.ingest(said)
    this.spread(node, said)
  }

  /** Tells everybody what a node signed, and lets it do its duties. */
  spread(node: SettleNode, said: Author['ops']): void {
    node.version++
    this.broadcast(node, said)
    this.wake(node)
  }

  /** Lets a node do what it owes, and look around for people to act. */
  wake(node: SettleNode): void {
    node.turnTo(this.agenda.now)
    const isHonest = this.honest.includes(node)
    const { said, wakeAt } = node.doDuties((duty) => {
      if (isHonest) this.watch.beforeDuty(node, duty)
    })
    if (isHonest) this.watch.observe(node)
    this.broadcast(node, said)
    this.people.lookAt(node)
    this.wakeLater(node, wakeAt)
  }

  private node(member: Member | undefined, offsetMs?: number): SettleNode {
    const node = new SettleNode({
      founded: this.plan.founded,
      member,
      clockOffsetMs: member ? (offsetMs ?? this.chance.int(-180, 180) * SECOND) : 0,
      rules: this.rules,
      verifier: this.verifier,
    })
    const isLeft = this.chance.chance(0.5)
    const { isSplit, ownersApart, owners } = this.plan
    const isOwner = owners.some(({ id }) => id === member?.id)
    const isEven = this.network.size % 2 === 0
    this.network.join(node, ownersApart ? isOwner : isSplit ? isEven : isLeft)
    return node
  }

  private addFaulty({ member, kind }: FaultPlan): void {
    const second = signerNumber(7_000 + Number(member.id.slice(1)))
    const keys = this.chance.chance(0.3) ? [member.node, second] : [member.node]
    if (kind === 'liar') this.liars.push(new Liar(this, member, keys))
    else if (kind === 'twins') this.addTwins(member)
    else if (kind === 'double-key') this.addDoubleKey(member, second)
  }

  /** Two honest programs with one key, each talking with some nodes only: the key forks. */
  private addTwins(member: Member): void {
    const first = { node: this.node(member), audience: new Set(this.honest) }
    this.twins.push(first)
    const splitAt = this.chance.chance(0.3) ? 0 : this.chance.int(0, 900) * SECOND
    this.agenda.at(splitAt, () => {
      const node = splitAt === 0 ? this.node(member) : first.node.clone()
      this.network.join(node, this.chance.chance(0.5))
      const audience = new Set(this.honest.filter(() => this.chance.chance(0.6)))
      for (const told of audience) if (this.chance.chance(0.7)) first.audience.delete(told)
      this.twins.push({ node, audience })
    })
  }

  /** Two honest programs with two keys of one stakeholder: it says everything twice. */
  private addDoubleKey(member: Member, second: Signer): void {
    const root = this.plan.founded.roots.get(member.id)
    if (!root) return
    const said = root.say(delegation(this.plan.founded.coalition, root.signer, second), this.now())
    for (const node of [this.spy, ...this.honest]) node.replica.ingest([said])
    for (const signer of [member.node, second]) {
      const node = this.node({ ...member, node: signer })
      node.replica.ingest([said])
      const share = this.chance.pick([0.4, 0.6, 1]) ?? 1
      this.twins.push({
        node,
        audience: new Set(this.honest.filter(() => this.chance.chance(share))),
      })
    }
  }

  /** Whom a node talks with: every honest node, and each faulty copy that cares to. */
  peersOf(node: SettleNode): SettleNode[] {
    const twin = this.twins.find((one) => one.node === node)
    if (twin) return [...twin.audience]
    const copies = this.twins.filter(({ audience }) => audience.has(node))
    return [...this.honest.filter((other) => other !== node), ...copies.map((one) => one.node)]
  }

  /** The side of a partition that a node is on, while there is one. */
  isOnLeft(node: SettleNode): boolean {
    return this.network.isOnLeft(node)
  }

  /** True while a member is silent for months. */
  isGone({ member }: SettleNode): boolean {
    return this.network.isGone(member?.id)
  }

  private arrive(ops: readonly Incoming[], to: SettleNode, from: KeyId): void {
    if (!to.receive(ops, from)) return
    const { batchMs } = this.plan
    this.agenda.at(Math.ceil(this.agenda.now / batchMs) * batchMs, () => {
      to.turnTo(this.agenda.now)
      to.takeIn()
      this.wake(to)
    })
  }

  private wakeLater(node: SettleNode, wakeAt: number): void {
    const due = this.wakes.get(node) ?? Number.POSITIVE_INFINITY
    if (!Number.isFinite(wakeAt) || (due <= wakeAt && due > this.agenda.now)) return
    this.wakes.set(node, wakeAt)
    this.agenda.at(wakeAt, () => {
      if (this.wakes.get(node) !== wakeAt) return
      this.wakes.delete(node)
      this.wake(node)
    })
  }

  /** Liars answer to what they see, or do something else. */
  private provoke(op?: Op): void {
    const liar = this.chance.pick(this.liars)
    const ballot = op?.refs[0]
    if (!liar || !this.chance.chance(0.5)) return
    this.agenda.after(this.chance.int(0, 300), () => {
      if (ballot && op.type !== 'vote.cast' && this.chance.chance(0.8)) liar.answer(ballot)
      else liar.act()
    })
  }

  private exchangeLater(node: SettleNode): void {
    this.agenda.after(this.chance.int(10, 30) * SECOND, () => {
      const reachable = this.peersOf(node).filter((peer) => !this.network.areApart(node, peer))
      const peer = this.chance.pick(reachable)
      if (peer) this.exchange(node, peer)
      this.provoke()
      node.turnTo(this.agenda.now)
      node.tick()
      this.wake(node)
      this.exchangeLater(node)
    })
  }

  private exchange(a: SettleNode, b: SettleNode): void {
    this.noteHealing(a, b)
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const delay = this.network.delay(from, to)
      if (delay === undefined) continue
      const ops = this.missingAt(from, to)
      this.agenda.after(delay, () => {
        if (ops.length > 0 && from.key) this.arrive(ops, to, from.key)
        to.turnTo(this.agenda.now)
        if (from.key) to.replica.noteSynced(from.key)
      })
    }
  }

  private missingAt(from: SettleNode, to: SettleNode): Incoming[] {
    const pair = `${from.name} ${to.name}`
    const versions = `${from.version} ${to.version}`
    if (this.exchanged.get(pair) === versions) return []
    this.exchanged.set(pair, versions)
    const { stripsSignatures } = this.plan
    return lackingRuns(from.replica, to.replica, { stripsSignatures })
  }

  /** Two that were apart meet while a ballot is between seal and settlement at one of them. */
  private noteHealing(a: SettleNode, b: SettleNode): void {
    const { partedAt, stableAt } = this.plan
    if (partedAt === undefined || this.healed || this.agenda.now < stableAt) return
    if (this.isOnLeft(a) === this.isOnLeft(b)) return
    this.healed = [a, b].some((node) =>
      openBallots(node).some(({ board }) => board.sealedWeight > 0),
    )
  }

  private isOver(lastAt: number): boolean {
    if (this.agenda.now < lastAt + MINUTE || !this.people.areDone()) return false
    return this.honest.every((node) => openBallots(node).length === 0)
  }

  /** Until every honest node holds what any of them does. */
  private exchangeAll(): void {
    for (let i = 0; i < MAX_EXCHANGES; i++) {
      let moved = 0
      for (const from of this.honest)
        for (const to of this.honest) {
          if (from === to) continue
          to.turnTo(this.agenda.now + 10 * MINUTE)
          to.takeIn()
          to.tick()
          const ops = lackingRuns(from.replica, to.replica, { stripsSignatures: false })
          const { accepted } = to.replica.ingest(ops, from.key)
          moved += accepted.length
        }
      if (moved === 0) return
    }
  }

  private coverage(): Coverage {
    const [one] = this.honest
    const { watch, healed, returned } = this
    const dormant = this.plan.dormancy !== undefined
    return coverageOf(one?.replica, { healed, held: watch.hasHeld, dormant, returned })
  }
}
