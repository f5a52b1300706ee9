/** A member that is no daemon: a host with its node key that serves whatever a test wants. */
import { onTestFinished } from 'vitest'
import { openOffline } from '../../node/api/offline.ts'
import type { Daemon } from '../../node/daemon/daemon.ts'
import { readNodeKey } from '../../node/home/node-key.ts'
import type { ArtefactPort } from '../../node/network/artefact-port.ts'
import { createNetworkHost, type NetworkHost } from '../../node/network/host.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { SyncSession } from '../../src/sync/session-types.ts'
import { heldOps } from './coalition.ts'
import type { TestHome } from './daemons.ts'
import { FAST, FakePort } from './network.ts'

/** Ends every exchange at once: it is here for its contents only. */
const NOTHING_TO_SAY: SyncSession = {
  start: () => ({ send: [], done: true }),
  receive: () => ({ send: [], done: true }),
}

/** Takes everybody for a member, and knows where one daemon is. */
class MemberPort extends FakePort {
  override readonly coalition: string
  override makeSession = () => NOTHING_TO_SAY
  private readonly where: ReadonlyMap<KeyId, readonly string[]>

  constructor(coalition: string, where: ReadonlyMap<KeyId, readonly string[]>) {
    super()
    this.coalition = coalition
    this.where = where
  }

  override isMember(): boolean {
    return true
  }

  override addresses(): ReadonlyMap<KeyId, readonly string[]> {
    return this.where
  }
}

/** Starts a host with a home's node key that dials the daemon; it stops with the test. */
export async function hostOf(
  { home }: TestHome,
  to: Daemon,
  artefacts: ArtefactPort,
): Promise<NetworkHost> {
  const key = to.replica.signer?.key
  if (key === undefined) throw new RangeError('a daemon has a key')
  const host = await createNetworkHost({
    port: new MemberPort(to.replica.coalition, new Map([[key, to.listenAddresses]])),
    artefacts,
    seed: readNodeKey(home),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    timings: FAST,
  })
  onTestFinished(() => host.stop())
  await host.start()
  return host
}

/** Tells a daemon what a home's root has said, as an introduction would. */
export function introduce({ home }: TestHome, to: Daemon): void {
  const offline = openOffline(home)
  to.replica.ingest(heldOps(offline.replica))
  offline.close()
}
