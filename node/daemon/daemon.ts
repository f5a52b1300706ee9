/** The daemon: one organisation's node, put together and taken apart in order (design §6). */
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import type { Replica } from '../../src/replica/replica.ts'
import { ApiServer } from '../api/server.ts'
import { NodeService } from '../api/service.ts'
import type { Surroundings } from '../api/surroundings.ts'
import { dutyMode } from '../home/config-schema.ts'
import { messageOf } from '../home/errors.ts'
import type { Home } from '../home/home.ts'
import type { Membership } from '../home/membership.ts'
import { RolloutRunner } from '../hooks/rollout-runner.ts'
import { rolloutSettings } from '../hooks/settings-of.ts'
import type { NetworkTimings } from '../network/limits.ts'
import { Steward } from '../steward/steward.ts'
import { DEFAULT_JOURNAL_LINES } from '../store/journal.ts'
import { type Scrub, scrub } from '../store/scrub.ts'
import { AlarmWatch } from './alarm-watch.ts'
import { type Core, type CoreOptions, closeCore, openCore } from './core.ts'
import { DigestDesk } from './digest-desk.ts'
import { FreezeWatch } from './freeze-watch.ts'
import { Listening } from './listening.ts'
import type { Log } from './log.ts'
import { advanceMembership } from './membership-state.ts'
import { Networking } from './networking.ts'
import { RolloutWatch } from './rollout-watch.ts'
import { isOurFault } from './stray-fault.ts'

/** Between two looks at what no event announces: the disk, our addresses, alarms of time, in ms. */
const HOUSEKEEPING_MS = 5_000

/** What a daemon is started with; its home belongs to a coalition. */
export interface DaemonOptions extends CoreOptions {
  /** Tests see in seconds what takes minutes. */
  readonly timings?: Partial<NetworkTimings>
}

/** A running node. Start it once, stop it once. */
export class Daemon {
  /** What the socket serves, without the socket. */
  readonly api: NodeService
  private readonly core: Core
  private readonly steward: Steward
  private readonly runner: RolloutRunner
  private readonly alarmWatch: AlarmWatch
  private readonly rolloutWatch: RolloutWatch
  private readonly digests: DigestDesk
  private readonly listening: Listening
  private readonly freezeWatch: FreezeWatch
  private readonly ended = Promise.withResolvers<void>()
  private membership: Membership
  private networking: Networking | undefined
  private server: ApiServer | undefined
  private scrubbing: Scrub | undefined
  private stopping: Promise<void> | undefined
  private isCareDue = false

  private constructor(options: DaemonOptions) {
    this.core = openCore(options, () => this.recovered())
    this.membership = this.core.membership
    this.listening = this.makeListening()
    this.steward = this.makeSteward()
    this.runner = this.makeRunner()
    const { replica, events, home } = this.core
    this.alarmWatch = new AlarmWatch(replica, events)
    this.rolloutWatch = new RolloutWatch(replica, events, rolloutSettings(home.config.values))
    this.freezeWatch = new FreezeWatch(this.core.replica, this.core.log)
    this.digests = new DigestDesk(this.core)
    this.api = this.makeService()
  }

