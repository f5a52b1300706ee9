/** `up` and `stop`. */
import type { NodeApi } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { homeOf, withNode } from '../node-access.ts'
import { retryUntil } from '../polling.ts'

/** Patience of `stop`, in ms. */
const STOP_TIMEOUT_MS = 30_000

/** Runs the daemon in the foreground until it is told to stop. */
export async function up(context: Context): Promise<undefined> {
  await context.services.runDaemon(homeOf(context), context)
}

/** Tells the daemon to stop and waits until nobody answers any more. */
export async function stop(
  { timeout = STOP_TIMEOUT_MS }: { readonly timeout: number | undefined },
  context: Context,
): Promise<Report> {
  const pid = await withNode(context, 'daemon', async ({ api }) => {
    const status = await api.status()
    await api.stop()
    return status.pid
  })
  context.print.progress(`waiting for process ${pid} to end …`)
  const isGone = await retryUntil(context, timeout, async () => !(await answers(context)))
  if (!isGone)
    throw new CliError(
      'stop-timeout',
      `process ${pid} has not ended yet`,
      `wait longer with --timeout, or end it with kill ${pid}`,
      { exit: EXIT.timeout },
    )
  return { data: { stopped: true, pid }, text: '✓ stopped' }
}

const ping = async (api: NodeApi): Promise<boolean> => (await api.status()).pid > 0

async function answers(context: Context): Promise<boolean> {
  try {
    return await withNode(context, 'daemon', ({ api }) => ping(api))
  } catch {
    return false
  }
}
