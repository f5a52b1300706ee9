/** Asks one member for chunks of one artefact, several at a time; answers come in order. */
import type { Stream } from '@libp2p/interface'
import { ChunkSet } from '../../src/artefact/chunk-set.ts'
import { digestBytes } from '../../src/artefact/digest.ts'
import {
  type ArtefactAnswer,
  type ArtefactQuestion,
  decodeAnswer,
  encodeArtefactMessage,
} from '../../src/artefact/message.ts'
import type { ArtefactName } from './artefact-port.ts'
import { asError, NetworkError } from './errors.ts'
import { FrameReader, writeFrames } from './frames.ts'
import { IdleGuard } from './idle-guard.ts'
import { MAX_ARTEFACT_QUESTIONS } from './limits.ts'

interface Waiting {
  readonly resolve: (answer: ArtefactAnswer) => void
  readonly reject: (error: Error) => void
}

/**
 * One stream to one member. Questions throw `stream-cut` when it is gone, `artefact-idle` when no
 * answer comes, `artefact-fault` when the peer breaks the protocol; then the link is over.
 */
export class ArtefactLink {
  private readonly stream: Stream
  private readonly reader: FrameReader
  private readonly guard: IdleGuard
  private readonly chunks: number
  private readonly waiting: Waiting[] = []
  private writing: Promise<void> = Promise.resolve()
  private over: Error | undefined

  /** `chunks`: how many the artefact has; `patienceMs`: longest wait for an answer. */
  constructor(stream: Stream, chunks: number, patienceMs: number) {
    this.stream = stream
    this.chunks = chunks
    this.reader = new FrameReader(stream)
    this.guard = new IdleGuard(patienceMs, () => this.waiting.length > 0)
    void this.readAll()
  }

  /** What the peer has of the artefact; `undefined` when that is nothing. The first question. */
  open({ digest, manifest }: ArtefactName): Promise<ChunkSet | undefined> {
    const named = { digest: digestBytes(digest), manifest: digestBytes(manifest) }
    return this.askWhatIsHeld({ is: 'open', ...named })
  }

  /** What it has by now. */
  have(): Promise<ChunkSet | undefined> {
    return this.askWhatIsHeld({ is: 'have' })
  }

  /** The encoded manifest, as the peer gives it. */
  async manifest(): Promise<Uint8Array | undefined> {
    const answer = await this.ask({ is: 'manifest' })
    if (answer.is === 'manifest') return answer.bytes
    return this.lacking(answer)
  }

  /** A chunk, as the peer gives it; `undefined` when it does not have it. */
  async chunk(index: number): Promise<Uint8Array | undefined> {
    const answer = await this.ask({ is: 'chunk', index })
    if (answer.is === 'chunk' && answer.index === index) return answer.bytes
    return this.lacking(answer)
  }

  /** Ends the link; what was asked fails. */
  close(error: Error = new NetworkError('stream-cut', 'closed by us')): void {
    if (this.over) return
    this.over = error
    this.guard.end(error)
    this.reader.close()
    this.stream.abort(error)
    for (const { reject } of this.waiting.splice(0)) reject(error)
  }

  private async askWhatIsHeld(question: ArtefactQuestion): Promise<ChunkSet | undefined> {
    const answer = await this.ask(question)
    if (answer.is !== 'have') return this.lacking(answer)
    const held = ChunkSet.decode(answer.chunks, this.chunks)
    return held ?? this.fault(`a set of other than ${this.chunks} chunks`)
  }

  private lacking(answer: ArtefactAnswer): undefined {
    if (answer.is !== 'lack') this.fault(`"${answer.is}" answers another question`)
    return undefined
  }

  private fault(what: string): never {
    const error = new NetworkError('artefact-fault', what)
    this.close(error)
    throw error
  }

  private async ask(question: ArtefactQuestion): Promise<ArtefactAnswer> {
    if (this.over) throw this.over
    if (this.waiting.length >= MAX_ARTEFACT_QUESTIONS)
      throw new NetworkError('session-busy', 'too many questions of ours at once')
    const answer = Promise.withResolvers<ArtefactAnswer>()
    // An answer is due from now on, not from the last sign of life.
    if (this.waiting.length === 0) this.guard.alive()
    this.waiting.push(answer)
    this.writing = this.writing.then(() => this.write(question))
    return answer.promise
  }

  private async write(question: ArtefactQuestion): Promise<void> {
    try {
      await writeFrames(this.stream, [encodeArtefactMessage(question)], this.guard.signal)
    } catch (thrown) {
      this.close(asError(thrown))
    }
  }

  private async readAll(): Promise<void> {
    try {
      for (;;) {
        const frame = await this.reader.next(this.guard.signal)
        if (!frame) throw new NetworkError('stream-cut', 'the peer ended the stream')
        this.guard.alive()
        this.take(frame)
      }
    } catch (thrown) {
      this.close(asError(thrown))
    }
  }

  private take(frame: Uint8Array): void {
    const answer = decodeAnswer(frame)
    if (!answer.ok) throw new NetworkError('artefact-fault', answer.message)
    const next = this.waiting.shift()
    if (!next) throw new NetworkError('artefact-fault', 'an answer to nothing')
    next.resolve(answer.value)
  }
}
