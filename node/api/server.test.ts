import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { simpleProposal } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { silentLog } from '../daemon/log.ts'
import { type HomeLayout, layoutOf } from '../home/layout.ts'
import { MAX_BODY_BYTES } from './app.ts'
import { readBundle } from './bundle.ts'
import { ApiClient } from './client.ts'
import { HEALTH_PATH } from './endpoints.ts'
import { shortId } from './ids.ts'
import type { NodeApi, NodeEvent } from './node-api.ts'
import { ApiServer } from './server.ts'

/** A server on a socket of its own, closed with the test. */
async function serve(api: NodeApi, layout: HomeLayout = layoutOf(tempDir())) {
  const server = await ApiServer.listen({ api, layout, log: silentLog, clock: { now: Date.now } })
  onTestFinished(() => server.close())
  return { server, layout, client: new ApiClient(layout.socket) }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** A request as anybody could make it. */
function ask(layout: HomeLayout, method: string, path: string, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: layout.socket, method, path, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk) => chunks.push(chunk))
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          type: String(incoming.headers['content-type']),
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

async function take(events: AsyncIterable<NodeEvent>, count: number): Promise<NodeEvent[]> {
  const list: NodeEvent[] = []
  for await (const event of events) if (list.push(event) === count) break
  return list
}

test('every question gets over the socket what it gets in the process', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const id = await coalition.proposed('policy@a')
  const { service } = coalition.node(1)
  const { client } = await serve(service)
  unwrap(await client.vote(shortId(id), 'yes', 'good'))
  unwrap(await client.comment({ proposal: id, kind: 'support', text: 'yes' }))
  const questions: ((api: NodeApi) => Promise<unknown>)[] = [
    (api) => api.status(),
    (api) => api.charter(),
    (api) => api.proposals(),
    (api) => api.proposal(id),
    (api) => api.explain(id),
    (api) => api.log({ limit: 3, type: 'vote' }),
    (api) => api.peers(),
    (api) => api.keys(),
    (api) => api.evidence(),
    (api) => api.seals(),
    (api) => api.rootHead(),
    (api) => api.exportCar(),
  ]
  for (const question of questions) expect(await question(client)).toEqual(await question(service))
  expect(unwrap(readBundle(await client.exportCar())).coalition).toBe(coalition.founded.coalition)
})

test('acts over the socket do what they do in the process', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const { service, published, network, replica } = coalition.node(0)
  const { client } = await serve(service)
  const opened = unwrap(await client.propose(simpleProposal('policy@a')))
  expect(published.at(-1)?.op.cid).toBe(opened.cid)
  const shown = unwrap(await client.withdraw(opened.cid ?? '', 'a mistake', { dryRun: true }))
  expect(shown).toMatchObject({ type: 'proposal.withdraw', dryRun: true })
  unwrap(await client.block(['s2']))
  expect(network.blocked).toHaveLength(1)
  const [vote] = [replica.stored(published[0]?.op.cid ?? replica.coalition)]
  const bytes = Buffer.from(vote?.bytes ?? []).toString('base64')
  expect(await client.submit([{ bytes, sig: null }])).toMatchObject({
    refused: [{ code: 'unvouched' }],
  })
})

test('an amendment with its keys arrives whole', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const { service } = coalition.node(0)
  const { client } = await serve(service)
  const amendment = { ...coalition.founded.charter, version: 2, name: 'Renamed' }
  const input = {
    ...simpleProposal('charter'),
    kind: 'amendment' as const,
    track: 'constitutional',
    amendment,
  }
  const opened = unwrap(await client.propose(input))
  const line = (await client.proposals()).find(({ id }) => id === opened.cid)
  expect(line).toMatchObject({ kind: 'amendment', outcome: 'open' })
})

test('a refusal is a value at both ends, and a problem with a stable code in between', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  await coalition.proposed('policy@a')
  await coalition.proposed('policy@b')
  const { client, layout } = await serve(coalition.node(0).service)
  expect(await client.explain('bafyrei')).toMatchObject({ ok: false, code: 'ambiguous-id' })
  const { status, type, body } = await ask(layout, 'GET', '/v1/proposals/nothing-like-it')
  expect({ status, type }).toEqual({ status: 404, type: 'application/problem+json' })
  expect(JSON.parse(body)).toMatchObject({
    type: 'urn:folkmoot:problem:unknown-id',
    status: 404,
    code: 'unknown-id',
    detail: 'no proposal is called "nothing-like-it"',
    hint: expect.any(String),
  })
})

