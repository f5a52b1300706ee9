import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signerNumber } from '../../test/support/people.ts'
import { OpensslVerifier } from '../crypto/openssl-verifier.ts'
import { type Card, type CardBody, formatCard, readCard, signCard } from './card.ts'

const verifier = new OpensslVerifier()
const root = signerNumber(1)
const node = signerNumber(2)
const body: CardBody = {
  v: 1,
  id: 'acme',
  name: 'Acme Corp',
  root: root.key,
  node: node.key,
  addresses: ['/ip4/192.0.2.1/tcp/4001'],
  functions: ['maintainer'],
  jurisdictions: ['EU'],
  provider: 'hetzner',
}
const card = signCard(body, { root, node })

describe('a card', () => {
  it('reads back as it was signed', () => {
    expect(readCard(formatCard(card), verifier)).toEqual({ ok: true, value: card })
  })

  it.each<[string, Partial<CardBody>]>([
    ['id', { id: 'globex' }],
    ['name', { name: 'Acme Inc' }],
    ['root', { root: signerNumber(3).key }],
    ['node', { node: signerNumber(3).key }],
    ['addresses', { addresses: ['/ip4/203.0.113.9/tcp/4001'] }],
    ['functions', { functions: [] }],
    ['jurisdictions', { jurisdictions: ['US'] }],
    ['provider', { provider: null }],
  ])('with another %s was changed after it was signed, and says whose it is', (_field, change) => {
    const changed: Card = { ...card, card: { ...body, ...change } }
    const read = readCard(formatCard(changed), verifier)
    expect(read).toMatchObject({ ok: false, code: 'card-changed' })
    expect(read.ok ? '' : read.message).toContain('was changed after it was signed')
    expect(read.ok ? '' : read.hint).toContain('fresh card')
  })

  it('needs both signatures: neither key alone speaks for the other', () => {
    const forged = signCard(body, { root: signerNumber(4), node })
    expect(readCard(formatCard(forged), verifier)).toMatchObject({ code: 'card-changed' })
    const stolen = signCard(body, { root, node: signerNumber(4) })
    expect(readCard(formatCard(stolen), verifier)).toMatchObject({ code: 'card-changed' })
  })

  it('survives no change of a single character', () => {
    const text = formatCard(card)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'x', '{', ' '), (at, other) => {
        const changed = text.slice(0, at) + other + text.slice(at + 1)
        const read = readCard(changed, verifier)
        // Blanks between tokens say nothing.
        if (read.ok) expect(read.value).toEqual(card)
        else expect(read.code).toMatch(/^card-/)
      }),
      { numRuns: 300 },
    )
  })
})
