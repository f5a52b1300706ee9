import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineDiff, unifiedDiff } from './line-diff.ts'

const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''))

describe('the difference of two texts', () => {
  it('has all lines of both, in order', () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const lines = lineDiff(before, after)
        const side = (mark: string) =>
          lines.flatMap((line) => (line.mark === mark ? [] : `${line.text}\n`)).join('')
        expect(side('+')).toBe(before)
        expect(side('-')).toBe(after)
      }),
    )
  })

  it('is the shortest', () => {
    const lines = lineDiff('a\nb\nc\na\nb\nb\na\n', 'c\nb\na\nb\na\nc\n')
    expect(lines.filter(({ mark }) => mark !== ' ')).toHaveLength(5)
  })

  it('is nothing for equal texts', () => {
    expect(unifiedDiff('same\n', 'same\n')).toBe('')
  })

  it('shows three lines around what differs, and where they are', () => {
    const numbers = Array.from({ length: 30 }, (_, i) => `${i + 1}`)
    const changed = numbers.map((line) => (line === '10' || line === '25' ? `${line}!` : line))
    expect(unifiedDiff(numbers.join('\n'), changed.join('\n')).split('\n')).toEqual([
      '@@ -7,7 +7,7 @@',
      ...[' 7', ' 8', ' 9', '-10', '+10!', ' 11', ' 12', ' 13'],
      '@@ -22,7 +22,7 @@',
      ...[' 22', ' 23', ' 24', '-25', '+25!', ' 26', ' 27', ' 28'],
    ])
  })

  it('shows texts that have next to nothing in common as replaced', () => {
    const many = (word: string) => Array.from({ length: 900 }, (_, i) => `${word}${i}`).join('\n')
    const lines = lineDiff(many('a'), many('b'))
    expect(lines.filter(({ mark }) => mark === '-')).toHaveLength(900)
    expect(lines.filter(({ mark }) => mark === '+')).toHaveLength(900)
  })
})
