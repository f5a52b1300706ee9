/** `npm run soak:artefact [-- --mib 1024]`: a large artefact among three daemons, with figures. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { playStory } from '../support/artefact-story.ts'
import { startCoalition } from '../support/node-process.ts'

const MIB = 1024 * 1024
const DEFAULT_MIB = 1024
/** What a node may take above idle, in bytes. */
const MAX_GROWTH_BYTES = 200 * MIB

const { values } = parseArgs({ options: { mib: { type: 'string' } } })
const mib = Number(values.mib ?? DEFAULT_MIB)
const folder = mkdtempSync(join(tmpdir(), 'folkmoot-soak-'))
const nodes = await startCoalition(3, folder)
try {
  const [first, second, third] = nodes
  if (!first || !second || !third) throw new RangeError('three were started')
  const figures = await playStory([first, second, third], mib * MIB)
  const rate = (ms: number) => `${(ms / 1000).toFixed(1)} s, ${Math.round((mib * 1000) / ms)} MiB/s`
  const growth = figures.growthBytes.map((bytes) => Math.round(bytes / MIB))
  console.log(`artefact of ${mib} MiB among three daemons`)
  console.log(`  second, from the source alone    ${rate(figures.fetchMs)}`)
  console.log(`  third, source killed half-way    ${rate(figures.completeMs)}`)
  console.log(`  source killed at                 ${Math.round(figures.doneBytesAtKill / MIB)} MiB`)
  console.log(`  peak memory above idle           ${growth.join(' and ')} MiB`)
  console.log(`  digest                           ${figures.isRight ? 'right' : 'WRONG'}`)
  const isGood = figures.isRight && figures.growthBytes.every((bytes) => bytes < MAX_GROWTH_BYTES)
  process.exitCode = isGood ? 0 : 1
} finally {
  await Promise.all(nodes.map((node) => node.down('SIGKILL')))
  rmSync(folder, { recursive: true, force: true })
}
