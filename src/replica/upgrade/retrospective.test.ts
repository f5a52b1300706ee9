import { expect, it } from 'vitest'
import { MAX_FACTS, missingParts, PART_NAMES, retrospectiveTemplate } from './retrospective.ts'

it('facts up to the limit are whole, and what is longer says where the rest is', () => {
  expect(retrospectiveTemplate('x'.repeat(MAX_FACTS)).facts).toBe('x'.repeat(MAX_FACTS))
  const long = String(retrospectiveTemplate('x'.repeat(MAX_FACTS + 1)).facts)
  expect(long.slice(0, MAX_FACTS + 1)).toBe(`${'x'.repeat(MAX_FACTS)}\n`)
  expect(long).toContain('folkmoot upgrade retrospective')
})

it('a part is said when it is text with something in it, whatever a peer put there', () => {
  expect(missingParts(retrospectiveTemplate('facts'))).toEqual(PART_NAMES)
  for (const value of [undefined, null, 7, 'text', [], { wentWell: 7, lessons: ' \n ' }])
    expect(missingParts(value)).toEqual(PART_NAMES)
  const whole = Object.fromEntries(PART_NAMES.map((part) => [part, 'said']))
  expect(missingParts(whole)).toEqual([])
  expect(missingParts({ ...whole, actions: '' })).toEqual(['actions'])
})
