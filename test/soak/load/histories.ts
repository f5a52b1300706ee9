/** The parts of a load run that need a long history: written once for all of them. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureCatchUp } from './catch-up.ts'
import type { Figure, LoadOptions, LoadPart } from './figure.ts'
import { makeOldCoalition, type OldCoalition } from './old-coalition.ts'
import { measureRecount } from './recount.ts'
import { measureRestart } from './restart.ts'

type Measure = (old: OldCoalition) => Promise<Figure[]>

const MEASURES: Readonly<Record<string, Measure>> = {
  restart: measureRestart,
  'catch-up': measureCatchUp,
  recount: measureRecount,
}

/** The names of these parts. */
export const HISTORY_PARTS = Object.keys(MEASURES)

/** Some of `HISTORY_PARTS`, for each size of history. */
export const histories = (names: readonly string[]): LoadPart => ({
  name: names.join(' and '),
  run: async (options) => {
    const figures: Figure[] = []
    for (const operations of options.histories)
      figures.push(...(await measureOne(operations, names, options)))
    return figures
  },
})

async function measureOne(
  operations: number,
  names: readonly string[],
  { progress }: LoadOptions,
): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-load-'))
  try {
    const old = await makeOldCoalition(folder, operations)
    const seconds = Math.round(old.writtenInMs / 1000)
    progress(`  ${old.operations} operations, ${old.ballots} ballots, written in ${seconds} s`)
    const figures: Figure[] = []
    for (const name of names) {
      const found = (await MEASURES[name]?.(old)) ?? []
      for (const figure of found) progress(`  ${figure.name}: ${figure.value} ${figure.unit}`)
      figures.push(...found)
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
