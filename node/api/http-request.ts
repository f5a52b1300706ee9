/** HTTP over a unix socket on `node:http`, with errors that say what to do. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errnoOf, messageOf } from '../home/errors.ts'
import { ApiError } from './errors.ts'

/** Longest wait for an answer to begin, in ms: a long history takes its time to be written. */
export const ANSWER_TIMEOUT_MS = 60_000

/** Longest wait after all of a large body was sent, in ms: a slow disk has to take it first. */
const STORED_TIMEOUT_MS = 600_000

/** One request. */
export interface HttpRequest {
  readonly socketPath: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: { readonly [name: string]: string }
  /** Text, or bytes that are sent as they come. */
  readonly body?: string | AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
  /** Longest wait for the answer to begin; `ANSWER_TIMEOUT_MS` unless told. */
  readonly timeoutMs?: number
}

/** Sends a request; resolves when the answer's head is there. Throws `no-daemon`, `bad-answer`. */
export async function send(asked: HttpRequest): Promise<IncomingMessage> {
  const { socketPath, method, path, headers, body, signal } = asked
  const { timeoutMs = ANSWER_TIMEOUT_MS } = asked
  const answer = Promise.withResolvers<IncomingMessage>()
  const outgoing = request(
    { socketPath, method, path, headers: { ...headers }, agent: false, ...(signal && { signal }) },
    answer.resolve,
  )
  outgoing.setTimeout(timeoutMs, () => outgoing.destroy(timeout(timeoutMs)))
  outgoing.on('error', (error) => answer.reject(failureOf(error, socketPath)))
  if (typeof body === 'object') sendAll(outgoing, body, answer.reject)
  else outgoing.end(body)
  const incoming = await answer.promise
  outgoing.setTimeout(0)
  return incoming
}

/** Sends a body at the pace of its reader. */
function sendAll(
  outgoing: ClientRequest,
  body: AsyncIterable<Uint8Array>,
  failed: (error: Error) => void,
): void {
  // No answer is due before the body has been sent.
  outgoing.setTimeout(0)
  const sent = pipeline(Readable.from(body, { objectMode: false }), outgoing)
  sent.then(
    () =>
      outgoing.setTimeout(STORED_TIMEOUT_MS, () => outgoing.destroy(timeout(STORED_TIMEOUT_MS))),
    (error: unknown) => failed(error instanceof Error ? error : cut(error)),
  )
}

/** The whole body of an answer. */
export async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk)
  } catch (error) {
    throw cut(error)
  }
  return Buffer.concat(chunks)
}

/** The error for an answer that broke off. */
export const cut = (cause: unknown): ApiError =>
  new ApiError(
    'bad-answer',
    `the daemon broke off its answer: ${messageOf(cause)}`,
    'folkmoot status shows whether it still runs',
    cause,
  )

/** Nobody there: no socket, or one that a dead process left. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED'])

function failureOf(error: unknown, socketPath: string): ApiError {
  if (error instanceof ApiError) return error
  if (ABSENT.has(errnoOf(error)))
    return new ApiError('no-daemon', `no daemon answers at ${socketPath}`, 'folkmoot up', error)
  return cut(error)
}

const timeout = (timeoutMs: number): ApiError =>
  new ApiError(
    'bad-answer',
    `the daemon took the question and gave no answer within ${timeoutMs / 1000} s`,
    'its log may say why; one that hangs is ended with kill, its pid is in store.db.pid of the home',
  )
