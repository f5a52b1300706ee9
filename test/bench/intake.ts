/** Gossip taken in as the daemon does: its judge, its queue, its group commit; no network. */
import { AlarmBoard } from '../../node/api/alarms.ts'
import { GossipJudge } from '../../node/daemon/gossip-judge.ts'
import type { GossipVerifier } from '../../node/daemon/gossip-verifier.ts'
import { IngestQueue } from '../../node/daemon/ingest-queue.ts'
import { silentLog } from '../../node/daemon/log.ts'
import { StoreKeeper } from '../../node/daemon/store-keeper.ts'
import { TimerSet } from '../../node/network/timers.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { NodeReplica } from './node-replica.ts'

/** The way in, and what writes behind it. */
export interface Intake {
  readonly judge: GossipJudge
  readonly keeper: StoreKeeper
  /** Takes in what was judged, writes it, and lets go of the timers. */
  close(): void
}

/** Puts the daemon's parts together on one replica; `ask` is told of a sender that has more. */
export function openIntake(
  { replica, store }: NodeReplica,
  verifier: GossipVerifier,
  ask: (peer: KeyId) => void,
): Intake {
  const timers = new TimerSet()
  const alarms = new AlarmBoard()
  const onRecovered = () => {}
  const keeper = new StoreKeeper({ replica, store, alarms, timers, log: silentLog, onRecovered })
  const taken = (ops: number) => keeper.touch(ops)
  const queue = new IngestQueue({ replica, log: silentLog, taken })
  const isReadOnly = () => keeper.isReadOnly
  const judge = new GossipJudge({ replica, queue, verifier, isReadOnly, ask })
  const close = () => {
    timers.stop()
    queue.drain()
    keeper.flush()
  }
  return { judge, keeper, close }
}
