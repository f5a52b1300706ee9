/** A mutant is run as it would be written. */
import { expect, test } from 'vitest'
import { changedText } from './changed.ts'

/** The text with what stands between the marks replaced. */
function changed(text: string, replacement: string): string {
  const [head = '', place = '', tail = ''] = text.split('|')
  const at = (before: string) => ({
    line: before.split('\n').length - 1,
    column: before.length - before.lastIndexOf('\n') - 1,
  })
  const location = { start: at(head), end: at(head + place) }
  return changedText(head + place + tail, { location, replacement })
}

test('a part of an expression stays one part', () => {
  expect(changed('x = |a && b| && c', 'a || b')).toBe('x = (a || b) && c')
  expect(changed('x = [\n  |!a|,\n]', 'a')).toBe('x = [\n  (a),\n]')
})

test('what a line begins with is no argument of the line before', () => {
  expect(changed('let n = 0\n|n += 1|\n', 'n -= 1')).toBe('let n = 0\nn -= 1\n')
  expect(changed('f() // It ends.\n|n += 1|', 'n -= 1')).toBe('f() // It ends.\nn -= 1')
  expect(changed('f()\n  |g()|\n', ';')).toBe('f()\n  ;\n')
})

test('a case or a statement is no expression', () => {
  expect(changed('switch (a) { |case 1: f()| }', 'case 1:')).toBe('switch (a) { case 1: }')
})
