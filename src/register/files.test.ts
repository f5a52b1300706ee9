import { describe, expect, it } from 'vitest'
import { calendarText, MAX_LINE_BYTES } from './calendar.ts'
import { exportRegister } from './export.ts'
import { maintenance } from './kinds/planning.ts'
import { MAX_OCCURRENCES } from './limits.ts'
import { occurrencesOf } from './occurrences.ts'
import { csvText, markdownText } from './table.ts'

const NOW = Date.UTC(2026, 5, 15)

describe('files', () => {
  it('are text in a spreadsheet, whatever a peer wrote', () => {
    const cells = ['=HYPERLINK("x")', '+1', '-5.00', '-x', '@a', 'a,b', 'say "x"', 'two\nlines']
    expect(csvText({ columns: ['a'], rows: cells.map((cell) => [cell]) })).toBe(
      [
        'a',
        `"'=HYPERLINK(""x"")"`,
        "'+1",
        '-5.00',
        "'-x",
        "'@a",
        '"a,b"',
        '"say ""x"""',
        '"two\nlines"',
        '',
      ].join('\r\n'),
    )
  })

  it('are a table in Markdown, whatever a peer wrote', () => {
    const rows = [['a|b <script>\u202e', '*x*\ny']]
    expect(markdownText({ columns: ['a', 'b'], rows })).toBe(
      '| a | b |\n| --- | --- |\n| a\\|b \\<script\\>\ufffd | \\*x\\* y |\n',
    )
  })

  it('are a calendar with whole days, spans that repeat, folded lines', () => {
    const what = `reboot; of "all", ${'ä'.repeat(60)}`
    const row = { id: 'w', by: 'acme', what, starts: '2026-09-06T02:00Z', minutes: 90 }
    const scene = { now: NOW, members: [], components: [], artefacts: new Set<string>() }
    const file = exportRegister('ics', {
      kind: maintenance,
      rows: [{ ...row, repeats: 'weekly', until: '2026-12-31' }],
      scene,
      source: 'bafy',
      changedAt: NOW,
    })
    const content = file.ok ? file.value.content : ''
    expect(content).toContain('DTSTART:20260906T020000Z\r\nDURATION:PT90M\r\n')
    expect(content).toContain('RRULE:FREQ=WEEKLY;UNTIL=20261231T235959Z\r\n')
    expect(content.replaceAll('\r\n ', '')).toContain('SUMMARY:acme: reboot\\; of "all"\\, ää')
    const bytes = content.split('\r\n').map((line) => new TextEncoder().encode(line).length)
    expect(Math.max(...bytes)).toBeLessThanOrEqual(MAX_LINE_BYTES)
    // A line of just that length is not folded, one of a byte more is.
    const titled = (title: string) =>
      calendarText({ name: 'n', source: 's', at: NOW }, [
        { id: 'i', title, description: '', when: { date: '2026-09-06' } },
      ])
    const room = MAX_LINE_BYTES - 'SUMMARY:'.length
    expect(titled('x'.repeat(room))).toContain(`SUMMARY:${'x'.repeat(room)}\r\n`)
    expect(titled('x'.repeat(room + 1))).toContain(`SUMMARY:${'x'.repeat(room)}\r\n x\r\n`)
  })
})

describe('windows that repeat', () => {
  it('of a month without such a day are left out, and no more are looked at than the limit', () => {
    const monthly = { starts: '2026-05-31T00:00Z', minutes: 60, repeats: 'monthly' } as const
    const dates = occurrencesOf(monthly, NOW).map(({ fromMs }) =>
      new Date(fromMs).toISOString().slice(0, 10),
    )
    expect(dates).toEqual(['2026-07-31', '2026-08-31'])
    const daily = { starts: '1970-01-01T00:00Z', minutes: 44_640, repeats: 'daily' } as const
    expect(occurrencesOf(daily, NOW)).toHaveLength(123)
    expect(occurrencesOf(daily, NOW).length).toBeLessThan(MAX_OCCURRENCES)
  })
})
