/** The API as an HTTP application, whatever it listens on: routes from the endpoint table (§6.5). */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type Refusal, refuse } from '../../src/op/refusal.ts'
import type { Log } from '../daemon/log.ts'
import { StoreError } from '../store/errors.ts'
import { serveContents } from './content-routes.ts'
import { type AnyEndpoint, scopeOf } from './endpoint.ts'
import { CAR_PATH, ENDPOINTS, EVENTS_PATH, HEALTH_PATH, OPENAPI_PATH } from './endpoints.ts'
import { eventStream } from './event-stream.ts'
import type { Gate } from './gate.ts'
import { isRecord, toJson } from './json-values.ts'
import type { NodeApi } from './node-api.ts'
import { openApi } from './openapi.ts'
import { problemResponse } from './problem.ts'
import { Routes, refused } from './routes.ts'
import { packageVersion } from './version.ts'

/** Largest body of a request, in bytes: some twenty of the largest operations in base64. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024

/** What the application serves with. */
export interface AppOptions {
  readonly api: NodeApi
  readonly log: Log
  readonly gate: Gate
  /** Ends all event streams at once. */
  readonly shutdown: AbortSignal
}

/** Makes the application. Nothing but `/healthz` is behind no scope. */
export function makeApp({ api, log, gate, shutdown }: AppOptions): Hono {
  const app = new Hono()
  const routes = new Routes(app, gate)
  app.use(async ({ req }, next) => refused(gate.enter(req.raw)) ?? (await next()))
  app.get(HEALTH_PATH, (c) => c.json({ ok: true }))
  serveContents(routes, api)
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => problemResponse(tooLarge()) }))
  for (const endpoint of Object.values(ENDPOINTS)) serve(routes, endpoint, api)
  routes.add('read', 'GET', CAR_PATH, async () => carResponse(await api.exportCar()))
  routes.add('read', 'GET', EVENTS_PATH, async (c) => events(c, api, shutdown))
  routes.add('read', 'GET', OPENAPI_PATH, async (c) => c.json(openApi(packageVersion())))
  app.notFound(({ req }) =>
    problemResponse(refuse('unknown-path', `nothing answers ${req.method} ${req.path}`)),
  )
  app.onError((error) => problemResponse(failure(error, log)))
  return app
}

function serve(routes: Routes, endpoint: AnyEndpoint, api: NodeApi): void {
  const { method, path, serve } = endpoint
  routes.add(scopeOf(endpoint), method, path, async (c) => {
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
