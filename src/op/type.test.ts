/** Bodies are read by their type's schema, strictly. */
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { expect, test } from 'vitest'
import { cidOf, linkOf } from './cid.ts'
import { keyIdFromBytes } from './key-id.ts'
import type { Envelope, Op } from './operation.ts'
import {
  bytesOf,
  countsUnder,
  defineOp,
  looseCid,
  millis,
  PROTOCOL,
  readBody,
  refIndex,
  text,
} from './type.ts'

const cid = cidOf(Uint8Array.of(1))
const note = defineOp('note.add', 'any', {
  target: refIndex,
  about: looseCid,
  salt: bytesOf(4),
  after: millis.optional(),
  words: text(5),
})
const good = { target: 0, about: linkOf(cid), salt: new Uint8Array(4), words: 'hello' }
const op = (body: Envelope['body']): Op => ({
  v: 1,
  coalition: cid,
  key: keyIdFromBytes(new Uint8Array(32)),
  seq: 0,
  prev: null,
  at: 0,
  refs: [],
  type: note.type,
  body,
  cid,
})

test('a fitting body is read', () => {
  expect(readBody(op(good), note)).toEqual({ ok: true, value: good })
  expect(readBody(op({ ...good, after: 5 }), note).ok).toBe(true)
})

test.each<[string, Envelope['body'], string]>([
  ['an unknown field', { ...good, more: 1 }, 'more'],
  ['a missing field', { target: 0 }, 'about'],
  ['a position below 0', { ...good, target: -1 }, 'target'],
  [
    'a link that names no operation',
    { ...good, about: CID.createV1(0x55, createDigest(0, new Uint8Array(1))) },
    'must be the CID of an operation',
  ],
  ['a CID in text', { ...good, about: cid }, 'must be the CID of an operation'],
  ['bytes of another length', { ...good, salt: new Uint8Array(5) }, 'must be 4 bytes'],
  ['text one unit too long', { ...good, words: 'hello!' }, 'words'],
])('%s is not understood', (_, body, reason) => {
  const result = readBody(op(body), note)
  expect(result).toMatchObject({ ok: false, code: 'not-understood' })
  expect(!result.ok && result.message).toContain(reason)
})

test('what a later protocol wrote is not understood, though it fits', () => {
  const ahead = { ...op(good), v: PROTOCOL + 1 }
  expect(readBody({ ...op(good), v: PROTOCOL }, note).ok).toBe(true)
  expect(readBody(ahead, note)).toMatchObject({ ok: false, code: 'not-understood' })
  expect(readBody(ahead, note, PROTOCOL + 1).ok).toBe(true)
})

test.each([
  [1, 1, 1, true],
  [2, 1, 2, true],
  [1, 2, 1, false],
  [1, 1, 2, false],
])('protocol %i counts a body of %i of a type of %i: %s', (protocol, v, since, counts) => {
  expect(countsUnder(protocol, { v }, { since })).toBe(counts)
})

test('a type that names no protocol counts from the first on', () => {
  expect(note.since).toBe(1)
  expect(defineOp('x', 'vote', {}, 3)).toMatchObject({ type: 'x', needs: 'vote', since: 3 })
})
