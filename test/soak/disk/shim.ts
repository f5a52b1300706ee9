/** Builds `shim.c` where there is a compiler, and runs scripts under it. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { NthFigures } from './nth-failure.ts'
import type { PowerFigures } from './power-loss.ts'

/** Bytes of output that a script may print. */
const MAX_OUTPUT_BYTES = 1024 * 1024
const run = promisify(execFile)

/** True where the shim can be built and loaded: a C compiler on Linux. */
export const hasShim = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

/** A disk whose writes can fail and are recorded. */
export class FaultyDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'folkmoot-disk-'))
  private readonly library = join(this.folder, 'shim.so')

  constructor() {
    const source = join(import.meta.dirname, 'shim.c')
    const args = ['-shared', '-fPIC', '-O1', '-o', this.library, source, '-ldl']
    const built = spawnSync('cc', args, { encoding: 'utf8' })
    if (built.status !== 0) throw new RangeError(`the shim does not build: ${built.stderr}`)
  }

  /** Every write and sync fails once, or from then on. */
  nthFailure(sticks: boolean): Promise<NthFigures> {
    return this.script('nth-failure.ts', [sticks ? '1' : '0'])
  }

  /** So many images of a disk that was cut off, or that lied. */
  images(mode: 'cut' | 'lost' | 'misdirected' | 'lying', count: number, seed = 1) {
    return this.script<PowerFigures>('power-loss.ts', [String(count), String(seed), mode])
  }

  private async script<T>(name: string, args: readonly string[]): Promise<T> {
    const script = join(import.meta.dirname, name)
    const env = { ...process.env, LD_PRELOAD: this.library }
    const { stdout } = await run(process.execPath, [script, this.folder, ...args], {
      env,
      maxBuffer: MAX_OUTPUT_BYTES,
    })
    return JSON.parse(stdout)
  }
}
