/** The API from the other end: every question and act as a call over the home's socket. */
import type { z } from 'zod'
import type { Explanation } from '../../src/ballot/explain.ts'
import type { Choice } from '../../src/ballot/ops.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { accept, type Refusal, type Result } from '../../src/op/refusal.ts'
import type { CommentInput, ProposalInput } from '../../src/replica/acts.ts'
import { messageOf } from '../home/errors.ts'
import type { JournalLine } from '../store/journal.ts'
import { AttestationClient } from './attestation-client.ts'
import { DeliberationClient } from './deliberation-endpoints.ts'
import { DisputeClient } from './dispute-client.ts'
import { DocumentClient } from './document-client.ts'
import type { Endpoint } from './endpoint.ts'
import { CAR_PATH, ENDPOINTS, EVENTS_PATH } from './endpoints.ts'
import { ApiError } from './errors.ts'
import { ANSWER_TIMEOUT_MS, bodyOf, cut, send } from './http-request.ts'
import { fromJson, isRecord, toJson } from './json-values.ts'
import type { LogQuery } from './log-view.ts'
import type {
  ActOptions,
  EvidenceLine,
  JournalQuery,
  KeyLine,
  LogLine,
  NodeApi,
  NodeEvent,
  NodeStatus,
  PeerLine,
  ProposalDetail,
  ProposalLine,
  RootHead,
  SealLine,
  Signed,
  SubmitReport,
  WireOp,
} from './node-api.ts'
import { refusalFrom } from './problem.ts'
import { ArtefactClient, type Caller, NoteClient } from './record-client.ts'
import { RecourseClient } from './recourse-client.ts'
import { RegisterClient } from './register-client.ts'
import { ReportClient } from './report-endpoints.ts'
import { RolloutClient } from './rollout-client.ts'
import { nodeEvent } from './schemas.ts'
import { readEvents } from './sse.ts'
import { UpgradeClient } from './upgrade-endpoints.ts'

/** With this status the daemon itself failed; with any other it refused what was asked. */
const SERVER_FAULT = 500

/** Longest wait for the status, in ms: what asks for it first soon knows that a daemon hangs. */
export const STATUS_TIMEOUT_MS = 10_000

/** Throws `ApiError` (`no-daemon`, `bad-answer`, the daemon's own code) when asking itself fails. */
export class ApiClient implements NodeApi {
  readonly attestations = new AttestationClient((endpoint, input) => this.call(endpoint, input))
  readonly artefacts: ArtefactClient
  readonly notes: NoteClient
  readonly deliberation = new DeliberationClient((endpoint, input) => this.call(endpoint, input))
  readonly documents = new DocumentClient(
    (endpoint, input) => this.call(endpoint, input),
    (endpoint, input) => this.must(endpoint, input),
  )
  readonly registers = new RegisterClient(
    (endpoint, input) => this.call(endpoint, input),
    (endpoint, input) => this.must(endpoint, input),
  )
  readonly upgrades = new UpgradeClient(
    (endpoint, input) => this.call(endpoint, input),
    (endpoint, input) => this.must(endpoint, input),
  )
  readonly recourse = new RecourseClient((endpoint, input) => this.call(endpoint, input))
  readonly disputes = new DisputeClient((endpoint, input) => this.call(endpoint, input))
  readonly rollouts = new RolloutClient((endpoint, input) => this.call(endpoint, input))
  readonly reports = new ReportClient((endpoint, input) => this.call(endpoint, input))
  private readonly socketPath: string
  private readonly statusTimeoutMs: number

  /** `socketPath`: the layout's `socket`. Nothing is opened before the first question. */
  constructor(socketPath: string, statusTimeoutMs = STATUS_TIMEOUT_MS) {
    this.socketPath = socketPath
    this.statusTimeoutMs = statusTimeoutMs
    const caller = this.caller()
    this.artefacts = new ArtefactClient(caller)
    this.notes = new NoteClient(caller)
  }

  status(): Promise<NodeStatus> {
    return this.must(ENDPOINTS.status, {}, this.statusTimeoutMs)
  }

  charter(): Promise<Result<{ id: string; charter: Charter; yaml: string }>> {
    return this.call(ENDPOINTS.charter, {})
  }

  proposals(): Promise<readonly ProposalLine[]> {
    return this.must(ENDPOINTS.proposals, {})
  }

  proposal(id: string): Promise<Result<ProposalDetail>> {
    return this.call(ENDPOINTS.proposal, { id })
  }

  explain(id: string): Promise<Result<Explanation>> {
    return this.call(ENDPOINTS.explain, { id })
  }

  log(query: LogQuery): Promise<readonly LogLine[]> {
    return this.must(ENDPOINTS.log, query)
  }

  journal(query: JournalQuery): Promise<readonly JournalLine[]> {
    return this.must(ENDPOINTS.journal, query)
  }

  peers(): Promise<readonly PeerLine[]> {
    return this.must(ENDPOINTS.peers, {})
  }

  block(who: readonly string[]): Promise<Result<readonly PeerLine[]>> {
    return this.call(ENDPOINTS.block, { who: [...who] })
  }

  unblock(who: readonly string[]): Promise<Result<readonly PeerLine[]>> {
    return this.call(ENDPOINTS.unblock, { who: [...who] })
  }

  keys(): Promise<readonly KeyLine[]> {
    return this.must(ENDPOINTS.keys, {})
  }

