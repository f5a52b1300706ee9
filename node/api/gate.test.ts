/** The API over loopback: who is let in, to what, and what is refused whatever else is true. */
import { chmodSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { silentLog } from '../daemon/log.ts'
import { ensurePrivateDir } from '../home/files.ts'
import { layoutOf } from '../home/layout.ts'
import { SCOPES, type Scope } from '../home/scope.ts'
import { addToken, revokeToken } from '../home/token-file.ts'
import { MAX_BODY_BYTES } from './app.ts'
import { type AnyEndpoint, scopeOf } from './endpoint.ts'
import { ENDPOINTS, HEALTH_PATH, OPENAPI_PATH } from './endpoints.ts'
import { ApiServer, MAX_TCP_CONNECTIONS } from './server.ts'

const NOW = 1_800_000_000_000
const HOUR_MS = 3_600_000

/** A served node on a port that the system chose. */
async function serve() {
  const layout = layoutOf(tempDir())
  ensurePrivateDir(layout.dir)
  const clock = { ms: NOW, now: () => clock.ms }
  const node = new ServedCoalition([1, 1, 1, 1]).node(0)
  const server = await ApiServer.listen({
    api: node.service,
    layout,
    log: silentLog,
    clock,
    port: 0,
  })
  onTestFinished(() => server.close())
  const port = server.port ?? 0
  const token = (scope: Scope, expiresAt: number | null = null) =>
    addToken(layout, { label: `${scope} ${expiresAt}`, scope, expiresAt }, clock.ms).text
  return { layout, clock, node, server, port, token }
}

type Headers = Readonly<Record<string, string>>

/** A request as anybody on this machine could make it. */
function ask(port: number, asks: string, headers: Headers = {}, body = '') {
  const [method = '', path = ''] = asks.split(' ')
  return new Promise<{ status: number; code: string; headers: Readonly<Record<string, unknown>> }>(
    (resolve, reject) => {
      const options = { host: '127.0.0.1', port, method, path, headers, agent: false }
      const asked = request(options, (incoming) => {
        let text = ''
        incoming.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            code: /"code":"([^"]+)"/.exec(text)?.[1] ?? '',
            headers: incoming.headers,
          }),
        )
      })
      asked.on('error', reject)
      asked.end(body)
    },
  )
}

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })
const EVERY: readonly (readonly [string, AnyEndpoint])[] = Object.entries(ENDPOINTS)

describe('without a token', () => {
  test('every path but the health check is refused', async () => {
    const { port } = await serve()
    for (const [name, { method, path }] of EVERY) {
      const { status, code, headers } = await ask(port, `${method} ${path}`)
      expect([name, status, code]).toEqual([name, 401, 'token-missing'])
      expect(headers['www-authenticate']).toBe('Bearer')
    }
    for (const path of ['/v1/events', '/v1/coalition.car', OPENAPI_PATH])
      expect((await ask(port, `GET ${path}`)).status).toBe(401)
    expect((await ask(port, 'POST /v1/contents')).status).not.toBe(200)
    expect((await ask(port, `GET ${HEALTH_PATH}`)).status).toBe(200)
  })

  test.each([
    ['no bearer token', 'Basic YWNtZTphY21l'],
    ['an empty one', 'Bearer '],
    ['a long one', `Bearer ${'x'.repeat(1_000)}`],
  ])('%s is none', async (_, authorization) => {
    const { port } = await serve()
    expect((await ask(port, 'GET /v1/status', { authorization })).code).toBe('token-missing')
  })
})

