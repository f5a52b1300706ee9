/** A whole daemon killed again and again among three that are not, while they decide. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Daemon } from '../../../node/daemon/daemon.ts'
import { silentLog } from '../../../node/daemon/log.ts'
import { freePort } from '../../../node/demo/organisation.ts'
import { writeConfigValue } from '../../../node/home/config-file.ts'
import { openHome } from '../../../node/home/home.ts'
import { peerIdOf } from '../../../node/network/peer-key.ts'
import { SqliteStore } from '../../../node/store/sqlite-store.ts'
import { STEPS, type Step } from '../../../node/store/steps.ts'
import type { Held } from '../../../src/chain/held.ts'
import type { KeyId, OpCid } from '../../../src/op/ids.ts'
import { Dice } from '../../convergence/moot.ts'
import { simpleProposal, testTrack } from '../../support/coalition.ts'
import { foundHomes, makeHomes, type TestHome } from '../../support/daemons.ts'
import { FAST } from '../../support/network.ts'
import { introduceTo, NodeProcess, waitFor } from '../../support/node-process.ts'
import { FATE_VARIABLE } from './kill-switch.ts'
import { type CrashFigures, OPENING } from './run.ts'

/** How to run. */
export interface DaemonCrashOptions {
  readonly kills: number
  readonly seed: number
  readonly onKill?: (figures: CrashFigures) => void
}

const SWITCH = pathToFileURL(join(import.meta.dirname, 'kill-switch.ts')).href
/** Longest that a life lasts once it is up, in ms; a named step may never come. */
const LIFE_MS = 1_500
/** Patience with a machine that has other things to do, in ms. */
const PATIENCE_MS = 300_000
const windows = { ...testTrack().windows, voting: 1_000, settle: 300 }
const tracks = Object.fromEntries(
  ['standard', 'emergency', 'constitutional'].map((name) => [name, testTrack({ windows })]),
)

