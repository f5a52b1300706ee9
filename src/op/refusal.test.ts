/** Refused input as a value, and as the one exception made of it. */
import { expect, test } from 'vitest'
import { accept, InvariantError, invariant, RefusedError, refuse, unwrap } from './refusal.ts'

test('a good value is unwrapped', () => {
  expect(unwrap(accept(7))).toBe(7)
})

test('a refusal thrown keeps its code, sentence and hint', () => {
  const refusal = refuse('too-large', 'operation of 300 bytes', 'split it')
  expect(() => unwrap(refusal)).toThrow(RefusedError)
  expect(new RefusedError(refusal)).toMatchObject({
    name: 'RefusedError',
    code: 'too-large',
    message: 'operation of 300 bytes',
    hint: 'split it',
  })
})

test('a refusal without a hint has no such field', () => {
  expect(refuse('malformed', 'no')).toStrictEqual({ ok: false, code: 'malformed', message: 'no' })
})

test('a broken invariant says which', () => {
  expect(() => invariant(true, 'fine')).not.toThrow()
  expect(() => invariant(0, 'count is never zero')).toThrow(InvariantError)
  expect(() => invariant(0, 'count is never zero')).toThrow('count is never zero')
})
