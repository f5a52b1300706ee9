/** Killed at any moment, a member loses nothing, says nothing twice, and comes back; in short. */
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundledChild } from './bundle.ts'
import { runCrashes } from './run.ts'

const TIMEOUT_MS = 240_000
/** Kills within which a broken child is found out; most take a few. */
const MOST_KILLS = 80

let script = ''
beforeAll(async () => {
  script = await bundledChild(fileURLToPath(new URL('./child.ts', import.meta.url)))
})

describe('a process that holds store and replica', { timeout: TIMEOUT_MS }, () => {
  it('survives kills at random moments and at named steps, also while it comes back', async () => {
    const figures = await runCrashes({ kills: 24, seed: 3, script })
    expect(figures).toMatchObject({ kills: 24, lost: 0, doubleSeals: 0, failedRestarts: 0 })
    expect(figures.digestsEqual, figures.complaints.join()).toBe(true)
    expect(figures.duringRecovery).toBeGreaterThan(3)
    expect(figures.sealed, 'it seals').toBeGreaterThan(3)
    expect(Object.keys(figures.steps).length).toBeGreaterThan(3)
  })

  it('is found out when it answers before it has written', async () => {
    const options = { kills: MOST_KILLS, seed: 1, script, isHasty: true } as const
    const { lost } = await runCrashes({ ...options, broken: 'acknowledges-first' })
    expect(lost).toBeGreaterThan(0)
  })

  it('is found out when it sends before it has written', async () => {
    const options = { kills: MOST_KILLS, seed: 2, script, isHasty: true } as const
    const { lost, doubleSeals } = await runCrashes({ ...options, broken: 'sends-first' })
    expect(lost + doubleSeals).toBeGreaterThan(0)
  })
})
