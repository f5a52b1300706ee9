import { expect, test } from 'vitest'
import { resolveConfig } from '../home/config.ts'
import { clockOf } from './open-replica.ts'

test('the clock is that of this machine, set off by the setting', () => {
  const nowWith = (clockOffsetMs: string) =>
    clockOf({ config: resolveConfig({ flags: { clockOffsetMs } }) }).now()
  const before = Date.now()
  expect(nowWith('0')).toBeGreaterThanOrEqual(before)
  expect(nowWith('-3600000')).toBeLessThanOrEqual(Date.now() - 3_600_000)
})
