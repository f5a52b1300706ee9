/** Hints for mistyped words. */
import { expect, test } from 'vitest'
import { nearestWord } from './nearest.ts'

const FIELDS = ['windows', 'quorum', 'approval', 'chambers', 'veto', 'gates', 'contingency', 'at']

test.each([
  ['quorom', 'quorum'],
  ['qourum', 'quorum'],
  ['window', 'windows'],
  ['Approval', 'approval'],
  ['contingencies', 'contingency'],
])('%s hints at %s', (word, hint) => {
  expect(nearestWord(word, FIELDS)).toBe(hint)
})

test.each(['threshold', 'xyz', 'q'.repeat(65), ''])('nothing is near "%s"', (word) => {
  expect(nearestWord(word, FIELDS)).toBeUndefined()
})

test('the first of equally near words is the hint', () => {
  expect(nearestWord('cot', ['cat', 'cut'])).toBe('cat')
})
