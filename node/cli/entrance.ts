/** The first operations of a home: its store made, its membership written down last. */
import { existsSync, rmSync } from 'node:fs'
import type { CoalitionId, KeyId } from '../../src/op/ids.ts'
import type { SignedOp } from '../../src/op/operation.ts'
import { FRESH_KEY_NOTE } from '../../src/replica/local.ts'
import { Replica } from '../../src/replica/replica.ts'
import { keepRootOps } from '../api/own-root.ts'
import { ROOT_UNKNOWN_NOTE } from '../api/stale-notes.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { OpensslVerifier } from '../crypto/openssl-verifier.ts'
import type { Home } from '../home/home.ts'
import type { HomeLayout } from '../home/layout.ts'
import { readMembership, saveMembership } from '../home/membership.ts'
import { peerIdOf } from '../network/peer-key.ts'
import { StoreError } from '../store/errors.ts'
import { SqliteStore } from '../store/sqlite-store.ts'
import { CliError } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import { type Addresses, formatInvite, type InviteFile, keepInvite, keptInvite } from './invite.ts'

/** Longest invite that the membership itself keeps, in UTF-16 units. */
const MAX_KEPT_INVITE = 65_536
/** Most addresses that the membership keeps. */
const MAX_PEERS = 1_000

/** What a home begins with. */
export interface Entrance {
  readonly coalition: CoalitionId
  /** The founding operation and our own first ones. */
  readonly ops: readonly SignedOp[]
  readonly invite: InviteFile
  readonly state: 'founding' | 'joining'
  /**
   * A key in place of one that this stakeholder has lost: it seals only ballots whose basis holds
   * it (design §2.3, amnesia guard).
   */
  readonly freshKey?: KeyId
}

/**
 * Throws `coalition-exists` when the home belongs to a coalition already, naming it; not for one
 * that it may join `again`, because it lost its store and with it all that it knew.
 */
export function assertNoCoalition(home: Home, again?: CoalitionId): void {
  const membership = readMembership(home.layout)
  if (membership === undefined) return
  if (membership.coalition === again && hasLostStore(home)) return
  const name = /"name": "((?:[^"\\]|\\.)*)"/.exec(keptInvite(home.layout) ?? '')?.[1]
  throw new CliError(
    'coalition-exists',
    `this home belongs to the coalition ${name === undefined ? '' : `"${name}" `}(${membership.coalition}) already`,
    'nothing was changed; a home is of one coalition: use another --home',
    { exit: EXIT.refused },
  )
}

/** The store is gone, or was made anew and nothing has been learnt since. */
function hasLostStore({ layout }: Home): boolean {
  if (!existsSync(layout.store)) return true
  const store = openUnlessInUse(layout)
  try {
    return [...(store?.notes() ?? [])].some(([name]) => name === ROOT_UNKNOWN_NOTE)
  } finally {
    store?.close()
  }
}

/** The store, unless a daemon runs on it: that one is learning it again, if it was lost at all. */
function openUnlessInUse({ store }: HomeLayout): SqliteStore | undefined {
  try {
    return SqliteStore.open(store)
  } catch (error) {
    if (error instanceof StoreError && error.code === 'store-locked') return undefined
    throw error
  }
}

/** Writes the store, the invite, and last the membership: without it the rest counts for nothing. */
export function enter(home: Home, entrance: Entrance, now: number): void {
  const { layout } = home
  for (const end of ['', '-wal', '-shm']) rmSync(layout.store + end, { force: true })
  writeStore(home, entrance, now)
  keepInvite(layout, entrance.invite)
  const text = formatInvite(entrance.invite)
  saveMembership(layout, {
    coalition: entrance.coalition,
    state: entrance.state,
    invite: entrance.state === 'joining' && text.length <= MAX_KEPT_INVITE ? text : null,
    peers: dialable(entrance.invite, home.identity.node).slice(0, MAX_PEERS),
  })
}

function writeStore({ layout, identity }: Home, entrance: Entrance, now: number): void {
  const { coalition, ops, freshKey } = entrance
  const store = SqliteStore.open(layout.store)
  try {
    const replica = Replica.open({
      coalition,
      store,
      clock: { now: () => now },
      verifier: new OpensslVerifier(),
      hash: nodeSha256,
    })
    replica.ingest(ops)
    // A newcomer's root is in no counted charter yet: its operations are kept aside until it is.
    keepRootOps(replica, identity.root, ops)
    if (freshKey !== undefined) replica.note([[FRESH_KEY_NOTE, freshKey]])
    replica.flush()
  } finally {
    store.close()
  }
}

/** Where the others can be dialled: multiaddrs that end in the peer id. */
function dialable({ cards, addresses }: InviteFile, own: string): string[] {
  const known: Addresses = [
    ...cards.map(({ card }) => ({ key: card.node, addresses: card.addresses })),
    ...addresses,
  ]
  const peers = known
    .filter(({ key }) => key !== own)
    .flatMap(({ key, addresses: at }) => {
      const end = `/p2p/${peerIdOf(key)}`
      return at.map((address) => address.replace(/\/p2p\/[^/]+$/, '') + end)
    })
  return [...new Set(peers)]
}
