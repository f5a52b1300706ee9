/** Serves the API on the home's unix socket; the socket's mode is the guard (design §6.5). */
import { chmodSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Log } from '../daemon/log.ts'
import { FILE_MODE } from '../home/files.ts'
import { ensureSocketDir, type HomeLayout } from '../home/layout.ts'
import { makeApp } from './app.ts'
import { ApiError } from './errors.ts'
import type { NodeApi } from './node-api.ts'

/** Longest to receive the head of a request, and all of it, in ms: the largest artefact from a slow disk. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 3_600_000
/** How long answers under way may take when the server closes, in ms. */
const CLOSE_GRACE_MS = 2_000

/** What a server is made from. */
export interface ServerParts {
  readonly api: NodeApi
  readonly layout: Pick<HomeLayout, 'socket'> & HomeLayout
  readonly log: Log
}

/** A listening API server. */
export class ApiServer {
  private readonly server: Server
  private readonly shutdown: AbortController

  private constructor(server: Server, shutdown: AbortController) {
    this.server = server
    this.shutdown = shutdown
  }

  /**
   * Listens on the home's socket. A file that is there is of a process that died: whoever calls
   * holds the store's lock. Throws `api-unavailable`.
   */
  static async listen({ api, layout, log }: ServerParts): Promise<ApiServer> {
    ensureSocketDir(layout)
    rmSync(layout.socket, { force: true })
    const shutdown = new AbortController()
    const { fetch } = makeApp({ api, log, shutdown: shutdown.signal })
    const server = createAdaptorServer({
      fetch,
      serverOptions: { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    })
    if (!isHttpServer(server)) throw unavailable(layout.socket, 'no HTTP/1 server was made')
    await listenOn(server, layout.socket)
    // A connection that cannot be accepted (too many open files) is no reason to die.
    server.on('error', (error) => log.error({ err: error }, 'the API server failed'))
    chmodSync(layout.socket, FILE_MODE)
    return new ApiServer(server, shutdown)
  }

  /** Ends event streams at once, lets other answers finish, then stops listening. */
  async close(): Promise<void> {
    this.shutdown.abort()
    const closed = Promise.withResolvers<void>()
    this.server.close(() => closed.resolve())
    this.server.closeIdleConnections()
    const grace = setTimeout(() => this.server.closeAllConnections(), CLOSE_GRACE_MS)
    await closed.promise
    clearTimeout(grace)
  }
}

const isHttpServer = (server: object): server is Server => 'closeIdleConnections' in server

async function listenOn(server: Server, path: string): Promise<void> {
  const listening = Promise.withResolvers<void>()
  const fail = (error: Error): void => listening.reject(unavailable(path, error.message, error))
  server.once('error', fail)
  server.listen(path, () => listening.resolve())
  await listening.promise
  server.off('error', fail)
}

const unavailable = (path: string, why: string, cause?: unknown): ApiError =>
  new ApiError(
    'api-unavailable',
    `${path} cannot be listened on: ${why}`,
    'check that its folder belongs to you',
    cause,
  )
