import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { ServedCoalition } from '../../test/support/service.ts'
import { AlarmBoard } from '../api/alarms.ts'
import { DEFAULTS, type DigestRhythm } from '../home/config-schema.ts'
import { layoutOf } from '../home/layout.ts'
import { DigestDesk, type DigestParts, MAX_DIGESTS } from './digest-desk.ts'
import { lastSlot } from './digest-schedule.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const dir = mkdtempSync(join(tmpdir(), 'folkmoot-digest-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const at = (day: number, hour: number, minute = 0): number => Date.UTC(2027, 0, day, hour, minute)

test('daily is at one hour in UTC, weekly on Mondays at that hour', () => {
  expect(lastSlot(at(13, 7), 'daily', 7)).toBe(at(13, 7))
  expect(lastSlot(at(13, 7) - 1, 'daily', 7)).toBe(at(12, 7))
  // 2027-01-11 is a Monday.
  expect(lastSlot(at(11, 7), 'weekly', 7)).toBe(at(11, 7))
  expect(lastSlot(at(11, 7) - 1, 'weekly', 7)).toBe(at(4, 7))
  expect(lastSlot(at(17, 23), 'weekly', 0)).toBe(at(11, 0))
  expect(lastSlot(at(17, 23), 'off', 0)).toBeUndefined()
})

/** A desk over a node in memory and a home on disk. */
function deskOf(name: string, every: DigestRhythm) {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  coalition.clock.time = at(20, 12)
  const node = coalition.node(0)
  const alarms = new AlarmBoard()
  const layout = layoutOf(join(dir, name))
  const config = { values: { ...DEFAULTS, 'digest.every': every } }
  const desk = new DigestDesk({
    ...{ replica: node.replica, events: node.events, alarms, log: pino({ level: 'silent' }) },
    home: { layout, config } as unknown as DigestParts['home'],
  })
  const files = (): string[] => {
    try {
      return readdirSync(layout.digests).sort()
    } catch {
      return []
    }
  }
  return { coalition, node, desk, alarms, layout, files }
}

test('one is written when it is due, once, from where the last one ended, and told as an event', async () => {
  const { coalition, node, desk, layout, files } = deskOf('daily', 'daily')
  desk.check()
  expect(files()).toEqual([])
  await coalition.proposed('policy@a', 'Meet weekly')
  coalition.clock.time = at(21, 7)
  desk.check()
  desk.check()
  expect(files()).toEqual(['2027-01-21T0700Z.md'])
  const [name = ''] = files()
  const page = readFileSync(join(layout.digests, name), 'utf8')
  expect(page).toContain('2027-01-20T07:00:00Z to 2027-01-21T07:00:00Z')
  expect(page).toContain('Meet weekly')
  const events = await node.eventsSince(0)
  expect(events.filter(({ kind }) => kind === 'digest')).toMatchObject([
    { sentence: expect.stringContaining('2027-01-21T0700Z.md') },
  ])
})

test('days that the node was down for are in the next one', () => {
  const { coalition, desk, layout, files } = deskOf('down', 'daily')
  desk.check()
  coalition.clock.advance(5 * DAY)
  desk.check()
  expect(files()).toEqual(['2027-01-25T0700Z.md'])
  const page = readFileSync(join(layout.digests, '2027-01-25T0700Z.md'), 'utf8')
  expect(page).toContain('2027-01-20T07:00:00Z to 2027-01-25T07:00:00Z')
})

test('off by default: nothing is written', () => {
  const { coalition, desk, files } = deskOf('off', DEFAULTS['digest.every'])
  desk.check()
  coalition.clock.advance(30 * DAY)
  desk.check()
  expect(files()).toEqual([])
})

test('what cannot be written is an alarm, and is written once it can be', () => {
  const { coalition, desk, alarms, layout, files } = deskOf('broken', 'daily')
  desk.check()
  writeFileSync(join(dir, 'in-the-way'), '')
  const digests = layout.digests
  Object.assign(layout, { digests: join(dir, 'in-the-way', 'digests') })
  coalition.clock.time = at(21, 8)
  desk.check()
  expect(alarms.list()).toMatchObject([{ code: 'digest-failed', severity: 'warning' }])
  Object.assign(layout, { digests })
  desk.check()
  expect(alarms.list()).toEqual([])
  expect(files()).toEqual(['2027-01-21T0700Z.md'])
})

test('so many are kept, the newest', () => {
  const { coalition, desk, layout, files } = deskOf('many', 'daily')
  desk.check()
  coalition.clock.time = at(21, 8)
  desk.check()
  const name = (i: number) => `2025-01-01T${String(i).padStart(4, '0')}Z.md`
  for (let i = 0; i < MAX_DIGESTS; i++) writeFileSync(join(layout.digests, name(i)), '')
  writeFileSync(join(layout.digests, 'notes.txt'), 'ours')
  coalition.clock.time = at(22, 8)
  desk.check()
  const kept = files().filter((file) => file.endsWith('.md'))
  expect(kept).toHaveLength(MAX_DIGESTS)
  expect(kept).toContain('2027-01-22T0700Z.md')
  expect(kept).not.toContain(name(1))
  expect(kept).toContain(name(2))
  expect(files()).toContain('notes.txt')
})
