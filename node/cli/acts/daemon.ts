/** `up` and `stop`. */
import type { NodeApi } from '../../api/node-api.ts'
import { staleNotes } from '../../api/stale-notes.ts'
import type { Home } from '../../home/home.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { homeOf, withNode } from '../node-access.ts'
import { retryUntil } from '../polling.ts'

/** Patience of `stop`, in ms. */
const STOP_TIMEOUT_MS = 30_000

/**
 * Runs the daemon in the foreground until it is told to stop. With `recover` its store is marked
 * first: what its key said may be more than it knows (design §2.3).
 */
export async function up(
  { recover }: { readonly recover: boolean },
  context: Context,
): Promise<undefined> {
  const home = homeOf(context)
  if (recover) await markStale(home)
  await context.services.runDaemon(home, context)
}

async function markStale({ layout }: Home): Promise<void> {
  const { SqliteStore } = await import('../../store/sqlite-store.ts')
  const store = SqliteStore.open(layout.store)
  try {
    const notes = staleNotes('`up --recover` said that the store may be behind')
    store.commit({ puts: [], drops: [], signatures: [], notes })
  } finally {
    store.close()
  }
}

/** Tells the daemon to stop and waits until nobody answers any more, and its store is free. */
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
  const { store } = homeOf(context).layout
  const { holder } = await import('../../store/lock.ts')
  const isGone = await retryUntil(
    context,
    timeout,
    async () => !(await answers(context)) && holder(store) !== pid,
  )
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
