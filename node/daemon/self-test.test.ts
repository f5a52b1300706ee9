import { expect, test } from 'vitest'
import { OpensslVerifier } from '../crypto/openssl-verifier.ts'
import { selfTest } from './self-test.ts'

test('the verifier of this machine passes', () => {
  expect(() => selfTest(new OpensslVerifier())).not.toThrow()
})

test.each([
  ['takes keys of mixed order', { acceptsKey: () => true }],
  ['takes every signature', { verify: () => true }],
  ['takes none', { verify: () => false }],
])('a verifier that %s is found out', (_, broken) => {
  const verifier = Object.assign(new OpensslVerifier(), broken)
  expect(() => selfTest(verifier)).toThrow(
    expect.objectContaining({ code: 'self-test-failed', hint: expect.any(String) }),
  )
})
