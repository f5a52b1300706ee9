import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { painter, wantsColour } from './paint.ts'
import { type Column, tableLines } from './table.ts'
import { clipTo, plain, widthOf } from './text.ts'
import { fromNow, rough } from './time.ts'

interface Row {
  readonly id: string
  readonly title: string
}
const columns: readonly Column<Row>[] = [
  { title: 'ID', of: ({ id }) => id, style: () => 'good' },
  { title: 'TITLE', of: ({ title }) => title, shrinks: true },
]

describe('a table', () => {
  it('fits the terminal, whatever stands in it, coloured or not', () => {
    const rows = fc.array(
      fc.record({ id: fc.constant('abcdefgh'), title: fc.string({ unit: 'grapheme' }) }),
    )
    fc.assert(
      fc.property(rows, fc.integer({ min: 20, max: 120 }), fc.boolean(), (list, width, colour) => {
        for (const line of tableLines(columns, list, { tableWidth: width, paint: painter(colour) }))
          expect(widthOf(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('leaves out its header where there are no rows', () => {
    expect(tableLines(columns, [], { tableWidth: 80, paint: painter(false) })).toEqual([])
  })
})

describe('text', () => {
  it('from others steers no terminal', () => {
    expect(plain('a\u001b]0;x\u0007b\u202ec\nd')).toBe('a ]0;x b c d')
  })

  it('is measured as a terminal shows it', () => {
    expect(widthOf('日本')).toBe(4)
    expect(widthOf('e\u0301')).toBe(1)
    expect(widthOf('\u001b[31mred\u001b[39m')).toBe(3)
    expect(clipTo('日本語', 5)).toBe('日本…')
  })
})

describe('colour', () => {
  it('is for terminals, unless somebody says otherwise', () => {
    expect(wantsColour({}, true, false)).toBe(true)
    expect(wantsColour({}, false, false)).toBe(false)
    expect(wantsColour({}, true, true)).toBe(false)
    expect(wantsColour({ NO_COLOR: '1' }, true, false)).toBe(false)
    expect(wantsColour({ TERM: 'dumb' }, true, false)).toBe(false)
    expect(wantsColour({ FORCE_COLOR: '1' }, false, false)).toBe(true)
  })
})

describe('time', () => {
  it('is told as roughly as it matters', () => {
    expect(rough(59_999)).toBe('59s')
    expect(rough(3_600_000 + 61_000)).toBe('1h1m')
    expect(rough(2 * 86_400_000 + 3_700_000)).toBe('2d1h')
    expect(fromNow(1_000, 61_000)).toBe('1m ago')
    expect(fromNow(Number.POSITIVE_INFINITY, 0)).toBe('never')
  })
})