  /**
   * Starts a node: store, replica, socket, network, steward. Throws `no-coalition`, `store-locked`,
   * `self-test-failed`, `network-unavailable` and what the home and the store throw; then nothing
   * is left running.
   */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(options)
    try {
      await daemon.open(options)
      return daemon
    } catch (error) {
      await daemon.stop()
      throw error
    }
  }

  /** The node's copy of the coalition's state. */
  get replica(): Replica {
    return this.core.replica
  }

  /** The network's listening addresses, as multiaddrs. */
  get listenAddresses(): readonly string[] {
    return this.networking?.host.listenAddresses() ?? []
  }

  /** The port of the API on loopback, if it is served there. */
  get apiPort(): number | undefined {
    return this.server?.port
  }

  /** Resolves when the daemon has stopped, whoever stopped it. */
  get stopped(): Promise<void> {
    return this.ended.promise
  }

  /** Ends streams, duties and connections, writes what was taken in, lets go of the store. */
  stop(): Promise<void> {
    this.stopping ??= this.close()
    return this.stopping
  }

  private async open({ home, log, timings }: DaemonOptions): Promise<void> {
    const { replica, timers } = this.core
    this.server = await ApiServer.listen({
      api: this.api,
      layout: home.layout,
      log,
      clock: { now: Date.now },
      port: home.config.values['api.port'],
    })
    this.networking = await Networking.start(this.core, {
      poke: () => this.steward.poke(),
      listening: this.listening,
      ...(timings && { timings }),
    })
    replica.on('change', () => this.careSoon())
    timers.every(HOUSEKEEPING_MS, () => this.careSoon())
    this.steward.start()
    this.runner.start()
    this.listening.start()
    this.scrubbing = this.startScrub()
    this.careSoon()
    log.info({ coalition: replica.coalition, listen: this.listenAddresses }, 'the node is up')
  }

  private async close(): Promise<void> {
    const { log } = this.core
    this.steward.stop()
    this.runner.stop()
    this.freezeWatch.stop()
    // Each by itself: what is not stopped would keep the process alive.
    const parts = [this.server?.close(), this.networking?.stop()]
    for (const { status, reason } of (await Promise.allSettled(parts)).filter(isRejected))
      log.error({ status, err: reason }, 'stopping failed in part')
    this.scrubbing?.stop()
    await this.core.archivist.stop()
    try {
      closeCore(this.core)
      log.info({}, 'the node is down')
    } catch (error) {
      log.error({ err: error }, 'the store was not closed cleanly; nothing acknowledged is lost')
    } finally {
      this.ended.resolve()
    }
  }

  /** Nothing is signed by itself: the store takes nothing, or we have not listened yet. */
  private isSilent(): boolean {
    return this.core.keeper.isReadOnly || !this.listening.isOver
  }

  private makeListening(): Listening {
    const { replica, timers } = this.core
    const onOver = (): void => {
      this.steward.poke()
      this.careSoon()
    }
    return new Listening({ replica, timers, onOver })
  }

  private makeSteward(): Steward {
    const { replica, timers, log, keeper, store } = this.core
    return new Steward({
      replica,
      timers,
      log,
      sealModes: (track) => this.sealMode(track),
      checkpoints: this.core.home.config.values['steward.checkpoint'],
      isReadOnly: () => this.isSilent(),
      publish: (issued) => this.networking?.publish(issued),
      journal: (entry) => store.journal.append(entry),
      taken: (ops) => keeper.touch(ops),
      storeFailed: () => keeper.flush(),
    })
  }

  private makeRunner(): RolloutRunner {
    const { replica, timers, log, keeper, store, home } = this.core
    return new RolloutRunner({
      replica,
      timers,
      log,
      settings: rolloutSettings(home.config.values),
      isReadOnly: () => this.isSilent(),
      publish: (issued) => this.networking?.publish(issued),
      journal: (entry) => store.journal.append(entry),
      storeFailed: () => keeper.flush(),
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    })
  }

  private makeService(): NodeService {
    const { replica, home } = this.core
    return new NodeService({
      replica,
      home,
      surroundings: this.makeSurroundings(),
      sealModes: (track) => this.sealMode(track),
      rollout: rolloutSettings(home.config.values),
      startedAt: replica.clock.now(),
    })
  }

  private makeSurroundings(): Surroundings {
    const { bootstrap, events, alarms, keeper } = this.core
    return {
      bootstrap,
      events,
      network: () => this.networking?.host,
      artefacts: () => this.networking?.artefacts,
      journal: ({ limit = DEFAULT_JOURNAL_LINES, before, what }) =>
        this.core.store.journal.recent(limit, before, what),
      alarms: () => alarms.list(),
      isReadOnly: () => keeper.isReadOnly,
      storeFailed: () => keeper.flush(),
      publish: (issued) => this.networking?.publish(issued),
      poke: () => {
        this.steward.poke()
        this.runner.poke()
      },
      stop: async () => {
        // After the answer has gone out: closing waits for answers under way.
        setImmediate(() => void this.stop())
      },
    }
  }

  private sealMode(track: string): ReturnType<typeof dutyMode> {
    return dutyMode(this.core.home.config.values['steward.seal'], track)
  }

  /** Many changes in one turn become one look; and nothing is signed inside a change's callback. */
  private careSoon(): void {
    if (this.isCareDue) return
    this.isCareDue = true
    this.core.timers.after(0, () => this.care())
  }

  private care(): void {
    this.isCareDue = false
    const { keeper, replica, home, log } = this.core
    try {
      keeper.check()
      this.networking?.check()
      this.core.watch.check()
      this.alarmWatch.check()
      this.rolloutWatch.check()
      this.digests.check()
      this.core.archivist.check()
      this.membership = advanceMembership(replica, home.layout, this.membership)
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'housekeeping failed')
    }
  }

  /** A large store is checked while the node runs; damage is told as it is at a start. */
  private startScrub(): Scrub | undefined {
    const { store, log, alarms } = this.core
    if (store.isChecked) return undefined
    const scrubbing = scrub(store.path)
    void scrubbing.done.then((found) => {
      if (!found) return
      const { code, message, hint } = found
      log.error({ code }, message)
      alarms.raise({ code, severity: 'error', sentence: message, fix: hint })
    })
    return scrubbing
  }

  private recovered(): void {
    this.steward.recovered()
    this.networking?.host.syncNow()
  }
}

