/** Keeps a connection to every peer that has an address: libp2p's own reconnect gives up after 31 s. */
import type { Connection, PeerId } from '@libp2p/interface'
import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { KeyId } from '../../src/op/ids.ts'
import type { DialPlan, DialTarget } from './dial-plan.ts'
import { NetworkError, reasonOf } from './errors.ts'
import { MAX_ADDRESSES_PER_PEER } from './limits.ts'
import { peerIdOf } from './peer-key.ts'
import type { NetworkLogger } from './port.ts'

/** What the dialler needs of libp2p. */
export interface DialNode {
  dial(addresses: Multiaddr[], options: { signal: AbortSignal }): Promise<Connection>
}

/** What the dialler needs of the host. */
export interface DiallerDeps {
  readonly node: DialNode
  readonly plan: DialPlan
  readonly timeoutMs: number
  readonly log: NetworkLogger
  /** Everyone who should be connected, and where; read at every tick, so who moved is found. */
  readonly targets: () => ReadonlyMap<KeyId, readonly string[]>
  readonly isUp: (key: KeyId) => boolean
}

/** Dials whom the plan names. */
export class Dialler {
  private readonly deps: DiallerDeps

  constructor(deps: DiallerDeps) {
    this.deps = deps
  }

  /** Starts the dials that are due; called on a timer and after a poke. */
  tick(): void {
    const { plan, targets, isUp } = this.deps
    for (const target of plan.due(targets(), isUp)) void this.dial(target)
  }

  private async dial(target: DialTarget): Promise<void> {
    const { node, plan, timeoutMs, log } = this.deps
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const connection = await node.dial(dialable(target, log), { signal })
      if (connection.status !== 'open') throw new NetworkError('peer-gone', 'closed by the peer')
      plan.dialled(target.key)
    } catch (thrown) {
      plan.failed(target.key)
      log.debug({ key: target.key, reason: reasonOf(thrown) }, 'dial failed')
    }
  }
}

/** The addresses as libp2p takes them; what is no address, or another peer's, is left out. */
function dialable({ key, addresses }: DialTarget, log: NetworkLogger): Multiaddr[] {
  const peer = peerIdOf(key)
  return addresses.slice(0, MAX_ADDRESSES_PER_PEER).flatMap((text) => {
    try {
      return [addressOf(text, peer)]
    } catch (thrown) {
      log.debug({ key, address: text, reason: reasonOf(thrown) }, 'not an address of this peer')
      return []
    }
  })
}

function addressOf(text: string, peer: PeerId): Multiaddr {
  const address = multiaddr(text)
  const named = address.getComponents().findLast((part) => part.code === CODE_P2P)?.value
  if (named === undefined) return address.encapsulate(`/p2p/${peer}`)
  if (named !== peer.toString()) throw new NetworkError('bad-key', `names the peer ${named}`)
  return address
}
