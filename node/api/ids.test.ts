import { expect, test } from 'vitest'
import { findId, shortId } from './ids.ts'

const IDS = ['bafyreiaaaa1111', 'bafyreiaaaa2222', 'bafyreibbbb3333']

test('a unique beginning or end names an id, and so does the whole of it', () => {
  for (const given of ['bafyreib', '2222', 'bafyreiaaaa2222'])
    expect(findId(given, IDS, 'proposal')).toMatchObject({ ok: true })
  expect(findId('2222', IDS, 'proposal')).toEqual({ ok: true, value: 'bafyreiaaaa2222' })
})

test('what may be several ids is refused with all of them', () => {
  const refused = findId('bafyreia', IDS, 'proposal')
  expect(refused).toMatchObject({ ok: false, code: 'ambiguous-id' })
  expect(refused).toHaveProperty('message', expect.stringContaining(shortId(IDS[0] ?? '')))
  expect(refused).toHaveProperty('message', expect.stringContaining(shortId(IDS[1] ?? '')))
})

test('an id that is the beginning of another is still itself', () => {
  expect(findId('bafyreia', [...IDS, 'bafyreia'], 'proposal')).toEqual({
    ok: true,
    value: 'bafyreia',
  })
})

test('an unknown id and one that is too short are told apart', () => {
  expect(findId('zzzz', IDS, 'proposal')).toMatchObject({ code: 'unknown-id' })
  expect(findId('333', IDS, 'proposal')).toMatchObject({ code: 'short-id' })
})
