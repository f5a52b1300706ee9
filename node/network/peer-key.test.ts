import { describe, expect, test } from 'vitest'
import { keyOfSeed } from '../../test/support/network.ts'
import { keyOf, keyOfText, peerIdOf } from './peer-key.ts'

describe('the node key is the libp2p identity', () => {
  test('a key survives the way to a peer id and back', async () => {
    const key = await keyOfSeed(1)
    expect(keyOf(peerIdOf(key))).toBe(key)
    expect(keyOfText(peerIdOf(key).toString())).toBe(key)
  })

  test('a peer id of another kind of key has no node key', () => {
    // secp256k1, of the libp2p test vectors.
    expect(keyOfText('16Uiu2HAm9Apvqe7ocLmKkJYx9BjJAVR6ssaZXcQzFYPwNRJ1s2TF')).toBeUndefined()
    expect(keyOfText('not a peer id')).toBeUndefined()
  })
})