test('what is no question of ours is refused with what is wrong with it', async () => {
  const { layout } = await serve(new ServedCoalition([1, 1, 1, 1]).node(0).service)
  const codeOf = async (method: string, path: string, body?: string) => {
    const answer = await ask(layout, method, path, body)
    return [answer.status, JSON.parse(answer.body).code]
  }
  expect(await codeOf('GET', '/v2/status')).toEqual([404, 'unknown-path'])
  expect(await codeOf('GET', '/v1/log?limit=-1')).toEqual([400, 'invalid-request'])
  expect(await codeOf('POST', '/v1/operations', '{"ops":')).toEqual([400, 'invalid-request'])
  expect(await codeOf('POST', '/v1/peers/block', '{"who":"s2"}')).toEqual([400, 'invalid-request'])
  expect(await codeOf('GET', '/v1/events?since=now')).toEqual([400, 'invalid-request'])
  const huge = ' '.repeat(MAX_BODY_BYTES + 1)
  expect(await codeOf('POST', '/v1/operations', huge)).toEqual([413, 'too-large'])
})

test('a failure of the daemon is an error with a code, and says nothing of its insides', async () => {
  const { service } = new ServedCoalition([1, 1, 1, 1]).node(0)
  service.keys = () => Promise.reject(new Error('secret'))
  const { client, layout } = await serve(service)
  await expect(client.keys()).rejects.toMatchObject({ name: 'ApiError', code: 'internal' })
  expect((await ask(layout, 'GET', '/v1/keys')).body).not.toContain('secret')
})

test('the socket is for its owner alone, and one that a dead process left is replaced', async () => {
  const layout = layoutOf(tempDir())
  writeFileSync(layout.socket, '')
  const { service } = new ServedCoalition([1, 1, 1, 1]).node(0)
  const { client } = await serve(service, layout)
  expect(statSync(layout.socket).mode & 0o777).toBe(0o600)
  expect((await client.status()).pid).toBe(process.pid)
  expect((await ask(layout, 'GET', HEALTH_PATH)).status).toBe(200)
})

test('where nobody listens the client says so, with the exit code for it', async () => {
  const { socket } = layoutOf(tempDir())
  await expect(new ApiClient(socket).status()).rejects.toMatchObject({
    code: 'no-daemon',
    exitCode: 3,
    hint: 'folkmoot up',
  })
})

test('a daemon that hangs is told from none, and from one that answers late', async () => {
  const { socket } = layoutOf(tempDir())
  const hung = createServer().listen(socket)
  onTestFinished(() => void hung.close())
  await once(hung, 'listening')
  await expect(new ApiClient(socket, 20).status()).rejects.toMatchObject({
    code: 'bad-answer',
    message: expect.stringContaining('no answer within 0.02 s'),
    hint: expect.stringContaining('store.db.pid'),
  })
})

test('an event stream brings what happens, and resumes where it broke off', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const id = await coalition.proposed('policy@a')
  const { service, events } = coalition.node(0)
  const { client } = await serve(service)
  const first = events.lastId
  const following = take(client.events(first, new AbortController().signal), 1)
  unwrap(await client.vote(id, 'no', undefined))
  const [vote] = await following
  expect(vote).toMatchObject({ id: first + 1, kind: 'vote', proposal: id })
  unwrap(await client.vote(id, 'yes', undefined))
  unwrap(await client.comment({ proposal: id, kind: 'support', text: 'better' }))
  const missed = await take(client.events(vote?.id, new AbortController().signal), 2)
  expect(missed.map((event) => [event.id, event.kind])).toEqual([
    [first + 2, 'vote'],
    [first + 3, 'comment'],
  ])
})

test('streams end at once when the server closes, and when the reader leaves', async () => {
  const { service, events } = new ServedCoalition([1, 1, 1, 1]).node(0)
  const { server, client } = await serve(service)
  const leave = new AbortController()
  const left = take(client.events(events.lastId, leave.signal), 2)
  const ended = take(client.events(events.lastId - 1, new AbortController().signal), 2)
  leave.abort()
  expect(await left).toEqual([])
  await client.status()
  await server.close()
  expect((await ended).length).toBeLessThan(2)
})

test('a daemon that is told to stop answers first', async () => {
  const node = new ServedCoalition([1, 1, 1, 1]).node(0)
  const { client } = await serve(node.service)
  await client.stop()
  expect(node.stops).toBe(1)
})
