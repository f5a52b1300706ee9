/**
 * `npm run soak:disk [-- --images 20000] [--json]`: every write and sync of the store fails, in turn;
 * the power fails; writes are lost and misdirected. Needs a C compiler. Exit code 1 where a promise
 * was broken.
 */
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { FaultyDisk, hasShim } from './disk/shim.ts'

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
})

if (!hasShim) {
  console.error('a C compiler (cc) is needed to put a failing disk under the store')
  process.exit(1)
}
const disk = new FaultyDisk()
try {
  const images = Number(values.images)
  const report = {
    once: await disk.nthFailure(false),
    fromThenOn: await disk.nthFailure(true),
    cut: await disk.images('cut', images),
    lost: await disk.images('lost', images),
    misdirected: await disk.images('misdirected', images),
  }
  console.log(values.json ? JSON.stringify(report) : report)
  const broken = Object.values(report).flatMap((part) => part.broken)
  process.exitCode = broken.length === 0 ? 0 : 1
} finally {
  rmSync(disk.folder, { recursive: true, force: true })
}
