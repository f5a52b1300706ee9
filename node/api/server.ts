/**
 * Serves the API (design §6.5): on the home's unix socket, whose mode is the guard, and where that is
 * asked for on loopback too, for holders of a token.
 */
import { chmodSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Clock } from '../../src/replica/reader.ts'
import type { Log } from '../daemon/log.ts'
import { FILE_MODE } from '../home/files.ts'
import { ensureSocketDir, type HomeLayout } from '../home/layout.ts'
import { TokenBook } from '../home/token-file.ts'
import { makeApp } from './app.ts'
import { ApiError } from './errors.ts'
import { type Gate, OPEN_GATE, TokenGate } from './gate.ts'
import type { NodeApi } from './node-api.ts'

/** Longest to receive the head of a request, and all of it, in ms: the largest artefact from a slow disk. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 3_600_000
/** How long answers under way may take when the server closes, in ms. */
const CLOSE_GRACE_MS = 2_000
/** Most connections to loopback at the same time. */
export const MAX_TCP_CONNECTIONS = 100
/** The one address that TCP is served on: what other machines are to see goes through a proxy. */
const LOOPBACK = '127.0.0.1'

/** What a server is made from. */
export interface ServerParts {
  readonly api: NodeApi
  readonly layout: HomeLayout
  readonly log: Log
  readonly clock: Clock
  /** The port on loopback, 0 for any; `null`: the socket only. */
  readonly port?: number | null
}

/** A listening API server. */
export class ApiServer {
  private readonly parts: ServerParts
  private readonly shutdown = new AbortController()
  private readonly servers: Server[] = []

  private constructor(parts: ServerParts) {
    this.parts = parts
  }

  /**
   * Listens on the home's socket, and on loopback if told. A socket that is there is of a process
   * that died: whoever calls holds the store's lock. Throws `api-unavailable`, and what reading the
   * tokens throws; then nothing listens.
   */
  static async listen(parts: ServerParts): Promise<ApiServer> {
    const server = new ApiServer(parts)
    try {
      await server.listenOnSocket()
      if (parts.port !== undefined && parts.port !== null) await server.listenOnLoopback(parts.port)
      return server
    } catch (error) {
      await server.close()
      throw error
    }
  }

  /** The port on loopback; undefined where only the socket is served. */
  get port(): number | undefined {
    const address = this.servers[1]?.address()
    return typeof address === 'object' ? address?.port : undefined
  }

  /** Ends event streams at once, lets other answers finish, then stops listening. */
  async close(): Promise<void> {
    this.shutdown.abort()
    await Promise.all(this.servers.map(closeServer))
  }

  private async listenOnSocket(): Promise<void> {
    const { layout } = this.parts
    ensureSocketDir(layout)
    rmSync(layout.socket, { force: true })
    await this.serve(OPEN_GATE, layout.socket, (server) => server.listen(layout.socket))
    chmodSync(layout.socket, FILE_MODE)
  }

  private async listenOnLoopback(port: number): Promise<void> {
    const { layout, clock } = this.parts
    const tokens = new TokenBook(layout)
    // A file that others may read, or that is damaged, is said now, not with the first request.
    tokens.find('')
    const gate = new TokenGate({ tokens, now: () => clock.now(), port: () => this.port ?? port })
    const place = `${LOOPBACK}:${port}`
    const server = await this.serve(gate, place, (one) => one.listen(port, LOOPBACK))
    server.maxConnections = MAX_TCP_CONNECTIONS
  }

  private async serve(
    gate: Gate,
    place: string,
    listen: (server: Server) => void,
  ): Promise<Server> {
    const { api, log } = this.parts
    const { fetch } = makeApp({ api, log, gate, shutdown: this.shutdown.signal })
    const server = createAdaptorServer({
      fetch,
      serverOptions: { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    })
    if (!isHttpServer(server)) throw unavailable(place, 'no HTTP/1 server was made')
    await listening(server, place, listen)
    this.servers.push(server)
    // A connection that cannot be accepted (too many open files) is no reason to die.
    server.on('error', (error) => log.error({ err: error }, 'the API server failed'))
    return server
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = Promise.withResolvers<void>()
  server.close(() => closed.resolve())
  server.closeIdleConnections()
  const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
  await closed.promise
  clearTimeout(grace)
}

const isHttpServer = (server: object): server is Server => 'closeIdleConnections' in server

async function listening(
  server: Server,
  place: string,
  listen: (server: Server) => void,
): Promise<void> {
  const ready = Promise.withResolvers<void>()
  const fail = (error: Error): void => ready.reject(unavailable(place, error.message, error))
  server.once('error', fail)
  server.once('listening', () => ready.resolve())
  listen(server)
  await ready.promise
  server.off('error', fail)
}

const unavailable = (place: string, why: string, cause?: unknown): ApiError =>
  new ApiError(
    'api-unavailable',
    `${place} cannot be listened on: ${why}`,
    'check that its folder belongs to you, or that no other process has the port (api.port)',
    cause,
  )
