/**
 * A hook that is posted: a CloudEvent in JSON, signed as Standard Webhooks have it. The receiver knows
 * by `webhook-id` (also `idempotency-key`) what it has done before: the same id is the same deed.
 */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { messageOf } from '../home/errors.ts'
import type { HookEvent } from './hook-event.ts'
import type { WebhookHook } from './hook-settings.ts'
import type { HookTry } from './hook-try.ts'

/** Most bytes of an answer that are read. */
export const MAX_ANSWER_BYTES = 256 * 1024
/** Answers that ask to come again: the deed, by its id, is not done twice. */
const TRY_AGAIN = new Set([408, 425, 429, 500, 502, 503, 504])
/** Shortest secret, in bytes. */
export const MIN_SECRET_BYTES = 16

/** How a webhook is posted. */
export interface WebhookContext {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** In ms. */
  readonly now: () => number
}

/** Posts an event once. */
export async function postWebhook(
  { webhook, secretFile }: WebhookHook,
  event: HookEvent,
  { timeoutMs, signal, now }: WebhookContext,
): Promise<HookTry> {
  const body = JSON.stringify(event)
  const secret = readSecret(secretFile)
  if (typeof secret === 'string') return { end: 'nothing', why: secret, output: '' }
  try {
    const answer = await fetch(webhook, {
      method: 'POST',
      body,
      headers: headersOf(event, body, { secret, at: now() }),
      // A redirect would carry the event to somebody else.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const output = await textOf(answer)
    if (output === undefined)
      return { end: 'unknown', why: `its answer has over ${MAX_ANSWER_BYTES} bytes`, output: '' }
    return verdict(answer, output)
  } catch (error) {
    const why = `${webhook}: ${causeOf(error)}`
    return { end: signal.aborted ? 'unknown' : 'nothing', why, output: '' }
  }
}

/** The headers of a delivery. */
export function headersOf(
  { id }: HookEvent,
  body: string,
  { secret, at }: { readonly secret: Buffer; readonly at: number },
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000))
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'idempotency-key': id,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signatureOf(secret, `${id}.${timestamp}.${body}`)}`,
  }
}

/** HMAC-SHA-256 in base64. */
export const signatureOf = (secret: Buffer, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64')

/** The secret in a file: `whsec_` and base64, or the text itself. A sentence where there is none. */
function readSecret(file: string): Buffer | string {
  try {
    const text = readFileSync(file, 'utf8').trim()
    const secret = text.startsWith('whsec_')
      ? Buffer.from(text.slice('whsec_'.length), 'base64')
      : Buffer.from(text, 'utf8')
    return secret.length >= MIN_SECRET_BYTES
      ? secret
      : `the secret in ${file} is shorter than ${MIN_SECRET_BYTES} bytes`
  } catch (error) {
    return `the secret of the webhook: ${messageOf(error)}`
  }
}

function verdict(answer: Response, output: string): HookTry {
  const why = `it answered ${answer.status}`
  if (answer.ok) return { end: 'did', why, output }
  if (!TRY_AGAIN.has(answer.status)) return { end: 'failed', why, output }
  const seconds = Number(answer.headers.get('retry-after'))
  return {
    ...{ end: 'nothing', why, output },
    ...(Number.isFinite(seconds) && seconds > 0 && { againInMs: seconds * 1000 }),
  }
}

/** The answer as text; undefined where it is too large to be one. */
async function textOf(answer: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error)
