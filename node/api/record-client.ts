/** Artefacts and notes from the other end of the socket; contents stream both ways. */
import type { ContentDigest } from '../../src/artefact/digest.ts'
import { accept, type Result } from '../../src/op/refusal.ts'
import type { AnnounceInput } from '../../src/replica/record-acts.ts'
import type { LocalArtefact } from './artefact-desk.ts'
import type { Endpoint } from './endpoint.ts'
import { ApiError } from './errors.ts'
import { cut } from './http-request.ts'
import type {
  ArtefactApi,
  ArtefactLine,
  NoteApi,
  NoteDetail,
  NoteInput,
  NoteLine,
} from './record-api.ts'
import { CONTENT_PATH, localArtefact, RECORD_ENDPOINTS } from './record-endpoints.ts'
import type { ActOptions, Signed } from './signed.ts'

/** How calls are made; errors as `ApiClient` has them. */
export interface Caller {
  call<Input extends object, Output>(
    endpoint: Endpoint<Input, Output>,
    input: Input,
  ): Promise<Result<Output>>
  must<Input extends object, Output>(
    endpoint: Endpoint<Input, Output>,
    input: Input,
  ): Promise<Output>
  /** POSTs a body, or without one GETs; the body of the answer as it comes. */
  stream(path: string, body?: AsyncIterable<Uint8Array>): Promise<Result<AsyncIterable<Uint8Array>>>
}

/** `ArtefactApi` over the socket. */
export class ArtefactClient implements ArtefactApi {
  private readonly caller: Caller

  constructor(caller: Caller) {
    this.caller = caller
  }

  list(): Promise<readonly ArtefactLine[]> {
    return this.caller.must(RECORD_ENDPOINTS.artefacts, {})
  }

  show(id: string): Promise<Result<ArtefactLine>> {
    return this.caller.call(RECORD_ENDPOINTS.artefact, { id })
  }

  announce(input: AnnounceInput, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.caller.call(RECORD_ENDPOINTS.announceArtefact, { input, ...options })
  }

  release(id: string, options: ActOptions = {}): Promise<Result<readonly Signed[]>> {
    return this.caller.call(RECORD_ENDPOINTS.releaseArtefact, { id, ...options })
  }

  async put(identity: Identity, source: AsyncIterable<Uint8Array>): Promise<Result<LocalArtefact>> {
    const { digest, manifest, sizeBytes } = identity
    const query = new URLSearchParams({ digest, manifest, sizeBytes: String(sizeBytes) })
    const answer = await this.caller.stream(`${CONTENT_PATH}?${query}`, source)
    if (!answer.ok) return answer
    const parts: Uint8Array[] = []
    for await (const part of reading(answer.value)) parts.push(part)
    return accept(localArtefact.parse(JSON.parse(Buffer.concat(parts).toString('utf8'))))
  }

  fetch(id: string): Promise<Result<ArtefactLine>> {
    return this.caller.call(RECORD_ENDPOINTS.fetchArtefact, { id })
  }

  check(id: string): Promise<Result<ArtefactLine>> {
    return this.caller.call(RECORD_ENDPOINTS.checkArtefact, { id })
  }

  pin(id: string): Promise<Result<ArtefactLine>> {
    return this.caller.call(RECORD_ENDPOINTS.pinArtefact, { id })
  }

  unpin(id: string): Promise<Result<ArtefactLine>> {
    return this.caller.call(RECORD_ENDPOINTS.unpinArtefact, { id })
  }

  drop(id: string): Promise<Result<ArtefactLine>> {
    return this.caller.call(RECORD_ENDPOINTS.dropArtefact, { id })
  }

  async content(id: string): Promise<Result<AsyncIterable<Uint8Array>>> {
    const answer = await this.caller.stream(`${CONTENT_PATH}/${encodeURIComponent(id)}`)
    return answer.ok ? accept(reading(answer.value)) : answer
  }
}

interface Identity {
  readonly digest: ContentDigest
  readonly manifest: ContentDigest
  readonly sizeBytes: number
}

/** A body whose breaking off says so. */
async function* reading(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw error instanceof ApiError ? error : cut(error)
  }
}

/** `NoteApi` over the socket. */
export class NoteClient implements NoteApi {
  private readonly caller: Caller

  constructor(caller: Caller) {
    this.caller = caller
  }

  list(): Promise<readonly NoteLine[]> {
    return this.caller.must(RECORD_ENDPOINTS.notes, {})
  }

  show(id: string): Promise<Result<NoteDetail>> {
    return this.caller.call(RECORD_ENDPOINTS.note, { id })
  }

  add(input: NoteInput, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.caller.call(RECORD_ENDPOINTS.addNote, { input, ...options })
  }

  reveal(id: string, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.caller.call(RECORD_ENDPOINTS.revealNote, { id, ...options })
  }
}
