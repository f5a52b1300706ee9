/**
 * Serves contents of artefacts to members: one stream an artefact, one question at a time, nothing
 * read ahead of what the peer has taken, and turns among peers at the disk.
 */
import type { Stream } from '@libp2p/interface'
import { digestFromBytes } from '../../src/artefact/digest.ts'
import {
  type ArtefactAnswer,
  type ArtefactQuestion,
  decodeQuestion,
  encodeArtefactMessage,
} from '../../src/artefact/message.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { ArtefactPort, ServedArtefact } from './artefact-port.ts'
import { asError, NetworkError, reasonOf } from './errors.ts'
import { FrameReader, writeFrames } from './frames.ts'
import { IdleGuard } from './idle-guard.ts'
import {
  MAX_ARTEFACT_QUESTION_BYTES,
  MAX_ARTEFACT_READS,
  MAX_ARTEFACT_STREAMS,
  MAX_ARTEFACT_STREAMS_PER_PEER,
} from './limits.ts'
import type { NetworkLogger } from './port.ts'
import { Turns } from './turns.ts'

/** What a server works with. */
export interface ArtefactServerParts {
  readonly port: ArtefactPort
  readonly idleMs: number
  readonly log: NetworkLogger
  /** Told when a peer broke the protocol. */
  readonly onFault: (key: KeyId, fault: string) => void
}

/** Codes of errors that only a peer at fault causes. */
const FAULTS: ReadonlySet<string> = new Set(['artefact-fault', 'frame-too-large', 'frame-prefix'])

/** All artefact streams that peers opened. */
export class ArtefactServer {
  private readonly parts: ArtefactServerParts
  private readonly turns = new Turns(MAX_ARTEFACT_READS)
  private readonly streams = new Map<KeyId, Set<IdleGuard>>()

  constructor(parts: ArtefactServerParts) {
    this.parts = parts
  }

  /** Answers on a stream until the peer ends it. Never throws. */
  async serve(stream: Stream, key: KeyId): Promise<void> {
    const own = this.streams.get(key) ?? new Set()
    const total = [...this.streams.values()].reduce((sum, set) => sum + set.size, 0)
    if (own.size >= MAX_ARTEFACT_STREAMS_PER_PEER || total >= MAX_ARTEFACT_STREAMS)
      return stream.abort(new NetworkError('session-busy', 'too many artefact streams'))
    const guard = new IdleGuard(this.parts.idleMs)
    this.streams.set(key, own.add(guard))
    try {
      await this.converse(stream, key, guard)
      await stream.close({ signal: guard.signal })
    } catch (thrown) {
      this.failed(stream, key, asError(thrown))
    } finally {
      own.delete(guard)
      if (own.size === 0) this.streams.delete(key)
      guard.end(new NetworkError('stream-cut', 'done'))
    }
  }

  /** Ends all streams. */
  stop(): void {
    for (const set of this.streams.values())
      for (const guard of set) guard.end(new NetworkError('stream-cut', 'the node stops'))
  }

  private async converse(stream: Stream, key: KeyId, guard: IdleGuard): Promise<void> {
    const reader = new FrameReader(stream, MAX_ARTEFACT_QUESTION_BYTES)
    let artefact: ServedArtefact | undefined
    try {
      for (let isFirst = true; ; isFirst = false) {
        const frame = await reader.next(guard.signal)
        if (!frame) return
        guard.alive()
        const question = readQuestion(frame, isFirst)
        if (question.is === 'open') artefact = await this.open(question)
        const answer = await this.answer(question, artefact, key)
        await writeFrames(stream, [encodeArtefactMessage(answer)], guard.signal)
        guard.alive()
      }
    } finally {
      reader.close()
      await artefact?.close()
    }
  }

  private open(question: Extract<ArtefactQuestion, { is: 'open' }>) {
    const [digest, manifest] = [question.digest, question.manifest].map(digestFromBytes)
    return digest && manifest ? this.parts.port.open({ digest, manifest }) : undefined
  }

  private async answer(
    question: ArtefactQuestion,
    artefact: ServedArtefact | undefined,
    key: KeyId,
  ): Promise<ArtefactAnswer> {
    if (!artefact) return { is: 'lack' }
    switch (question.is) {
      case 'open':
      case 'have':
        return { is: 'have', chunks: artefact.held.encode() }
      case 'manifest':
        return { is: 'manifest', bytes: artefact.manifest.encode() }
      case 'chunk': {
        const { index } = question
        const bytes = await this.turns.take(key, () => artefact.read(index))
        return bytes ? { is: 'chunk', index, bytes } : { is: 'lack' }
      }
    }
  }

  private failed(stream: Stream, key: KeyId, error: Error): void {
    stream.abort(error)
    this.parts.log.debug({ key, reason: reasonOf(error) }, 'an artefact stream was cut')
    if (error instanceof NetworkError && FAULTS.has(error.code)) this.parts.onFault(key, error.code)
  }
}

/** A question in its place: the first opens, and no other does. */
function readQuestion(frame: Uint8Array, isFirst: boolean): ArtefactQuestion {
  const question = decodeQuestion(frame)
  if (!question.ok) throw new NetworkError('artefact-fault', question.message)
  if ((question.value.is === 'open') !== isFirst)
    throw new NetworkError('artefact-fault', `"${question.value.is}" is out of place`)
  return question.value
}
