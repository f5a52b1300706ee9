/** Attacks of a member by gossip. */
import { randomBytes } from 'node:crypto'
import { topicOf } from '../../../node/network/gossip.ts'
import type { Attack, Raid } from './attack.ts'
import { asGossip, type Forged, Forger, nonce, nowhere } from './forger.ts'
import { gossiped, push, rpc } from './intruder.ts'

/** Messages that go together in one RPC. */
const BATCH = 64
/** Keys of the attacker that attack at once. */
const KEYS = 4
const HOUR_MS = 3_600_000

/** Gossips what `next` makes, on each victim, by several keys. */
const gossip =
  (next: (forger: Forger, raid: Raid) => Uint8Array, keys = KEYS): Attack =>
  (raid) =>
    raid.withKeys(keys, async (forger, victim, intruder) => {
      const stream = await intruder.stream(victim)
      while (raid.isOn) {
        const messages = Array.from({ length: BATCH }, () => next(forger, raid))
        if (!(await push(stream, gossiped(raid.coalition, messages))))
          throw new RangeError('the stream is gone')
        raid.count('messages', BATCH)
      }
    })

/** Valid operations, far more than the charter lets a key say. */
const opFlood = gossip((forger) => asGossip(forger.say()))

/** Two and more at each place of the chain, all signed. */
const forkFlood = gossip((forger) =>
  asGossip(forger.make({ seq: 0, prev: null, body: { addresses: [], salt: nonce() } })),
)

/** From an hour ahead, all signed. */
const fromTheFuture = gossip((forger) => asGossip(forger.say({ at: Date.now() + HOUR_MS })))

/** Of keys that nobody delegated: the envelope is good, and costs a look. */
const unknownKeys = (() => {
  const strangers = Array.from({ length: 8 }, () => randomBytes(32))
  const sig = randomBytes(64)
  const prev = nowhere()
  const forgers = new Map<Forger, Forger>()
  return gossip((forger) => {
    const stranger =
      forgers.get(forger) ?? new Forger(forger.coalition, strangers[nonce() % strangers.length])
    forgers.set(forger, stranger)
    return asGossip({ ...stranger.make({ seq: 1 + nonce(), prev }), sig })
  })
})()

/** No message of ours at all. */
const nonsense = gossip(() => randomBytes(200))

/** What honest members said long ago, in other spellings and as it was. */
const replay = gossip((_forger, raid) => {
  const said = raid.overheard[nonce() % raid.overheard.length]
  return said
    ? asGossip({ ...said, sig: nonce() % 2 ? said.sig : randomBytes(64) })
    : randomBytes(9)
})

/** Floods of what gossip itself is controlled by. */
const control: Attack = (raid) =>
  raid.withKeys(KEYS, async (_forger, victim, intruder) => {
    const topicID = topicOf(raid.coalition)
    const ids = Array.from({ length: 4_000 }, () => randomBytes(32))
    const topics = Array.from({ length: 1_000 }, () => ({ subscribe: true, topic: `t${nonce()}` }))
    const floods = [
      { ihave: [{ topicID, messageIDs: ids }] },
      { iwant: [{ messageIDs: ids }] },
      { graft: Array.from({ length: 500 }, () => ({ topicID })) },
      { prune: Array.from({ length: 500 }, () => ({ topicID, peers: [] })) },
    ]
    const stream = await intruder.stream(victim)
    for (let i = 0; raid.isOn; i++) {
      const none = { ihave: [], iwant: [], graft: [], prune: [], idontwant: [] }
      const flood = { control: { ...none, ...floods[i % floods.length] } }
      const sent = await push(stream, rpc(i % 5 === 4 ? { subscriptions: topics } : flood))
      if (!sent) throw new RangeError('the stream is gone')
      raid.count('RPCs')
    }
  })

/** Word of operations that do not exist: each is worth a question. */
const rumours = gossip((forger) => {
  const made: Forged = forger.make({ seq: 1_000 + nonce(), prev: forger.make({}).op.cid })
  return asGossip(made)
}, 2)

/** By the name under which they are reported. */
export const ATTACKS_BY_GOSSIP: Readonly<Record<string, Attack>> = {
  'op-flood': opFlood,
  'fork-flood': forkFlood,
  'future-timestamps': fromTheFuture,
  'gossip-of-unknown-keys': unknownKeys,
  'gossip-nonsense': nonsense,
  'gossip-control-flood': control,
  'gossip-rumours': rumours,
  replay,
}
