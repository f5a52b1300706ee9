/** Contents over HTTP: streams both ways, never whole in memory, at the pace of the slower end (§6.5). */
import type { Context } from 'hono'
import { refuse } from '../../src/op/refusal.ts'
import { BlobError } from '../blob/errors.ts'
import { invalidRequest } from './endpoint.ts'
import { toJson } from './json-values.ts'
import type { NodeApi } from './node-api.ts'
import { problemResponse } from './problem.ts'
import { CONTENT_PATH, contentIdentity } from './record-endpoints.ts'
import type { Routes } from './routes.ts'

/** Adds the routes; before the limit on bodies, which is not for these. */
export function serveContents(routes: Routes, api: NodeApi): void {
  routes.add('operate', 'POST', CONTENT_PATH, (c) => put(c, api))
  routes.add('read', 'GET', `${CONTENT_PATH}/:id`, (c) => get(c.req.param('id') ?? '', api))
}

async function put(c: Context, api: NodeApi): Promise<Response> {
  const identity = contentIdentity.safeParse(c.req.query())
  if (!identity.success) return problemResponse(invalidRequest(identity.error))
  const { body } = c.req.raw
  if (body === null) return problemResponse(refuse('invalid-request', 'there is no content'))
  const reader = body.getReader()
  try {
    const taken = await api.artefacts.put(identity.data, piecesFrom(reader))
    return taken.ok ? c.json(toJson(taken.value)) : problemResponse(taken)
  } catch (error) {
    if (error instanceof BlobError)
      return problemResponse(refuse(error.code, error.message, error.hint))
    throw error
  } finally {
    // An answer before the end of the question would reach nobody: whoever sends hears a cut only.
    await drain(reader)
  }
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array>

/** The body as it comes; who stops reading early cancels nothing. */
const piecesFrom = (reader: BodyReader): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => {
      const { done, value } = await reader.read()
      return done ? { done, value: undefined } : { done, value }
    },
  }),
})

async function drain(reader: BodyReader): Promise<void> {
  try {
    for (let isDone = false; !isDone; ) isDone = (await reader.read()).done
  } catch {
    // The sender has left: there is nobody to answer.
  }
}

async function get(id: string, api: NodeApi): Promise<Response> {
  const content = await api.artefacts.content(id)
  if (!content.ok) return problemResponse(content)
  return new Response(streamOf(content.value), {
    headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
  })
}

/** One chunk a pull, and none ahead; whoever leaves closes the file. */
function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
