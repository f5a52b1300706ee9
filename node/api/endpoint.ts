/** How an endpoint is declared: once, for server, client and manual. */
import { z } from 'zod'
import { type Refusal, type Result, refuse } from '../../src/op/refusal.ts'
import type { Scope } from '../home/scope.ts'
import { fromJson } from './json-values.ts'
import type { NodeApi } from './node-api.ts'
import * as shape from './schemas.ts'

/** How an endpoint is declared. */
interface Declaration<Input, Output> {
  readonly method: 'GET' | 'POST'
  /** `:name` takes the input's field of that name; the rest is query (GET) or JSON body (POST). */
  readonly path: string
  /** What it takes over TCP; to ask `read`, to act `operate` unless told. */
  readonly scope?: Scope
  /** For the manual: what it answers or does. */
  readonly summary: string
  readonly input: z.ZodType<Input>
  readonly output: z.ZodType<Output>
  readonly answer: (api: NodeApi, input: Input) => Promise<Result<Output>>
}

/** An endpoint; `serve` takes whatever came, so that a server needs to know no types. */
export interface Endpoint<Input, Output> extends Declaration<Input, Output> {
  readonly serve: (api: NodeApi, raw: unknown) => Promise<Result<Output>>
}

/** What a server needs of any endpoint. */
export type AnyEndpoint = Pick<Endpoint<never, unknown>, 'method' | 'path' | 'scope' | 'serve'>

/** What a description of any endpoint needs. */
export type Described = Pick<AnyEndpoint, 'method' | 'path' | 'scope'> & {
  readonly summary: string
  readonly input: z.ZodType
  readonly output: z.ZodType
}

/** The scope that an endpoint takes. */
export const scopeOf = ({ method, scope }: Pick<AnyEndpoint, 'method' | 'scope'>): Scope =>
  scope ?? (method === 'GET' ? 'read' : 'operate')

/** Declares an endpoint. */
export const endpoint = <Input, Output>(
  declared: Declaration<Input, Output>,
): Endpoint<Input, Output> => ({
  ...declared,
  serve: async (api, raw) => {
    const input = declared.input.safeParse(fromJson(raw))
    return input.success ? declared.answer(api, input.data) : invalidRequest(input.error)
  },
})

/** The refusal of a question that does not fit its schema, with the first place that does not. */
export function invalidRequest({ issues: [issue] }: z.ZodError): Refusal {
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : ''
  return refuse('invalid-request', `${where}${issue?.message ?? 'does not fit'}`)
}

/** No input. */
export const nothing = z.strictObject({})
/** An id. */
export const byId = z.strictObject({ id: z.string() })
/** The input of what signs: these fields, and whether to try only. */
export const acting = <Shape extends z.core.$ZodLooseShape>(fields: Shape) =>
  z.strictObject({ ...fields, dryRun: shape.flag })
/** Whether to try only. */
export const dryRunOf = ({
  dryRun = false,
}: {
  readonly dryRun?: boolean
}): { dryRun: boolean } => ({ dryRun })
