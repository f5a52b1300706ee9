/**
 * Rows that depend on rows: cycles, and the critical path through what has none. Everything goes by
 * queues, never by recursion: a hostile register may be one long chain.
 */

/** Something that takes days and waits for others. */
export interface Task {
  readonly id: string
  readonly days: number
  readonly dependsOn: readonly string[]
}

/** When a task can be, counted in days from the beginning. */
export interface Slot {
  readonly id: string
  readonly startDay: number
  readonly endDay: number
  /** Days by which it can be late without making the whole late. */
  readonly slackDays: number
}

/** What follows from dependencies. */
export interface Schedule {
  /** Each from its id that sorts first, along what it depends on; no task is in two. */
  readonly cycles: readonly (readonly string[])[]
  /** Tasks in no cycle, those first that others wait for. */
  readonly slots: readonly Slot[]
  /** One longest chain without slack, first to last. */
  readonly criticalPath: readonly string[]
  readonly totalDays: number
}

/** Schedules tasks; a dependency that is unknown, or part of a cycle, holds nobody up. */
export function scheduleOf(tasks: readonly Task[]): Schedule {
  const { order, cycles } = new Ordering(tasks).run()
  const inOrder = new Set(order.map(({ id }) => id))
  const before = ({ dependsOn }: Task): string[] => dependsOn.filter((id) => inOrder.has(id))
  const ends = new Map<string, number>()
  for (const task of order) {
    const start = latest(before(task), ends)
    ends.set(task.id, start + task.days)
  }
  const totalDays = order.reduce((most, { id }) => Math.max(most, ends.get(id) ?? 0), 0)
  const latestEnds = new Map<string, number>()
  for (const task of order.toReversed()) {
    const end = latestEnds.get(task.id) ?? totalDays
    latestEnds.set(task.id, end)
    for (const id of before(task))
      latestEnds.set(id, Math.min(latestEnds.get(id) ?? totalDays, end - task.days))
  }
  const slots = order.map(({ id, days }) => {
    const endDay = ends.get(id) ?? 0
    const slackDays = (latestEnds.get(id) ?? totalDays) - endDay
    return { id, startDay: endDay - days, endDay, slackDays }
  })
  return { cycles, slots, criticalPath: criticalPathOf(order, slots, before), totalDays }
}

const latest = (ids: readonly string[], ends: ReadonlyMap<string, number>): number =>
  ids.reduce((most, id) => Math.max(most, ends.get(id) ?? 0), 0)

/** Back from the last task that ends the whole, each time to one that ends as the next begins. */
function criticalPathOf(
  order: readonly Task[],
  slots: readonly Slot[],
  before: (task: Task) => readonly string[],
): string[] {
  const tasks = new Map(order.map((task) => [task.id, task]))
  const times = new Map(slots.map((slot) => [slot.id, slot]))
  const total = slots.reduce((most, { endDay }) => Math.max(most, endDay), 0)
  const path: string[] = []
  let at = slots.findLast(({ endDay }) => endDay === total)
  while (at !== undefined) {
    path.push(at.id)
    const task: Task | undefined = tasks.get(at.id)
    const { startDay }: Slot = at
    const [next] = (task ? before(task) : [])
      .filter((id) => times.get(id)?.endDay === startDay)
      .sort()
    at = next === undefined ? undefined : times.get(next)
  }
  return path.reverse()
}

/** Kahn's order, which stops where cycles are; each is named, taken out, and the order goes on. */
class Ordering {
  private readonly tasks: ReadonlyMap<string, Task>
  private readonly waitsFor = new Map<string, Set<string>>()
  private readonly dependants = new Map<string, string[]>()
  private readonly order: Task[] = []
  private readonly cycles: string[][] = []

  constructor(tasks: readonly Task[]) {
    // By id, so that nothing depends on the order in which rows are given.
    const sorted = tasks.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    this.tasks = new Map(sorted.map((task) => [task.id, task]))
    for (const { id, dependsOn } of this.tasks.values()) {
      const known = new Set(dependsOn.filter((other) => this.tasks.has(other)))
      this.waitsFor.set(id, known)
      for (const other of known) {
        const list = this.dependants.get(other)
        if (list) list.push(id)
        else this.dependants.set(other, [id])
      }
    }
  }

  run(): { order: Task[]; cycles: string[][] } {
    const ids = [...this.tasks.keys()]
    this.release(ids.filter((id) => this.waitsFor.get(id)?.size === 0))
    for (const id of ids) {
      // What still waits leads, along what it waits for, into a cycle.
      while (this.waitsFor.has(id)) this.cut(this.cycleFrom(id))
    }
    return {
      order: this.order,
      cycles: this.cycles.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1)),
    }
  }

  private release(ready: readonly string[]): void {
    const queue = [...ready]
    for (let i = 0; i < queue.length; i++) {
      const id = queue[i] ?? ''
      const task = this.tasks.get(id)
      this.waitsFor.delete(id)
      if (task) this.order.push(task)
      queue.push(...this.free(id))
    }
  }

  /** Takes a task away from those that wait for it; those that wait for nothing any more. */
  private free(id: string): string[] {
    return (this.dependants.get(id) ?? []).filter((other) => {
      const waits = this.waitsFor.get(other)
      return waits?.delete(id) === true && waits.size === 0
    })
  }

  private cycleFrom(start: string): string[] {
    const path: string[] = []
    const at = new Map<string, number>()
    let id = start
    while (!at.has(id)) {
      at.set(id, path.length)
      path.push(id)
      id = [...(this.waitsFor.get(id) ?? [])].sort()[0] ?? ''
    }
    return path.slice(at.get(id))
  }

  private cut(cycle: readonly string[]): void {
    const least = cycle.indexOf([...cycle].sort()[0] ?? '')
    this.cycles.push([...cycle.slice(least), ...cycle.slice(0, least)])
    for (const id of cycle) this.waitsFor.delete(id)
    this.release(cycle.flatMap((id) => this.free(id)))
  }
}
