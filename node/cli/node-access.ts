/** The home and the node of a command. */
import type { NodeApi } from '../api/node-api.ts'
import { type Home, openHome } from '../home/home.ts'
import type { Context, Reach } from './context.ts'

/** Opens the home that the command line chose. */
export const homeOf = ({ homeDir, io }: Context): Home => openHome(homeDir, { env: io.env })

/** A node that a command talks to. */
export interface NodeAccess {
  readonly home: Home
  readonly api: NodeApi
  readonly via: 'daemon' | 'offline'
  /** The time by the node's clock, in ms: what it dates, and what people ask of it, goes by that. */
  readonly now: () => number
}

/** This machine's clock, set off as the home's settings say, in ms: as the node itself reads it. */
export const nodeNow = ({ config }: Pick<Home, 'config'>, { io }: Pick<Context, 'io'>): number =>
  io.now() + config.values.clockOffsetMs

/** Opens the home, connects as far as `reach` allows, and closes the connection afterwards. */
export async function withNode<T>(
  context: Context,
  reach: Reach,
  use: (access: NodeAccess) => Promise<T>,
): Promise<T> {
  const home = homeOf(context)
  const connection = await context.services.connect(
    home,
    context.isOffline ? 'offline' : reach,
    context.io,
  )
  try {
    const { api, via } = connection
    return await use({ home, api, via, now: () => nodeNow(home, context) })
  } finally {
    await connection.close()
  }
}
