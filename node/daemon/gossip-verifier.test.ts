import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import type { Verifier } from '../../src/op/signature.ts'
import type { VerifyItem } from '../crypto/pooled-verifier.ts'
import { GossipVerifier } from './gossip-verifier.ts'

const item = (name: string): VerifyItem => ({
  sig: new TextEncoder().encode(name),
  message: new Uint8Array(),
  key: 'key' as KeyId,
})
const nameOf = ({ sig }: VerifyItem): string => new TextDecoder().decode(sig)

/** Verifiers that note what they are asked; the pool answers when it is told to. */
function setUp(accepts: (name: string) => boolean = () => true) {
  const direct: string[] = []
  const lists: { names: string[]; finish: () => void }[] = []
  const verifyDirect: Verifier = {
    acceptsKey: () => true,
    verify: (sig) => {
      const name = new TextDecoder().decode(sig)
      direct.push(name)
      return accepts(name)
    },
  }
  const pool = {
    verifyMany: (items: readonly VerifyItem[]) => {
      const names = items.map(nameOf)
      const { promise, resolve } = Promise.withResolvers<boolean[]>()
      lists.push({ names, finish: () => resolve(names.map(accepts)) })
      return promise
    },
  }
  const verifier = new GossipVerifier(verifyDirect, pool)
  const answers: string[] = []
  const ask = (...names: string[]) => {
    for (const name of names)
      void verifier.verify(item(name)).then((isValid) => answers.push(`${name} ${isValid}`))
  }
  return { direct, lists, answers, ask }
}

describe('signatures of gossip', () => {
  test('the first of a turn is checked at once, the others of that turn on the pool', async () => {
    const { direct, lists, ask } = setUp()
    ask('a', 'b', 'c')
    expect(direct).toEqual(['a'])
    await setImmediate()
    expect(lists.map(({ names }) => names)).toEqual([['b', 'c']])
    expect(direct).toEqual(['a'])
  })

  test('a lone one never waits for the pool', async () => {
    const { direct, lists, answers, ask } = setUp((name) => name !== 'b')
    ask('a')
    await setImmediate()
    ask('b')
    await setImmediate()
    expect(direct).toEqual(['a', 'b'])
    expect(lists).toEqual([])
    expect(answers).toEqual(['a true', 'b false'])
  })

  test('nothing overtakes what was asked before it', async () => {
    const { lists, answers, ask } = setUp()
    ask('a', 'b', 'c')
    await setImmediate()
    ask('d', 'e')
    await setImmediate()
    ask('f')
    await setImmediate()
    lists[1]?.finish()
    await setImmediate()
    expect(answers).toEqual(['a true'])
    lists[0]?.finish()
    await setImmediate()
    expect(answers.map((answer) => answer[0]).join('')).toBe('abcdef')
  })
})
