/** Refusals and failures as `application/problem+json` (RFC 9457) and back: the code is what is stable. */
import { z } from 'zod'
import { type Refusal, refuse } from '../../src/op/refusal.ts'

/** The media type of every answer that is no success. */
export const PROBLEM_TYPE = 'application/problem+json'

/** A refusal or failure as it travels. */
export const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  status: z.int(),
  hint: z.string().exactOptional(),
})

/** A problem as it travels. */
export type Problem = z.infer<typeof problemSchema>

/** Codes with a status of their own; `unknown-…` is not found (404), and every other refusal is a conflict with the state (409). */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['invalid-request', 400],
  ['short-id', 400],
  ['token-missing', 401],
  ['token-unknown', 401],
  ['token-expired', 401],
  ['scope-too-small', 403],
  ['foreign-origin', 403],
  ['no-such-seal', 404],
  ['too-large', 413],
  ['wrong-host', 421],
  ['internal', 500],
  ['store-read-only', 503],
])

/** The HTTP status of a code. */
export const statusOf = (code: string): number =>
  code.startsWith('unknown-') ? 404 : (STATUSES.get(code) ?? 409)

/** A refusal as the body of an answer. */
export const problemOf = ({
  code,
  message,
  hint,
}: Refusal): Problem & { type: string; title: string } => ({
  type: `urn:folkmoot:problem:${code}`,
  title: code,
  status: statusOf(code),
  code,
  detail: message,
  ...(hint !== undefined && { hint }),
})

/** An answer with a refusal or a failure. */
export const problemResponse = (refusal: Refusal): Response =>
  new Response(JSON.stringify(problemOf(refusal)), {
    status: statusOf(refusal.code),
    headers: {
      'content-type': PROBLEM_TYPE,
      ...(statusOf(refusal.code) === 401 && { 'www-authenticate': 'Bearer' }),
    },
  })

/** The refusal in an answer's body; `undefined` when the body is no problem. */
export function refusalFrom(body: unknown): Refusal | undefined {
  const problem = problemSchema.safeParse(body)
  return problem.success
    ? refuse(problem.data.code, problem.data.detail, problem.data.hint)
    : undefined
}