const isRejected = (result: PromiseSettledResult<void>): result is PromiseRejectedResult =>
  result.status === 'rejected'

/** How to run a daemon in the foreground. */
export interface RunOptions {
  readonly home: Home
  /** By default lines of JSON on standard error, at the level of the settings. */
  readonly log?: Log
  /** Also stops it, as a first SIGINT or SIGTERM does. */
  readonly signal?: AbortSignal
  /** Told when it is up. */
  readonly onReady?: (daemon: Daemon) => void
}

/** Exit code after an exception of our own that nobody caught, as without a listener. */
const EXIT_FAULT = 1
/** Exit code after a second signal: 128 + SIGINT, as shells have it. */
const EXIT_FORCED = 130

/**
 * Runs a daemon until a signal, the `signal` or the API stops it: `folkmoot up`. A second SIGINT or
 * SIGTERM ends the process at once; what was acknowledged is on disk by then.
 */
export async function runDaemon({ home, log, signal, onReady }: RunOptions): Promise<void> {
  const sink = log ?? pino({ level: home.config.values.logLevel }, pino.destination(2))
  const daemon = await Daemon.start({ home, log: sink })
  const stop = (): void => void daemon.stop()
  let signals = 0
  // One rejection that the network library forgot must not end the node: peers could bring it about.
  const onRejection = (reason: unknown): void =>
    sink.error({ err: reason }, 'a promise was rejected that nobody waits for')
  process.on('unhandledRejection', onRejection)
  // The same for an exception of its own; one of ours ends the process, whose store is whole always.
  const onException = (error: unknown): void => {
    sink.error({ err: error }, 'an exception was thrown that nobody caught')
    if (isOurFault(error)) process.exit(EXIT_FAULT)
  }
  process.on('uncaughtException', onException)
  const onSignal = (name: NodeJS.Signals): void => {
    if (++signals > 1) process.exit(EXIT_FORCED)
    sink.info({ signal: name }, 'stopping')
    stop()
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  onReady?.(daemon)
  await daemon.stopped
  process.removeListener('unhandledRejection', onRejection)
  process.removeListener('uncaughtException', onException)
  for (const name of SIGNALS) process.removeListener(name, onSignal)
  signal?.removeEventListener('abort', stop)
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
