import { expect, test } from 'vitest'
import { EventLog, MAX_EVENTS } from './event-log.ts'
import type { NodeEvent } from './node-api.ts'

const event = (sentence: string) => ({ kind: 'test', proposal: null, sentence })

async function take(events: AsyncIterable<NodeEvent>, count: number): Promise<NodeEvent[]> {
  const list: NodeEvent[] = []
  for await (const one of events) if (list.push(one) === count) break
  return list
}

test('whoever follows sees what happens from then on, numbered without gaps', async () => {
  const log = new EventLog(() => 1000)
  log.add(event('before'))
  const following = take(log.follow(undefined, new AbortController().signal), 2)
  log.add(event('one'))
  log.add(event('two'))
  const seen = await following
  expect(seen.map(({ sentence }) => sentence)).toEqual(['one', 'two'])
  expect(seen.map(({ id }) => id)).toEqual([1001, 1002])
})

test('whoever comes back gets exactly what it missed', async () => {
  const log = new EventLog(() => 1000)
  for (const sentence of ['a', 'b', 'c']) log.add(event(sentence))
  const seen = await take(log.follow(1000, new AbortController().signal), 2)
  expect(seen.map(({ sentence }) => sentence)).toEqual(['b', 'c'])
})

test('what is older than the log shows as a gap', async () => {
  const log = new EventLog(() => 1)
  for (let i = 0; i < MAX_EVENTS + 3; i++) log.add(event(`${i}`))
  const [first] = await take(log.follow(1, new AbortController().signal), 1)
  expect(first?.id).toBe(4)
})

test('ids of a process that started later are beyond those of the one before', async () => {
  const before = new EventLog(() => 1000)
  before.add(event('old'))
  const after = new EventLog(() => 2000)
  after.add(event('new'))
  const [resumed] = await take(after.follow(before.lastId, new AbortController().signal), 1)
  expect(resumed).toMatchObject({ id: 2000, sentence: 'new' })
})

test('following ends when the signal aborts, also while nothing happens', async () => {
  const log = new EventLog(() => 1)
  const leave = new AbortController()
  const following = take(log.follow(undefined, leave.signal), 1)
  leave.abort()
  expect(await following).toEqual([])
})
