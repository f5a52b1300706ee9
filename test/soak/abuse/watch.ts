/** What the honest daemons take while they are attacked: memory, open files, time of the processor. */
import { readdirSync, readFileSync } from 'node:fs'

/** One look at a process. */
export interface Footprint {
  readonly rssMib: number
  readonly files: number
  readonly cpuSeconds: number
}

const KIB_PER_MIB = 1024
/** Ticks a second of the times in /proc. */
const TICKS = 100
/** Places of user and system time after the name of the process in /proc/<pid>/stat. */
const [UTIME, STIME] = [11, 12]

/** How a process stands now (Linux). */
export function footprintOf(pid: number): Footprint {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const rssKib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1])
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const ticks = Number(times[UTIME]) + Number(times[STIME])
  const files = readdirSync(`/proc/${pid}/fd`).length
  return { rssMib: Math.round(rssKib / KIB_PER_MIB), files, cpuSeconds: ticks / TICKS }
}

/** Of a process that is gone nothing is seen; whoever waits for it says so. */
function footprintIfThere(pid: number): Footprint {
  try {
    return footprintOf(pid)
  } catch {
    return { rssMib: 0, files: 0, cpuSeconds: 0 }
  }
}

/** The most of each that was seen of any of several processes. */
export class Watch {
  private readonly pids: readonly number[]
  private readonly timer: NodeJS.Timeout
  private readonly first: readonly Footprint[]
  private readonly startedAt = performance.now()
  private rssMib = 0
  private files = 0

  constructor(pids: readonly number[], everyMs = 100) {
    this.pids = pids
    this.first = pids.map(footprintIfThere)
    this.look()
    this.timer = setInterval(() => this.look(), everyMs)
  }

  /** Ends it: peaks, and how much of a processor each took in the mean. */
  end(): { rssMib: number; files: number; cpuShare: number } {
    clearInterval(this.timer)
    this.look()
    const seconds = (performance.now() - this.startedAt) / 1_000
    const used = this.pids
      .map(footprintIfThere)
      .reduce((sum, { cpuSeconds }, i) => sum + cpuSeconds - (this.first[i]?.cpuSeconds ?? 0), 0)
    const cpuShare = Math.round((100 * used) / seconds / this.pids.length) / 100
    return { rssMib: this.rssMib, files: this.files, cpuShare }
  }

  private look(): void {
    for (const { rssMib, files } of this.pids.map(footprintIfThere)) {
      this.rssMib = Math.max(this.rssMib, rssMib)
      this.files = Math.max(this.files, files)
    }
  }
}
