/** The API as an HTTP application, whatever it listens on: routes from the endpoint table (§6.5). */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type Refusal, refuse } from '../../src/op/refusal.ts'
import type { Log } from '../daemon/log.ts'
import { StoreError } from '../store/errors.ts'
import { serveContents } from './content-routes.ts'
import type { AnyEndpoint } from './endpoint.ts'
import { CAR_PATH, ENDPOINTS, EVENTS_PATH, HEALTH_PATH } from './endpoints.ts'
import { eventStream } from './event-stream.ts'
import { isRecord, toJson } from './json-values.ts'
import type { NodeApi } from './node-api.ts'
import { problemResponse } from './problem.ts'

/** Largest body of a request, in bytes: some twenty of the largest operations in base64. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024

/** What the application serves with. */
export interface AppOptions {
  readonly api: NodeApi
  readonly log: Log
  /** Ends all event streams at once. */
  readonly shutdown: AbortSignal
}

/** Makes the application. Who may reach it is the listener's business: here, the socket's mode. */
export function makeApp({ api, log, shutdown }: AppOptions): Hono {
  const app = new Hono()
  serveContents(app, api)
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => problemResponse(tooLarge()) }))
  for (const endpoint of Object.values(ENDPOINTS)) serve(app, endpoint, api)
  app.get(CAR_PATH, async () => carResponse(await api.exportCar()))
  app.get(EVENTS_PATH, (c) => events(c, api, shutdown))
  app.get(HEALTH_PATH, (c) => c.json({ ok: true }))
  app.notFound(({ req }) =>
    problemResponse(refuse('unknown-path', `nothing answers ${req.method} ${req.path}`)),
  )
  app.onError((error) => problemResponse(failure(error, log)))
  return app
}

function serve(app: Hono, { method, path, serve }: AnyEndpoint, api: NodeApi): void {
  app.on(method, path, async (c) => {
    const input = method === 'GET' ? c.req.query() : await bodyOf(c)
    if (input === undefined) return problemResponse(refuse('invalid-request', 'not a JSON map'))
    const result = await serve(api, { ...input, ...c.req.param() })
    return result.ok ? c.json(toJson(result.value)) : problemResponse(result)
  })
}

/** The body as a map; `undefined` for anything else. */
async function bodyOf(c: Context): Promise<Record<string, unknown> | undefined> {
  const text = await c.req.text()
  try {
    const body: unknown = JSON.parse(text === '' ? '{}' : text)
    return isRecord(body) ? body : undefined
  } catch {
    return undefined
  }
}

function events(c: Context, api: NodeApi, shutdown: AbortSignal): Response {
  const text = c.req.header('last-event-id') ?? c.req.query('since')
  const since = text === undefined ? undefined : Number(text)
  if (since !== undefined && !Number.isSafeInteger(since))
    return problemResponse(refuse('invalid-request', `"${text}" is no event id`))
  return eventStream((signal) => api.events(since, signal), shutdown)
}

const carResponse = (bytes: Uint8Array): Response =>
  new Response(Uint8Array.from(bytes), {
    headers: { 'content-type': 'application/vnd.ipld.car; version=1' },
  })

const tooLarge = (): Refusal =>
  refuse('too-large', `a request may have ${MAX_BODY_BYTES} bytes`, 'submit in smaller parts')

function failure(error: unknown, log: Log): Refusal {
  if (error instanceof StoreError) return refuse(error.code, error.message, error.hint)
  log.error({ err: error }, 'a request failed')
  return refuse('internal', 'the daemon failed to answer', 'its log has the reason')
}
