import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeValue } from '../op/cbor.ts'
import { unwrap } from '../op/refusal.ts'
import { CHUNK_BYTES, MAX_CHUNKS } from './limits.ts'
import {
  type ArtefactAnswer,
  type ArtefactQuestion,
  decodeAnswer,
  decodeQuestion,
  encodeArtefactMessage,
  MAX_MANIFEST_BYTES,
} from './message.ts'

const QUESTIONS: readonly ArtefactQuestion[] = [
  { is: 'open', digest: new Uint8Array(32), manifest: new Uint8Array(32) },
  { is: 'have' },
  { is: 'manifest' },
  { is: 'chunk', index: MAX_CHUNKS - 1 },
]
const ANSWERS: readonly ArtefactAnswer[] = [
  { is: 'have', chunks: new Uint8Array(MAX_CHUNKS / 8) },
  { is: 'manifest', bytes: new Uint8Array(MAX_MANIFEST_BYTES) },
  { is: 'chunk', index: 0, bytes: new Uint8Array(CHUNK_BYTES) },
  { is: 'lack' },
]

test.each(QUESTIONS)('the question $is gets over the wire', (question) => {
  expect(unwrap(decodeQuestion(encodeArtefactMessage(question)))).toEqual(question)
})

test.each(ANSWERS)('the answer $is gets over the wire, at its longest', (answer) => {
  expect(unwrap(decodeAnswer(encodeArtefactMessage(answer)))).toEqual(answer)
})

describe('is refused', () => {
  test.each([
    ['a chunk beyond the last', { is: 'chunk', index: MAX_CHUNKS }],
    [
      'a digest of 31 bytes',
      { is: 'open', digest: new Uint8Array(31), manifest: new Uint8Array(32) },
    ],
    ['a field that is not known', { is: 'have', more: 1 }],
    ['another kind', { is: 'push' }],
  ])('a question with %s', (_, message) => {
    expect(decodeQuestion(encodeValue(message))).toMatchObject({ ok: false, code: 'bad-message' })
  })

  test.each([
    ['a chunk too long', { is: 'chunk', index: 0, bytes: new Uint8Array(CHUNK_BYTES + 1) }],
    ['a manifest too long', { is: 'manifest', bytes: new Uint8Array(MAX_MANIFEST_BYTES + 1) }],
    ['too many chunks', { is: 'have', chunks: new Uint8Array(MAX_CHUNKS / 8 + 1) }],
  ])('an answer with %s', (_, message) => {
    expect(decodeAnswer(encodeValue(message))).toMatchObject({ ok: false, code: 'bad-message' })
  })

  test('any other bytes, without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect([decodeQuestion(bytes).ok, decodeAnswer(bytes).ok]).toEqual([false, false])
      }),
    )
  })
})
