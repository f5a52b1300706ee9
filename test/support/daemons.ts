/** Whole daemons in one process: homes on disk, founded by hand, members of one coalition on loopback. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Build } from '../../node/api/open-replica.ts'
import { keepRootOps } from '../../node/api/own-root.ts'
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import { nodeSigner } from '../../node/crypto/node-signer.ts'
import { OpensslVerifier } from '../../node/crypto/openssl-verifier.ts'
import { Daemon } from '../../node/daemon/daemon.ts'
import { silentLog } from '../../node/daemon/log.ts'
import { type Home, initHome, openHome, unsealRoot } from '../../node/home/home.ts'
import { saveMembership } from '../../node/home/membership.ts'
import { readNodeKey } from '../../node/home/node-key.ts'
import { peerIdOf } from '../../node/network/peer-key.ts'
import { SqliteStore } from '../../node/store/sqlite-store.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { CoalitionId, StakeholderId, Value } from '../../src/op/ids.ts'
import { encodeOp, type SignedOp, signOp } from '../../src/op/operation.ts'
import { Replica } from '../../src/replica/replica.ts'
import { tempDir } from '../acceptance/temp-dir.ts'
import { Author, delegation, type Member, testCharter } from './coalition.ts'
import { FAST } from './network.ts'

/** What seals the roots of test homes. */
export const PASSPHRASE = 'correct horse battery'
/** scrypt as cheap as it gets. */
const WORK_FACTOR = 1

/** A home with its keys in hand. */
export interface TestHome {
  readonly home: Home
  readonly member: Member
}

/**
 * Homes s1 … sn with an equal weight each, on ports of loopback that the system chooses; in a folder
 * that goes with the test, unless told in which.
 */
export async function makeHomes(count: number, base: string = tempDir()): Promise<TestHome[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => makeHome(join(base, `s${i + 1}`), i)))
}

async function makeHome(dir: string, i: number): Promise<TestHome> {
  const config = { listen: ['/ip4/127.0.0.1/tcp/0'], allowLoopback: true, stakeholder: `s${i + 1}` }
  await initHome({ dir, passphrase: PASSPHRASE, workFactor: WORK_FACTOR, config })
  const home = openHome(dir)
  const root = nodeSigner(await unsealRoot(home, PASSPHRASE))
  const node = nodeSigner(readNodeKey(home))
  return { home, member: { id: `s${i + 1}` as StakeholderId, root, node, weight: 1 } }
}

/** A coalition of all homes: each knows the founding and its own root's words, not the others'. */
export function foundHomes(
  homes: readonly TestHome[],
  over: Partial<Charter> = {},
  at = Date.now(),
): CoalitionId {
  const members = homes.map(({ member }) => member)
  const body = { charter: testCharter(members, over) } as unknown as Record<string, Value>
  const [founder] = members
  if (!founder) throw new RangeError('a coalition has members')
  const envelope = {
    ...{ v: 1, coalition: null, key: founder.root.key, seq: 0, prev: null, at },
    ...{ refs: [], type: 'coalition.found', body },
  }
  const coalition = cidOf(encodeOp(envelope))
  const founding = signOp(envelope, founder.root)
  for (const { home, member } of homes) {
    const author = new Author(member.root, coalition)
    if (member === founder) author.ops.push(founding)
    const own = [
      author.say({ type: 'charter.ratify', refs: [coalition], body: { charter: 0 } }, at),
      author.say(delegation(coalition, member.root, member.node), at),
    ]
    store(home, coalition, [founding, ...own])
    saveMembership(home.layout, { coalition, state: 'founding', invite: null, peers: [] })
  }
  return coalition
}

function store(home: Home, coalition: CoalitionId, ops: readonly SignedOp[]): void {
  const opened = SqliteStore.open(home.layout.store)
  const replica = Replica.open({
    coalition,
    store: opened,
    clock: { now: () => Date.now() },
    verifier: new OpensslVerifier(),
    hash: nodeSha256,
  })
  replica.ingest(ops)
  keepRootOps(replica, home.identity.root, ops)
  replica.flush()
  opened.close()
}

/** Tells a home where others are, as an invite would. */
export function invite(home: Home, coalition: CoalitionId, peers: readonly Daemon[]): void {
  const entries = peers.flatMap(({ replica, listenAddresses }) => {
    const key = replica.signer?.key
    return key ? listenAddresses.map((address) => `${address}/p2p/${peerIdOf(key)}`) : []
  })
  saveMembership(home.layout, { coalition, state: 'joining', invite: null, peers: entries })
}

/** Starts a daemon, of this build or another, that stops with the test. */
export async function startDaemon(home: Home, build?: Build): Promise<Daemon> {
  const options = { home, log: silentLog, timings: FAST, ...(build && { build }) }
  const daemon = await Daemon.start(options)
  onTestFinished(() => daemon.stop())
  return daemon
}

/** Has a home join as a newcomer: it knows the founding, its root's delegation is kept aside. */
export function joinHome({ home, member }: TestHome, through: Daemon): void {
  const { coalition } = through.replica
  const founding = through.replica.stored(coalition)
  if (!founding) throw new RangeError('a running daemon holds the founding')
  const author = new Author(member.root, coalition)
  const said = author.say(delegation(coalition, member.root, member.node), Date.now())
  store(home, coalition, [founding, said])
  invite(home, coalition, [through])
}
