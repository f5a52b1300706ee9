/** A whole node under what a member or a local program may send: sessions, operations, requests. */
import { makeApp } from '../../../node/api/app.ts'
import { ENDPOINTS } from '../../../node/api/endpoints.ts'
import { OPEN_GATE } from '../../../node/api/gate.ts'
import { hear, introduce } from '../../../node/daemon/introduction.ts'
import { silentLog } from '../../../node/daemon/log.ts'
import type { OpCid, Value } from '../../../src/op/ids.ts'
import { decodeOp, encodeOp } from '../../../src/op/operation.ts'
import { REGISTRY } from '../../../src/replica/registry.ts'
import { Replica } from '../../../src/replica/replica.ts'
import { MemoryStore } from '../../../src/replica/store.ts'
import { NONCE_BYTES } from '../../../src/sync/message.ts'
import { openSession } from '../../../src/sync/session.ts'
import { Dice } from '../../convergence/moot.ts'
import { type Founded, found, type Member, openReplica, verifier } from '../../support/coalition.ts'
import { TestClock } from '../../support/people.ts'
import { ServedCoalition } from '../../support/service.ts'
import { mangledBytes } from './bytes.ts'
import { runnable, type Target } from './fuzzer.ts'
import { valueFor } from './schema-values.ts'
import { type Loose, mangledValue } from './values.ts'
import { encoded, mangledCbor, SEED_OPS } from './wire-targets.ts'

const hexes = (list: readonly Uint8Array[]): string =>
  list.map((bytes) => Buffer.from(bytes).toString('hex')).join(' ')

/** Uses after which a node is made anew: what it took in must not slow the rest down. */
const USES = 400

/** A thing that is made anew now and then. */
class Renewed<T> {
  private uses = 0
  private current: T | undefined
  private readonly make: () => T

  constructor(make: () => T) {
    this.make = make
  }

  get(): T {
    if (this.current === undefined || ++this.uses % USES === 0) this.current = this.make()
    return this.current
  }
}

const founded = found([1, 1, 1, 1])
const speaker = firstOf(founded)
function firstOf({ members: [first] }: Founded): Member {
  if (!first) throw new RangeError('a coalition has members')
  return first
}

const replicaOf = ({ members }: Founded, n: number): Replica => {
  const own = members[n]
  const replica = openReplica(founded, own ? { member: own } : {})
  // Only what is on disk is sent.
  replica.flush()
  return replica
}

/** Frames of an honest session, as the other side sends them. */
function honestFrames(): Uint8Array[] {
  const [near, far] = [replicaOf(founded, 0), replicaOf(founded, 1)]
  for (const draft of near.checkpointNow()) near.issue(draft)
  const open = (replica: Replica, fill: number) =>
    openSession(replica, { nonce: new Uint8Array(NONCE_BYTES).fill(fill), from: 'peer' })
  const [a, b] = [open(near, 1), open(far, 2)]
  const sent = [...a.start().send]
  let toA = [...b.start().send, ...sent.flatMap((frame) => [...b.receive(frame).send])]
  for (let i = 0; i < 5 && toA.length > 0; i++) {
    const mine = toA.flatMap((frame) => [...a.receive(frame).send])
    sent.push(...mine)
    toA = mine.flatMap((frame) => [...b.receive(frame).send])
  }
  return sent
}

const sessionVictim = new Renewed(() => replicaOf(founded, 2))
const frames = honestFrames()

/** A session with a peer that sends anything, in any order. */
const sessionTarget: Target<readonly Uint8Array[]> = {
  name: 'sync session',
  share: 2,
  seeds: [frames],
  mangle: (list, dice, other) => {
    const some = dice.chance(0.3) ? dice.shuffled(list) : [...list]
    const at = dice.int(0, some.length)
    some.splice(at, dice.int(0, 1), dice.pick(other), ...dice.some(list, 2))
    return some
      .slice(0, 12)
      .map((frame) => (dice.chance(0.4) ? mangledCbor(frame, dice, dice.pick(other)) : frame))
  },
  run: (list) => {
    const nonce = new Uint8Array(NONCE_BYTES).fill(2)
    const session = openSession(sessionVictim.get(), { nonce, from: 'peer' })
    let answered = session.start().send ? 1 : 0
    for (const frame of list) {
      const { send, fault } = session.receive(frame)
      if (fault !== undefined) return fault.replace(/\d+/g, '#').slice(0, 60)
      for (const _ of send) answered++
    }
    return `answered ${Math.min(answered, 20)}`
  },
  show: hexes,
}

const introduced = introduce(replicaOf(founded, 0), speaker.root.key, speaker.node.key)

/** A newcomer, who knows nobody yet. */
const stranger = new Renewed(() =>
  Replica.open({
    coalition: founded.coalition,
    store: new MemoryStore(),
    clock: new TestClock(founded.at),
    verifier,
  }),
)

const introductionTarget: Target<readonly Uint8Array[]> = {
  name: 'introduction',
  share: 2,
  seeds: [introduced],
  mangle: (list, dice, other) =>
    list.map((frame) => (dice.chance(0.7) ? mangledCbor(frame, dice, dice.pick(other)) : frame)),
  run: (list) => `took ${hear(stranger.get(), list, speaker.node.key)}`,
  show: hexes,
}

/** What a member signs: any body under any type, building on anything. */
interface Said {
  readonly type: string
  readonly refs: readonly OpCid[]
  readonly body: Loose
}

