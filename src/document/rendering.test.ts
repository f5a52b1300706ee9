import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../op/refusal.ts'
import { readValue, renderJson, renderValue } from './rendering.ts'

const leaves = fc.oneof(
  fc.string({ maxLength: 12 }).map((text) => text.normalize('NFC')),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => Uint8Array.from(bytes)),
  fc.constantFrom('yes', 'no', 'null', '1e3', '0x10', '- a', '# b', 'a: b', 'two\nlines\n'),
)
const keys = fc.constantFrom('a', 'b', '10', 'two words', 'true', 'ä')
const values = fc.dictionary(
  keys,
  fc.oneof(leaves, fc.array(leaves, { maxLength: 4 }), fc.dictionary(keys, leaves)),
)

describe('data as people write it', () => {
  it('reads back as what it was, from YAML and from JSON', () => {
    fc.assert(
      fc.property(values, (value) => {
        const plain = JSON.parse(renderJson(value))
        expect(unwrap(readValue(renderValue(value)))).toEqual({ ...value })
        expect(unwrap(readValue(renderJson(value)))).toEqual({ ...value })
        expect(plain).toBeTypeOf('object')
      }),
    )
  })

  it('is alike whatever the order of its keys', () => {
    expect(renderValue({ b: 1, a: 'x' })).toBe('a: x\nb: 1\n')
    expect(renderValue({ a: 'x', b: 1 })).toBe('a: x\nb: 1\n')
  })

  it('begins a counter, and holds bytes', () => {
    expect(unwrap(readValue('votes: { $counter: 2 }\nkey: { $bytes: AQI= }'))).toEqual({
      votes: { $counter: 2 },
      key: Uint8Array.of(1, 2),
    })
  })

  it.each([
    ['a fraction', 'a: 1.5', 'a fraction'],
    ['a reserved key', '$a: 1', 'the key "$a"'],
    ['bytes that are none', 'a: { $bytes: "?" }', 'what no document holds'],
    ['an alias', 'a: &x [1]\nb: *x', 'not YAML'],
    ['no YAML', 'a: [', 'not YAML'],
  ])('is refused: %s', (_what, source, why) => {
    const read = readValue(source)
    expect(read).toMatchObject({ ok: false, code: 'invalid-value' })
    expect(read.ok || read.message).toContain(why)
  })

  it('that is nothing is an empty map', () => {
    expect(readValue('\n')).toMatchObject({ value: {} })
  })
})
