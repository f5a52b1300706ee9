/** What every attack has: whom, by what keys, until when, and a count of what it did. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Stream } from '@libp2p/interface'
import { syncProtocolOf } from '../../../node/network/sync.ts'
import type { CoalitionId } from '../../../src/op/ids.ts'
import type { SignedOp } from '../../../src/op/operation.ts'
import { encodeMessage, NONCE_BYTES } from '../../../src/sync/message.ts'
import { Forger } from './forger.ts'
import { framed, Intruder, type Manners, push, sourceAddress } from './intruder.ts'
import type { Deeds, Mission } from './mission.ts'

/** Between two tries of what a victim refuses, in ms: a flood of refusals is cheap for it. */
const RETRY_MS = 50

/** One attack, until it is told to end. */
export type Attack = (raid: Raid) => Promise<void>

/** What an attack works with. */
export class Raid {
  readonly coalition: CoalitionId
  readonly victims: readonly string[]
  readonly overheard: readonly SignedOp[]
  readonly end = new AbortController()
  private readonly seeds: readonly Uint8Array[]
  private readonly counts: Record<string, number> = {}
  private readonly intruders: Intruder[] = []
  private places = 0

  constructor({ coalition, victims, seeds, overheard }: Mission) {
    this.coalition = coalition
    this.victims = victims
    this.seeds = seeds.map((seed) => Uint8Array.from(Buffer.from(seed, 'hex')))
    const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))
    this.overheard = overheard.map(([bytes, sig]) => ({
      bytes: fromBase64(bytes),
      sig: fromBase64(sig),
    }))
  }

  get isOn(): boolean {
    return !this.end.signal.aborted
  }

  get deeds(): Deeds {
    return this.counts
  }

  count(what: string, times = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + times
  }

  /** An address that nobody had before. */
  newPlace(): string {
    return sourceAddress(this.places++)
  }

  /** An identity at an address of its own. */
  async intruder(seed: Uint8Array, manners?: Manners): Promise<Intruder> {
    const intruder = await Intruder.enter(this.coalition, seed, this.newPlace(), manners)
    this.intruders.push(intruder)
    return intruder
  }

  /** Each delegated key at work on every victim at once, again and again. */
  async withKeys(
    keys: number,
    work: (forger: Forger, victim: string, intruder: Intruder) => Promise<unknown>,
    manners?: Manners,
  ): Promise<void> {
    const all = this.seeds.slice(0, keys).map(async (seed) => {
      const intruder = await this.intruder(seed, manners)
      const forger = new Forger(this.coalition, seed)
      await Promise.all(
        this.victims.map((victim) => this.again(() => work(forger, victim, intruder))),
      )
    })
    await Promise.all(all)
  }

  /** Does it until the end; what a victim refuses is tried again. */
  async again(work: () => Promise<unknown>): Promise<void> {
    while (this.isOn) {
      try {
        await work()
        await turn()
      } catch {
        this.count('refused')
        await pause(RETRY_MS, undefined, { signal: this.end.signal }).catch(() => undefined)
      }
    }
  }

  /** A sync session with the victim in which we have said hello. */
  async session(victim: string, intruder: Intruder): Promise<Stream> {
    const stream = await intruder.stream(victim, syncProtocolOf(this.coalition))
    const digest = new Uint8Array(32).fill(7)
    const hello = { kind: 'hello', digest, nonce: new Uint8Array(NONCE_BYTES), keys: 1 } as const
    if (await push(stream, framed(encodeMessage(hello)))) this.count('sessions')
    return stream
  }

  /** Sends one after the other while the victim takes it. */
  async pour(stream: Stream, what: string, next: () => Uint8Array | undefined): Promise<void> {
    for (let data = next(); data && this.isOn; data = next()) {
      if (!(await push(stream, framed(data)))) throw new RangeError('the stream is gone')
      this.count(what)
      this.count('bytes', data.length)
      await turn()
    }
  }

  async leave(): Promise<void> {
    await Promise.all(this.intruders.map((intruder) => intruder.leave().catch(() => undefined)))
  }
}