const CIDS = [founded.coalition, ...founded.ops.map(({ op }) => op.cid)]

interface Stage {
  readonly replica: Replica
  readonly said: OpCid[]
}
const stage = new Renewed<Stage>(() => {
  const replica = replicaOf(founded, 2)
  for (const draft of replica.checkpointNow()) replica.issue(draft)
  return { replica, said: [...CIDS, ...[...replica.ledger.byCid.keys()].slice(-1)] }
})

/** Takes in what a member said, then looks at everything that follows from it. */
function hearMember({ type, refs, body }: Said): string {
  const { replica, said } = stage.get()
  const last = replica.ledger.chain(speaker.node.key).main.at(-1)?.op
  const place = { v: 1, coalition: founded.coalition, key: speaker.node.key }
  const at = replica.clock.now()
  const shape = { ...place, seq: last ? last.seq + 1 : 0, prev: last?.cid ?? null, at, type }
  const bytes = envelopeBytes({ ...shape, refs: [...refs, ...said.slice(-2)], body: body as never })
  const op = bytes && decodeOp(bytes)
  if (!bytes || !op?.ok) return 'no operation'
  replica.ingest([{ bytes, sig: new Uint8Array(64), verified: true }], 'peer')
  said.push(op.value.cid)
  replica.digest()
  replica.duties()
  return `${type}: ${replica.ledger.byCid.get(op.value.cid)?.complete}`
}

function envelopeBytes(envelope: Parameters<typeof encodeOp>[0]): Uint8Array | undefined {
  try {
    return encodeOp(envelope)
  } catch {
    return undefined
  }
}

const memberTarget: Target<Said> = {
  name: 'operations of a member',
  share: 1,
  seeds: SEED_OPS.map(({ op }) => ({ type: op.type, refs: [], body: op.body as Value })),
  mangle: ({ type, body }, dice, other) => {
    const known = dice.pick([type, other.type, ...dice.some([...REGISTRY.keys()], 3)])
    const schema = REGISTRY.get(known)?.body
    const fresh = schema && dice.chance(0.7) ? valueFor(schema, dice) : body
    const made = dice.chance(0.6) ? fresh : mangledValue(fresh, dice, [other.body])
    return { type: known, refs: dice.some(CIDS, 4), body: made }
  },
  run: hearMember,
  show: ({ type, refs, body }) =>
    `${type} ${refs.join()} ${Buffer.from(encoded(body) ?? []).toString('hex')}`,
}

/** A request as a local program sends it. */
interface Asked {
  readonly endpoint: string
  readonly path: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

const app = new Renewed(() => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const api = coalition.node(0).service
  return makeApp({ api, log: silentLog, gate: OPEN_GATE, shutdown: new AbortController().signal })
})
const NAMES = Object.keys(ENDPOINTS) as (keyof typeof ENDPOINTS)[]
const seedDice = new Dice(1)

/** A request that fits, or nearly. */
function request(name: keyof typeof ENDPOINTS, dice: Dice, change: boolean): Asked {
  const { method, path, input } = ENDPOINTS[name]
  const fits = valueFor(input as never, dice)
  const value = change ? mangledValue(fits, dice, ['x']) : fits
  const fields: Record<string, Loose> =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  const filled = path.replace(/:(\w+)/g, (_all, field: string) =>
    encodeURIComponent(
      String(fields[field] ?? dice.pick(['', 'x', '%', '..', '%00', '3kq'])).toWellFormed(),
    ),
  )
  const query = new URLSearchParams(
    Object.entries(fields).map(([field, given]): [string, string] => [
      field,
      String(given).slice(0, 2_000),
    ]),
  )
  const target = method === 'GET' ? `${filled}?${query}` : filled
  const body = method === 'GET' ? '' : (JSON.stringify(value) ?? '')
  return { endpoint: name, path: target, body, headers: {} }
}

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { 'content-type': 'text/plain' },
  { 'content-length': '-1' },
  { 'last-event-id': '1e99' },
  { accept: '*/*;q=9' },
]

const apiTarget: Target<Asked> = {
  name: 'API request',
  share: 1.5,
  seeds: NAMES.map((name) => request(name, seedDice, false)),
  mangle: (_asked, dice, other) => {
    const asked = request(dice.pick(NAMES), dice, dice.chance(0.7))
    const body = dice.chance(0.1)
      ? new TextDecoder().decode(
          mangledBytes(
            new TextEncoder().encode(asked.body),
            dice,
            new TextEncoder().encode(other.body),
          ),
        )
      : asked.body
    return { ...asked, body, headers: dice.chance(0.1) ? dice.pick(HEADERS) : {} }
  },
  run: async ({ endpoint, path, body, headers }) => {
    const { method } = ENDPOINTS[endpoint as keyof typeof ENDPOINTS]
    const init = { method, headers, ...(method === 'POST' && { body }) }
    const response = await app.get().request(path, init)
    if (response.status >= 500) throw new RangeError(`${response.status}: ${await response.text()}`)
    await response.body?.cancel()
    return `${endpoint} ${response.status}`
  },
  show: (asked) => JSON.stringify(asked),
}

/** Whole nodes. */
export const NODE_TARGETS = [
  runnable(sessionTarget),
  runnable(introductionTarget),
  runnable(memberTarget),
  runnable(apiTarget),
]
