import { expect, it } from 'vitest'
import type { OpCid } from '../../op/ids.ts'
import type { FieldValue } from '../../register/field.ts'
import type { RegisterRow } from '../../register/lint.ts'
import { actionRow, isOfUpgrade, linkedTasks, SHORTEST_END } from './actions.ts'
import {
  archivable,
  MAX_ACTIONS,
  MAX_FACTS,
  missingParts,
  PART_NAMES,
  retrospectiveTemplate,
  tasksNamed,
} from './retrospective.ts'

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
  expect(missingParts({ ...whole, tasks: ['drill-early'] })).toEqual([])
  expect(missingParts({ ...whole, actions: '', tasks: ['drill-early'] })).toEqual([])
})

it('actions are tasks, or the word that there are none: an intention is neither', () => {
  const whole = Object.fromEntries(PART_NAMES.map((part) => [part, 'said']))
  for (const actions of ['', 'globex drills earlier', 'nonetheless', 'There are none'])
    expect(missingParts({ ...whole, actions })).toEqual(['actions'])
  for (const actions of ['none', ' None, because it was a drill', 'none: all is well'])
    expect(missingParts({ ...whole, actions })).toEqual([])
  for (const tasks of [[], 'drill-early', [7], ['no id'], null])
    expect(missingParts({ ...whole, actions: '', tasks })).toEqual(['actions'])
})

it('so many tasks are read and no more, each once', () => {
  const rows = Array.from({ length: MAX_ACTIONS + 1 }, (_, n) => `task-${n}`)
  expect(tasksNamed({ tasks: rows.slice(1) })).toHaveLength(MAX_ACTIONS)
  expect(tasksNamed({ tasks: rows })).toEqual(rows.slice(0, MAX_ACTIONS))
  expect(tasksNamed({ tasks: ['a', 'a'] })).toEqual(['a'])
})

const ID = 'bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3np7v2qd' as OpCid
const row = (
  id: string,
  fields: Record<string, FieldValue>,
  { isWhole = true, document = 'bafyone' } = {},
): RegisterRow => ({ id, fields, isWhole, document, odd: {}, faults: [], writers: [] })

it('a row is of an upgrade by its id, or the end of that: all ids begin alike', () => {
  expect(isOfUpgrade(ID, ID)).toBe(true)
  expect(isOfUpgrade(ID.slice(-SHORTEST_END), ID)).toBe(true)
  expect(isOfUpgrade(ID.slice(-SHORTEST_END + 1), ID)).toBe(false)
  for (const other of [undefined, '', 'bafyreia', 7]) expect(isOfUpgrade(other, ID)).toBe(false)
})

it('a task is linked where each names the other, and only then it is archived', () => {
  const fields = { title: 'Drill', owner: 's2', due: '2035-04-01', status: 'todo' }
  const rows = [
    row('both', { ...fields, upgrade: '3np7v2qd' }),
    row('other', { ...fields, upgrade: 'x4m2k7ra' }),
    row('broken', { ...fields, upgrade: ID }, { isWhole: false }),
    // Two documents hold a row of that id; one of them is of this upgrade.
    row('twice', { ...fields, upgrade: 'x4m2k7ra' }),
    row('twice', { ...fields, upgrade: ID }, { document: 'bafytwo' }),
  ]
  const linksOf = (...named: string[]) => linkedTasks(named, rows, ID)
  expect(linksOf('both', 'other', 'broken', 'none', 'twice').map(({ link }) => link)).toEqual([
    ...['both', 'one-way', 'missing', 'missing', 'both'],
  ])
  expect(archivable({ missing: [] }, linksOf('both', 'twice')).ok).toBe(true)
  for (const loose of ['other', 'broken', 'none'])
    expect(archivable({ missing: [] }, linksOf('both', loose))).toMatchObject({
      code: 'task-not-linked',
      hint: expect.stringContaining(loose),
    })
})

it('a task that is there is taken with what it says, one of another upgrade is left alone', () => {
  const rows = [
    row('free', { title: 'Drill' }),
    row('ours', { title: 'Drill', upgrade: ID }),
    row('theirs', { upgrade: 'x4m2k7ra' }),
  ]
  expect(actionRow({ row: 'new', title: 'T' }, rows, ID)).toMatchObject({
    value: { act: 'add', fields: { title: 'T', upgrade: ID } },
  })
  expect(actionRow({ row: 'free' }, rows, ID)).toMatchObject({
    value: { act: 'set', fields: { upgrade: ID }, document: 'bafyone' },
  })
  expect(actionRow({ row: 'ours' }, rows, ID)).toMatchObject({ value: undefined })
  expect(actionRow({ row: 'theirs' }, rows, ID)).toMatchObject({ code: 'task-elsewhere' })
})
