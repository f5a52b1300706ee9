/** A daemon that is killed twenty times among three that decide: nothing lost, nothing said twice. */
import { expect, test } from 'vitest'
import { runDaemonCrashes } from './daemon-run.ts'

const KILLS = 20

test(`${KILLS} kills of a daemon under load from its peers`, { timeout: 900_000 }, async () => {
  const figures = await runDaemonCrashes({ kills: KILLS, seed: 1 })
  expect(figures.complaints).toEqual([])
  expect(figures).toMatchObject({ kills: KILLS, lost: 0, doubleSeals: 0, failedRestarts: 0 })
  expect(figures.digestsEqual).toBe(true)
  expect(figures.duringRecovery, 'some came before it was back').toBeGreaterThan(1)
  expect(figures.sealed, 'it seals').toBeGreaterThan(0)
  expect(Object.keys(figures.steps).length, 'some came at named steps').toBeGreaterThan(2)
})
