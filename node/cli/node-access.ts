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
}

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
    return await use({ home, api: connection.api, via: connection.via })
  } finally {
    await connection.close()
  }
}
