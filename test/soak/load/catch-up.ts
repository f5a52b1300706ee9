/** A late joiner: a daemon with the founding alone learns a whole history from one that has it. */
import { DatabaseSync } from 'node:sqlite'
import { introduceProcess, NodeProcess, waitFor } from '../../support/node-process.ts'
import { Gauge } from '../gauge/gauge.ts'
import type { Figure } from './figure.ts'
import { JOINER } from './history.ts'
import type { OldCoalition } from './old-coalition.ts'

/** Patience with a whole catch-up, in ms. */
const PATIENCE_MS = 3_600_000
const MIB = 1024 * 1024

/** Starts both; measures from the joiner's start to its last operation on disk. */
export async function measureCatchUp(old: OldCoalition): Promise<Figure[]> {
  const { operations, coalition, homes } = old
  const source = new NodeProcess(old.old.home)
  const joinerHome = homes[JOINER]
  if (!joinerHome) throw new RangeError('a coalition has members')
  const joiner = new NodeProcess(joinerHome.home)
  const gauge = new Gauge(joiner)
  await source.up()
  introduceProcess(joiner, coalition, source)
  try {
    await joiner.up({ env: gauge.environment() })
    const began = performance.now()
    const store = joinerHome.home.layout.store
    await waitFor('the joiner holds all', async () => countIn(store) >= operations, PATIENCE_MS)
    const seconds = (performance.now() - began) / 1000
    await assertAlike(source, joiner)
    const { heapBytes, bufferBytes } = await gauge.read()
    const { peakBytes } = joiner.memory()
    const ofOps = `${operations.toLocaleString('en-GB')} operations`
    return [
      { name: `catch-up, ${ofOps}`, value: operations / seconds, unit: 'ops/s' },
      { name: `catch-up in all, ${ofOps}`, value: seconds, unit: 's' },
      { name: `peak memory of the joiner, ${ofOps}`, value: peakBytes / MIB, unit: 'MiB' },
      {
        name: `live memory of the joiner, ${ofOps}`,
        value: (heapBytes + bufferBytes) / operations,
        unit: 'bytes/op',
      },
    ]
  } finally {
    await joiner.down('SIGTERM')
    await source.down('SIGTERM')
  }
}

/** How many operations are on disk: asking the daemon would cost it what is to be measured. */
function countIn(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
  try {
    return Number(db.prepare('SELECT max(id) AS last FROM op').get()?.last ?? 0)
  } finally {
    db.close()
  }
}

async function assertAlike(source: NodeProcess, joiner: NodeProcess): Promise<void> {
  await waitFor(
    'both hold the same',
    async () => {
      const states = await Promise.all([source, joiner].map(({ api }) => api.status()))
      const prints = states.map(({ digests: { ops, state } }) => `${ops}/${state}`)
      return prints[0] === prints[1]
    },
    PATIENCE_MS,
  )
}
