import { describe, expect, test } from 'vitest'
import { surplus } from './duplicates.ts'

const RACE_MS = 5000
const made = (direction: 'inbound' | 'outbound', openedAt: number) => ({
  direction,
  timeline: { open: openedAt },
})

describe('of several connections to one peer', () => {
  test('the only one stays', () => {
    expect(surplus([made('inbound', 0)], true, RACE_MS)).toEqual([])
  })

  test('dialled by both at once, both ends keep the one that the lower key dialled', () => {
    const out = made('outbound', 1000)
    const into = made('inbound', 1000 + RACE_MS)
    expect(surplus([out, into], true, RACE_MS)).toEqual([into])
    expect(surplus([out, into], false, RACE_MS)).toEqual([out])
  })

  test('a peer that dials again later has lost the old one', () => {
    const out = made('outbound', 1000)
    const into = made('inbound', 1001 + RACE_MS)
    expect(surplus([out, into], true, RACE_MS)).toEqual([out])
  })

  test('of two dialled by the same side the newer stays', () => {
    const [first, second] = [made('inbound', 1), made('inbound', 2)]
    expect(surplus([first, second], false, RACE_MS)).toEqual([first])
    expect(surplus([first, second], true, RACE_MS)).toEqual([first])
  })
})
