/** Tells what a daemon in the foreground waits for on its way back, again whenever that changes. */
import type { Replica } from '../../src/replica/replica.ts'
import { recoveryOf } from '../api/recovery.ts'
import type { Context } from './context.ts'
import { recoveryLines } from './view/recovery.ts'

/** Between two looks, in ms: sessions that complete are no change of the replica. */
const LOOK_MS = 500

/** Begins; returns how to stop. */
export function tellRecovery(
  replica: Replica,
  { print, json }: Pick<Context, 'print' | 'json'>,
): () => void {
  let told = 'null'
  const look = (): void => {
    const recovery = recoveryOf(replica)
    const text = JSON.stringify(recovery)
    if (text === told) return
    told = text
    if (json) print.jsonLine({ ok: true, recovery })
    else if (recovery) for (const line of recoveryLines(recovery, print.paint)) print.line(line)
    else print.line('✓ recovered')
  }
  look()
  const timer = setInterval(look, LOOK_MS)
  return () => clearInterval(timer)
}
