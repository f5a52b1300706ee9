/**
 * Messages of an artefact stream: dag-cbor maps, `is` says which. A stream is about one artefact,
 * which its first message names; answers come in the order of the questions.
 */
import { z } from 'zod'
import { decodeValue, encodeValue } from '../op/cbor.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { bytesOf } from '../op/type.ts'
import { CHUNK_BYTES, MAX_CHUNKS } from './limits.ts'

/** Bytes up to a length. */
const upTo = (maxBytes: number): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= maxBytes)
const index = z
  .int()
  .min(0)
  .max(MAX_CHUNKS - 1)

/** Most bytes of an encoded manifest: 34 for each chunk, and the head of the list. */
export const MAX_MANIFEST_BYTES = 34 * MAX_CHUNKS + 5

const questionSchema = z.discriminatedUnion('is', [
  /** Opens a stream, and asks what the other has of it. */
  z.strictObject({ is: z.literal('open'), digest: bytesOf(32), manifest: bytesOf(32) }),
  /** Asks again what the other has by now. */
  z.strictObject({ is: z.literal('have') }),
  z.strictObject({ is: z.literal('manifest') }),
  z.strictObject({ is: z.literal('chunk'), index }),
])

const answerSchema = z.discriminatedUnion('is', [
  /** One bit a chunk that is held, lowest first (`ChunkSet`). */
  z.strictObject({ is: z.literal('have'), chunks: upTo(MAX_CHUNKS / 8) }),
  z.strictObject({ is: z.literal('manifest'), bytes: upTo(MAX_MANIFEST_BYTES) }),
  z.strictObject({ is: z.literal('chunk'), index, bytes: upTo(CHUNK_BYTES) }),
  /** What was asked for is not here. */
  z.strictObject({ is: z.literal('lack') }),
])

/** What the side that opened the stream says. */
export type ArtefactQuestion = z.infer<typeof questionSchema>
/** What the other side says. */
export type ArtefactAnswer = z.infer<typeof answerSchema>

/** A message as the bytes of a frame. */
export const encodeArtefactMessage = (message: ArtefactQuestion | ArtefactAnswer): Uint8Array =>
  encodeValue({ ...message })

/** Reads a question; refuses (`bad-message`) anything else. */
export const decodeQuestion = (frame: Uint8Array): Result<ArtefactQuestion> =>
  decodeBy(questionSchema, frame)

/** Reads an answer; refuses (`bad-message`) anything else. */
export const decodeAnswer = (frame: Uint8Array): Result<ArtefactAnswer> =>
  decodeBy(answerSchema, frame)

function decodeBy<T>(schema: z.ZodType<T>, frame: Uint8Array): Result<T> {
  const value = decodeValue(frame)
  if (!value.ok) return refuse('bad-message', value.message)
  const read = schema.safeParse(value.value)
  if (read.success) return accept(read.data)
  const [issue] = read.error.issues
  return refuse('bad-message', `${issue?.path.join('.') || 'message'}: ${issue?.message}`)
}
