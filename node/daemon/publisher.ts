/** Sends own and submitted operations over gossip; a large one is announced and pulled (§2.6). */
import type { Issued } from '../../src/replica/replica.ts'
import { encodeAnnouncement, encodeGossip } from '../../src/sync/gossip.ts'
import { messageOf } from '../home/errors.ts'
import type { NetworkHost } from '../network/host.ts'
import type { Log } from './log.ts'

/** Publishes what is on disk already. Gossip is never relied on: a failure is only logged. */
export async function publishAll(
  host: Pick<NetworkHost, 'publish'>,
  ops: readonly Issued[],
  log: Log,
): Promise<void> {
  for (const { op, bytes, sig } of ops) {
    try {
      const message = encodeGossip({ bytes, sig }) ?? encodeAnnouncement(op)
      const sent = await host.publish(message)
      if (!sent.ok) log.warn({ cid: op.cid, code: sent.code }, sent.message)
    } catch (error) {
      log.debug({ cid: op.cid, reason: messageOf(error) }, 'not gossiped; sync brings it')
    }
  }
}