describe('a token', () => {
  test('of each scope is let to exactly what takes that scope or less', async () => {
    const { port, token, node } = await serve()
    for (const [i, scope] of SCOPES.entries()) {
      const headers = bearer(token(scope))
      for (const [name, one] of EVERY) {
        // An act that no schema takes: it is let in, and goes no further.
        const body = one.method === 'POST' ? '[]' : ''
        const { code } = await ask(
          port,
          `${one.method} ${one.path.replace(':id', 'x')}`,
          headers,
          body,
        )
        expect(code).not.toMatch(/^token/)
        const isLet = SCOPES.indexOf(scopeOf(one)) <= i
        expect([name, code === 'scope-too-small']).toEqual([name, !isLet])
      }
    }
    expect(node.stops).toBe(0)
  })

  test('that is wrong, revoked or expired is refused at once', async () => {
    const { port, token, clock, layout } = await serve()
    const good = token('read')
    const short = token('read', NOW + HOUR_MS)
    const status = (text: string) => ask(port, 'GET /v1/status', bearer(text))
    expect((await status(`${good}x`)).code).toBe('token-unknown')
    expect((await status(good)).status).toBe(200)
    expect((await status(short)).status).toBe(200)
    clock.ms += HOUR_MS - 1
    expect((await status(short)).status).toBe(200)
    clock.ms += 1
    expect((await status(short)).code).toBe('token-expired')
    revokeToken(layout, 'read null')
    expect((await status(good)).code).toBe('token-unknown')
  })

  test('does not help against a page that had its own name point here', async () => {
    const { port, token } = await serve()
    const headers = bearer(token('admin'))
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `127.0.0.1.evil.example:${port}`,
      `192.168.0.7:${port}`,
    ]) {
      const { status, code } = await ask(port, 'GET /v1/status', { ...headers, host })
      expect([host, status, code]).toEqual([host, 421, 'wrong-host'])
      expect((await ask(port, `GET ${HEALTH_PATH}`, { host })).status).toBe(421)
    }
    for (const host of [`127.0.0.1:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
      expect((await ask(port, 'GET /v1/status', { ...headers, host })).status).toBe(200)
  })

  test('does not help against a page of another origin, and no answer tells a browser to share', async () => {
    const { port, token } = await serve()
    const headers = bearer(token('admin'))
    const foreign: Headers[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${port + 1}` },
      { origin: `https://127.0.0.1:${port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const one of foreign) {
      const answer = await ask(port, 'POST /v1/stop', { ...headers, ...one })
      expect([one, answer.status, answer.code]).toEqual([one, 403, 'foreign-origin'])
      const preflight = await ask(port, 'OPTIONS /v1/stop', one)
      expect(Object.keys({ ...answer.headers, ...preflight.headers }).join()).not.toContain(
        'access-control',
      )
    }
    const own = { origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' }
    expect((await ask(port, 'GET /v1/status', { ...headers, ...own })).status).toBe(200)
  })
})

describe('whoever asks', () => {
  test('paths that climb, or that nobody serves, lead nowhere', async () => {
    const { port, token } = await serve()
    const headers = bearer(token('admin'))
    for (const path of [
      '/../../etc/passwd',
      '/v1/%2e%2e/%2e%2e/etc/passwd',
      '//evil.example/v1/status',
      `/v1/${'x'.repeat(8_000)}`,
      '/v1/status/',
    ])
      expect([path, (await ask(port, `GET ${path}`, headers)).status]).toEqual([path, 404])
    // A node without a daemon keeps no contents; a name that climbs is one like any other.
    for (const path of ['/v1/contents/..%2f..%2fnode.key', '/v1/contents/%00'])
      expect([path, (await ask(port, `GET ${path}`, headers)).code]).toEqual([path, 'no-daemon'])
  })

  test(`a body has ${MAX_BODY_BYTES} bytes at most`, async () => {
    const { port, token } = await serve()
    const headers = bearer(token('operate'))
    const body = (bytes: number) => `{"ops":[],"x":"${'x'.repeat(bytes - 17)}"}`
    const full = await ask(port, 'POST /v1/operations', headers, body(MAX_BODY_BYTES))
    expect(full.code).toBe('invalid-request')
    const over = await ask(port, 'POST /v1/operations', headers, body(MAX_BODY_BYTES + 1))
    expect([over.status, over.code]).toEqual([413, 'too-large'])
  })

  test(`${MAX_TCP_CONNECTIONS} connections are held at most, and the socket is not one of them`, async () => {
    const { port, token, layout } = await serve()
    const sockets = Array.from({ length: MAX_TCP_CONNECTIONS }, () => connect(port, '127.0.0.1'))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
    })
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.once('connect', done))))
    await expect(ask(port, 'GET /v1/status', bearer(token('read')))).rejects.toThrow()
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { socketPath: layout.socket, path: '/v1/status', agent: false }
      request(options, (incoming) => resolve(incoming.resume().statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(200)
  })

  test('tokens that others may read stop the daemon from starting, with the fix', async () => {
    const { layout, token, node } = await serve()
    token('read')
    chmodSync(layout.tokens, 0o644)
    const again = { ...layout, socket: `${layout.socket}2` }
    const parts = { api: node.service, layout: again, log: silentLog, clock: { now: Date.now } }
    await expect(ApiServer.listen({ ...parts, port: 0 })).rejects.toMatchObject({
      code: 'home-too-open',
      hint: `run: chmod 600 ${layout.tokens}`,
    })
  })

  test('a port that is taken is named', async () => {
    const { port, layout, node } = await serve()
    const again = { ...layout, socket: `${layout.socket}2` }
    const parts = { api: node.service, layout: again, log: silentLog, clock: { now: Date.now } }
    await expect(ApiServer.listen({ ...parts, port })).rejects.toMatchObject({
      code: 'api-unavailable',
    })
  })
})

describe('the description', () => {
  const OPERATION = z.looseObject({
    operationId: z.string(),
    'x-scope': z.enum(SCOPES).exactOptional(),
    parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).exactOptional(),
  })
  const DOCUMENT = z.looseObject({
    openapi: z.literal('3.1.0'),
    paths: z.record(z.string(), z.record(z.string(), OPERATION)),
  })

  test('names every path once, with its parameters and its scope', async () => {
    const { port, token } = await serve()
    const answer = await fetch(`http://127.0.0.1:${port}${OPENAPI_PATH}`, {
      headers: bearer(token('read')),
    })
    const { paths } = DOCUMENT.parse(await answer.json())
    const ids = Object.values(paths).flatMap((one) => Object.values(one).map((o) => o.operationId))
    expect(new Set(ids).size).toBe(ids.length)
    for (const [name, one] of EVERY) {
      const path = one.path.replace(/:(\w+)/g, '{$1}')
      const operation = paths[path]?.[one.method.toLowerCase()]
      expect(operation).toMatchObject({ operationId: name, 'x-scope': scopeOf(one) })
      const named = operation?.parameters?.filter((p) => p.in === 'path').map((p) => `{${p.name}}`)
      expect(named ?? []).toEqual(path.match(/\{\w+\}/g) ?? [])
    }
  })
})
