import { describe, expect, test } from 'vitest'
import { keyOfSeed } from '../../test/support/network.ts'
import { FaultLedger } from './fault-ledger.ts'
import { FAULT_BLOCK_MS, FAULT_WINDOW_MS, FAULTS_BEFORE_BLOCK } from './limits.ts'

describe('faults of a peer', () => {
  test('block it at the limit, not before, and for a time', async () => {
    let now = 0
    const ledger = new FaultLedger(() => now)
    const key = await keyOfSeed(1)
    for (let i = 1; i < FAULTS_BEFORE_BLOCK; i++) expect(ledger.note(key)).toBe(false)
    expect(ledger.blocks(key)).toBe(false)
    expect(ledger.note(key)).toBe(true)
    now = FAULT_BLOCK_MS - 1
    expect(ledger.blocks(key)).toBe(true)
    now = FAULT_BLOCK_MS
    expect(ledger.blocks(key)).toBe(false)
  })

  test('are forgotten after their time, or when forgiven', async () => {
    let now = 0
    const ledger = new FaultLedger(() => now)
    const key = await keyOfSeed(1)
    for (let i = 0; i < 2 * FAULTS_BEFORE_BLOCK; i++) {
      expect(ledger.note(key)).toBe(false)
      now += FAULT_WINDOW_MS
    }
    for (let i = 0; i < FAULTS_BEFORE_BLOCK; i++) ledger.note(key)
    expect(ledger.blocks(key)).toBe(true)
    ledger.forgive(key)
    expect(ledger.blocks(key)).toBe(false)
  })
})
