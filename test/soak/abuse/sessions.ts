/** Attacks of a member by sync sessions. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { encodeMessage } from '../../../src/sync/message.ts'
import type { Attack, Raid } from './attack.ts'
import { asFrame, Forger, nonce, nowhere } from './forger.ts'
import { framed, type Intruder, push } from './intruder.ts'

/** Operations in one frame. */
const BATCH = 500
/** Keys that attack at once, and where every place for a session is to be taken. */
const KEYS = 4
const ALL_KEYS = 20
const MIB = 1024 * 1024

/** Sends frames in one session after the other. */
const bySession =
  (next: (forger: Forger, raid: Raid) => Uint8Array, keys = KEYS): Attack =>
  (raid) =>
    raid.withKeys(keys, async (forger, victim, intruder) => {
      const stream = await raid.session(victim, intruder)
      await raid.pour(stream, 'frames', () => next(forger, raid))
    })

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

/** Runs that hang in the air: the room for what waits is to be filled. */
const pending = bySession((forger) =>
  asFrame(many(BATCH, () => forger.make({ seq: 1_000_000 + nonce(), prev: nowhere() }))),
)

/** One operation of a key that nobody knows, with ever other signatures: none can be told from the right one. */
const pendingTwins: Attack = (raid) => {
  const one = new Forger(raid.coalition).make({})
  const twins = () => many(2_000, () => ({ bytes: one.bytes, sig: randomBytes(64) }))
  return bySession(() => asFrame(twins()))(raid)
}

/** Frames and operations over every limit, and nesting without end. */
async function oversized(raid: Raid): Promise<void> {
  const deep = new Uint8Array(100_000).fill(0x81)
  const bombs: readonly ((forger: Forger) => Uint8Array)[] = [
    () => deep,
    () => new Uint8Array(2 * MIB),
    () => randomBytes(MIB),
    (forger) => asFrame([{ ...forger.make({}), bytes: new Uint8Array(300_000) }]),
    () => Uint8Array.of(0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    (forger) => asFrame(many(3_000, () => ({ ...forger.make({}), sig: null }))),
  ]
  await raid.withKeys(ALL_KEYS, async (forger, victim, intruder) => {
    const stream = await raid.session(victim, intruder)
    const bomb = bombs[nonce() % bombs.length]
    if (bomb) await push(stream, framed(bomb(forger)))
    raid.count('bombs')
    // Gone within a moment: the victim ends what breaks the protocol.
    await ended(raid, stream)
  })
}

async function ended(raid: Raid, stream: { readonly status: string }): Promise<void> {
  for (let i = 0; i < 100 && stream.status === 'open' && raid.isOn; i++) await pause(20)
}

/** Takes every place for a session and reads nothing; a byte now and then keeps it. */
async function slowReaders(raid: Raid): Promise<void> {
  await raid.withKeys(
    ALL_KEYS,
    async (_forger, victim, intruder) => {
      const stream = await raid.session(victim, intruder)
      stream.pause()
      while (raid.isOn && (await push(stream, framed(encodeMessage(ENTRIES))))) {
        raid.count('drips')
        await pause(1_000)
      }
    },
    { onSync: (stream) => stream.pause() },
  )
}

const ENTRIES = { kind: 'entries', more: true, buckets: [], entries: [] } as const

/** Session upon session, each given up as soon as it has begun. */
const churn: Attack = (raid) =>
  raid.withKeys(KEYS, async (_forger, victim, intruder: Intruder) => {
    await raid.session(victim, intruder)
  })

/** Says that all is sent, for ever: each time the victim looks what it lacks. */
const endless = bySession(() => encodeMessage({ kind: 'pushed' }))

/** Operations that the victim holds, again and again. */
const replayed = bySession((_forger, raid) => asFrame(raid.overheard.slice(0, 1_000)))

/** By the name under which they are reported. */
export const ATTACKS_BY_SESSIONS: Readonly<Record<string, Attack>> = {
  'pending-exhaustion': pending,
  'pending-twins': pendingTwins,
  'oversized-and-deep': oversized,
  'slow-readers': slowReaders,
  'session-churn': churn,
  'session-without-end': endless,
  'replay-by-sync': replayed,
}
