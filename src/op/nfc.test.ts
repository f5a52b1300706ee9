/** Text is judged by one version of Unicode on every platform. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cidOf, linkOf } from './cid.ts'
import { isNormal, normalised } from './nfc.ts'
import { unwrap } from './refusal.ts'

const text = fc.string({ unit: 'binary' })
const european = fc.string({
  unit: fc.constantFrom('e', 'é', 'A', '\u0301', '\u0323', '\u212b', '한', '\u1100', '\u1161'),
})

test('composed text is normal, decomposed text is not', () => {
  expect(isNormal('Zürich, Ελλάδα, 한국, ascii, 🎉')).toBe(true)
  expect(isNormal('Zu\u0308rich')).toBe(false)
  expect(isNormal('\u212b')).toBe(false)
  expect(isNormal('\u1112\u1161\u11ab')).toBe(false)
})

test('whatever the platform normalises is normal', () => {
  fc.assert(fc.property(text, (t) => isNormal(t.normalize('NFC'))))
})

test('for long-known characters the verdict is the platform’s', () => {
  fc.assert(
    fc.property(european, (t) => {
      expect(isNormal(t)).toBe(t === t.normalize('NFC'))
    }),
  )
})

test('a character that only a newer platform composes splits nobody', () => {
  // Kirat Rai vowels, Unicode 16: two of the first compose to one where they are known.
  expect(isNormal('\u{16d67}\u{16d67}')).toBe(true)
  // Around it, text is still judged.
  expect(isNormal('\u{16d67}\u{16d67}u\u0308')).toBe(false)
})

test('all text of a value is composed; bytes and links are left alone, and what is normal is kept', () => {
  const [bytes, link] = [Uint8Array.of(0xcc, 0x81), linkOf(cidOf(Uint8Array.of(1)))]
  const value = { 'cafe\u0301': ['Zu\u0308rich', { deep: 'e\u0301' }, 1, null], bytes, link }
  const composed = { 'caf\u00e9': ['Z\u00fcrich', { deep: '\u00e9' }, 1, null], bytes, link }
  const result = unwrap(normalised(value))
  expect(result).toEqual(composed)
  expect(result.link).toBe(link)
  expect(unwrap(normalised(composed))).toBe(composed)
})

test('two names that are composed to one are refused, wherever they are: no value is lost', () => {
  const pair = { 'e\u0301': 1, '\u00e9': 2 }
  for (const value of [pair, { list: [null, { pair }] }, [{ a: 1 }, pair]])
    expect(normalised(value)).toMatchObject({
      code: 'same-name',
      message: expect.stringContaining('"\u00e9"'),
    })
  // In two maps they are two names.
  expect(unwrap(normalised([{ 'e\u0301': 1 }, { '\u00e9': 2 }]))).toEqual([{ é: 1 }, { é: 2 }])
})