/** Kills a daemon so many times; the same figures as of a child. */
export async function runDaemonCrashes(options: DaemonCrashOptions): Promise<CrashFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-crash-'))
  const run = await DaemonCrashRun.begin(options, folder)
  try {
    while (run.figures.kills < options.kills) await run.life()
    await run.compare()
    return run.figures
  } finally {
    await run.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

class DaemonCrashRun {
  private readonly options: DaemonCrashOptions
  private readonly folder: string
  private readonly dice: Dice
  private readonly peers: readonly Daemon[]
  private readonly victim: NodeProcess
  private readonly key: KeyId
  /** What the victim's API answered that it had signed. */
  private readonly acknowledged = new Set<OpCid>()
  private readonly steps: Record<string, number> = {}
  private readonly complaints: string[] = []
  private readonly counts = { kills: 0, duringRecovery: 0, lost: 0, failedRestarts: 0 }
  private digestsEqual = true
  private proposals = 0

  private constructor(
    options: DaemonCrashOptions,
    folder: string,
    { peers, victim }: { peers: readonly Daemon[]; victim: NodeProcess },
  ) {
    this.options = options
    this.folder = folder
    this.dice = new Dice(options.seed)
    this.peers = peers
    this.victim = victim
    this.key = victim.home.identity.node
  }

  /** Three daemons in this process that know each other, and a home for the one that is killed. */
  static async begin(options: DaemonCrashOptions, folder: string): Promise<DaemonCrashRun> {
    const homes = (await makeHomes(4, folder)).map(weighed)
    const coalition = foundHomes(homes, { tracks })
    const peers: Daemon[] = []
    for (const { home } of homes.slice(0, 3)) {
      introduceTo(home, coalition, addressesOf(peers[0]))
      peers.push(await Daemon.start({ home, log: silentLog, timings: FAST }))
    }
    const last = homes[3]
    if (!last) throw new RangeError('four were made')
    const listen = [`/ip4/127.0.0.1/tcp/${await freePort()}`]
    writeConfigValue(last.home.layout.config, 'listen', listen)
    introduceTo(last.home, coalition, addressesOf(peers[0]))
    const victim = new NodeProcess(openHome(last.home.layout.dir))
    return new DaemonCrashRun(options, folder, { peers, victim })
  }

  get figures(): CrashFigures {
    const settled = this.peer.replica.views
      .ballots()
      .filter(({ settlements }) => settlements.length > 0).length
    const { steps, complaints, digestsEqual } = this
    return {
      ...this.counts,
      doubleSeals: this.doubleSeals(),
      digestsEqual,
      steps,
      settled,
      sealed: new Set(this.seals().map(({ op }) => op.refs[0])).size,
      complaints,
    }
  }

  /** Up, at work, dead. */
  async life(): Promise<void> {
    const { dice, victim } = this
    const step = this.chooseStep()
    const fate = step && `${step}:${OPENING.includes(step) ? 1 : dice.int(1, 2)}`
    const isUp = await this.start(fate)
    const work = isUp ? this.work() : Promise.resolve()
    if (isUp) await Promise.race([victim.ended, pause(dice.roll() * LIFE_MS)])
    const atStep = victim.hasEnded
    await victim.down('SIGKILL')
    await work
    this.counts.kills++
    if (!isUp && this.counts.kills > 1) this.counts.duringRecovery++
    if (atStep && step) this.steps[step] = (this.steps[step] ?? 0) + 1
    this.lookAtStore()
    this.options.onKill?.(this.figures)
  }

  /** Left alone, it comes to what the others hold. */
  async compare(): Promise<void> {
    await this.victim.up()
    const isEqual = async (): Promise<boolean> => {
      const { digests } = await this.victim.api.status()
      const all = this.peers.map(({ replica }) => replica.digest())
      return all.every(({ ops, state }) => ops === digests.ops && state === digests.state)
    }
    await waitFor('it equals the others', isEqual, PATIENCE_MS).catch((error: unknown) => {
      this.digestsEqual = false
      this.complain(String(error))
    })
    const { recovery } = await this.victim.api.status()
    if (recovery) this.complain(`it must not sign any more: ${recovery.why}`)
    this.counts.lost += recovery ? 1 : 0
    this.lookAtStore()
  }

  async end(): Promise<void> {
    await this.victim.down('SIGKILL')
    await Promise.all(this.peers.map((peer) => peer.stop()))
  }

  private get peer(): Daemon {
    const [peer] = this.peers
    if (!peer) throw new RangeError('there are peers')
    return peer
  }

  /** A third dies while it comes back, a third at a step of its work, a third at any moment. */
  private chooseStep(): Step | undefined {
    const { dice } = this
    if (dice.chance(1 / 3)) return dice.pick(OPENING)
    return dice.chance(1 / 2) ? dice.pick(STEPS) : undefined
  }

  /** False when it was killed before it was up. */
  private async start(fate: string | undefined): Promise<boolean> {
    const env = fate ? { [FATE_VARIABLE]: fate, NODE_OPTIONS: `--import=${SWITCH}` } : {}
    const mayComeUp = !this.dice.chance(0.2)
    const timer = mayComeUp
      ? undefined
      : setTimeout(() => this.victim.kill(), this.dice.roll() * 900)
    try {
      await this.victim.up({ env })
      return true
    } catch (error) {
      if (!this.victim.wasKilled) {
        this.counts.failedRestarts++
        this.complain(String(error))
      }
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  /** The others decide something; the victim votes, and is held to what it answers. */
  private async work(): Promise<void> {
    const proposer = this.dice.pick(this.peers)
    const opened = await proposer.api.propose(simpleProposal(`policy@n${this.proposals++}`))
    const id = opened.ok ? opened.value.cid : null
    if (id === null) return
    await pause(this.dice.roll() * 100)
    for (const peer of this.peers)
      if (this.dice.chance(0.8)) await peer.api.vote(id, 'yes', undefined)
    try {
      const voted = await this.victim.api.vote(id, 'yes', undefined)
      if (voted.ok && voted.value.cid) this.acknowledged.add(voted.value.cid as OpCid)
    } catch {
      // Killed before it could answer: nothing was promised.
    }
  }

  /** A copy of its store, as a crash left it, holds all that it answered for and all that left it. */
  private lookAtStore(): void {
    const copy = join(this.folder, 'copy.db')
    const path = this.victim.home.layout.store
    for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true })
    for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end)
    const owed = new Set(this.acknowledged)
    for (const { replica } of this.peers)
      for (const { op } of replica.ledger.chain(this.key).main) owed.add(op.cid)
    const store = SqliteStore.open(copy)
    try {
      for (const cid of owed) {
        if (store.get(cid) !== undefined) continue
        this.counts.lost++
        this.complain(`${cid} is gone`)
      }
    } finally {
      store.close()
    }
  }

  /** Forks of its key, and ballots with more than one seal of it. */
  private doubleSeals(): number {
    const seals = this.seals()
    const forks = Number.isFinite(this.peer.replica.ledger.chain(this.key).forkedAt) ? 1 : 0
    return forks + seals.length - new Set(seals.map(({ op }) => op.refs[0])).size
  }

  private seals(): Held[] {
    const { byCid } = this.peer.replica.ledger
    return [...byCid.values()].filter(({ op }) => op.type === 'seal' && op.key === this.key)
  }

  private complain(what: string): void {
    if (this.complaints.length < 10) this.complaints.push(what)
  }
}

/** Nothing is settled without the last of four (W 5, Q 4): so it has to vote and seal. */
const weighed = ({ home, member }: TestHome, i: number): TestHome => ({
  home,
  member: { ...member, weight: i === 3 ? 2 : 1 },
})

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const addressesOf = (daemon: Daemon | undefined): string[] => {
  const key = daemon?.replica.signer?.key
  return key ? daemon.listenAddresses.map((address) => `${address}/p2p/${peerIdOf(key)}`) : []
}