  evidence(): Promise<readonly EvidenceLine[]> {
    return this.must(ENDPOINTS.evidence, {})
  }

  propose(input: ProposalInput, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(ENDPOINTS.propose, { input, ...options })
  }

  withdraw(
    id: string,
    reason: string | undefined,
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    return this.call(ENDPOINTS.withdraw, {
      id,
      ...(reason !== undefined && { reason }),
      ...options,
    })
  }

  vote(
    id: string,
    choice: Choice,
    rationale: string | undefined,
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const said = rationale !== undefined && { rationale }
    return this.call(ENDPOINTS.vote, { id, choice, ...said, ...options })
  }

  comment(input: CommentInput, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(ENDPOINTS.comment, { input, ...options })
  }

  seals(): Promise<readonly SealLine[]> {
    return this.must(ENDPOINTS.seals, {})
  }

  answerSeal(id: string, approve: boolean): Promise<Result<SealLine>> {
    return this.call(ENDPOINTS.answerSeal, { id, approve })
  }

  rootHead(): Promise<Result<RootHead>> {
    return this.call(ENDPOINTS.rootHead, {})
  }

  submit(ops: readonly WireOp[]): Promise<SubmitReport> {
    return this.must(ENDPOINTS.submit, { ops: [...ops] })
  }

  async exportCar(): Promise<Uint8Array> {
    const incoming = await send({ socketPath: this.socketPath, method: 'GET', path: CAR_PATH })
    const body = await bodyOf(incoming)
    if (incoming.statusCode !== 200) throw failureOf(readBody(body))
    return Uint8Array.from(body)
  }

  async *events(
    since: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<NodeEvent, void, void> {
    const headers = { ...(since !== undefined && { 'last-event-id': String(since) }) }
    const { socketPath } = this
    try {
      const incoming = await send({ socketPath, method: 'GET', path: EVENTS_PATH, headers, signal })
      if (incoming.statusCode !== 200) throw failureOf(readBody(await bodyOf(incoming)))
      for await (const data of readEvents(incoming)) yield nodeEvent.parse(JSON.parse(data))
    } catch (error) {
      if (signal.aborted) return
      throw error instanceof ApiError ? error : cut(error)
    }
  }

  async stop(): Promise<void> {
    await this.must(ENDPOINTS.stop, {})
  }

  private caller(): Caller {
    return {
      call: (endpoint, input) => this.call(endpoint, input),
      must: (endpoint, input) => this.must(endpoint, input),
      stream: async (path, body) => {
        const { socketPath } = this
        const incoming = await send({
          ...{ socketPath, path },
          ...(body ? { method: 'POST', body } : { method: 'GET' }),
        })
        if (incoming.statusCode === 200) return accept(incoming)
        const answer = readBody(await bodyOf(incoming))
        if (incoming.statusCode === SERVER_FAULT) throw failureOf(answer)
        return refusalOf(answer)
      },
    }
  }

  /** For questions that no rule refuses: any refusal is thrown. */
  private async must<Input extends object, Output>(
    endpoint: Endpoint<Input, Output>,
    input: Input,
    timeoutMs?: number,
  ): Promise<Output> {
    const result = await this.call(endpoint, input, timeoutMs)
    if (result.ok) return result.value
    throw new ApiError(result.code, result.message, result.hint ?? 'folkmoot doctor')
  }

  private async call<Input extends object, Output>(
    { method, path, output }: Endpoint<Input, Output>,
    input: Input,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ): Promise<Result<Output>> {
    const { target, rest } = addressed(path, input)
    const common = { socketPath: this.socketPath, timeoutMs }
    const incoming = await send(
      method === 'GET'
        ? { ...common, method, path: target + queryOf(rest) }
        : { ...common, method, path: target, headers: JSON_HEADERS, body: JSON.stringify(rest) },
    )
    const body = readBody(await bodyOf(incoming))
    if (incoming.statusCode === 200) return accept(readAnswer(output, body))
    if (incoming.statusCode === SERVER_FAULT) throw failureOf(body)
    return refusalOf(body)
  }
}

const JSON_HEADERS = { 'content-type': 'application/json' }

/** Puts the input's fields where the path names them; the others are left for query or body. */
function addressed(path: string, input: object) {
  const rest = { ...fieldsOf(toJson(input)) }
  const target = path.replace(/:(\w+)/g, (_all, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  return { target, rest }
}

const fieldsOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

function queryOf(fields: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) query.set(name, String(value))
  return query.size === 0 ? '' : `?${query}`
}

function readBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw badAnswer(messageOf(error))
  }
}

function readAnswer<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const answer = schema.safeParse(fromJson(body))
  if (answer.success) return answer.data
  const [issue] = answer.error.issues
  throw badAnswer(`${issue?.path.join('.')}: ${issue?.message}`)
}

function refusalOf(body: unknown): Refusal {
  const refusal = refusalFrom(body)
  if (refusal) return refusal
  throw badAnswer('an error without a code')
}

function failureOf(body: unknown): ApiError {
  const { code, message, hint } = refusalOf(body)
  return new ApiError(code, message, hint ?? 'folkmoot doctor')
}

const badAnswer = (what: string): ApiError =>
  new ApiError(
    'bad-answer',
    `the daemon's answer is not understood: ${what}`,
    'are both one version?',
  )
