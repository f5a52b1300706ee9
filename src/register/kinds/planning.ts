/** What is to happen when: milestones, tasks, maintenance windows. */
import type { CalendarEntry } from '../calendar.ts'
import { isPast, momentMs } from '../dates.ts'
import { scheduleOf, type Task } from '../dependencies.ts'
import { days } from '../field.ts'
import { defineKind, error, type Finding, type RegisterReport, warning } from '../kind.ts'
import { occurrencesOf } from '../occurrences.ts'

const owner = { shape: 'member', about: 'the member whose move it is', required: true } as const
const upgrade = { shape: 'line', about: 'the upgrade that it belongs to: its id' } as const

/** A row that waits for others of its register. */
interface Waiting {
  readonly id: string
  readonly dependsOn?: readonly string[]
  readonly due?: string
  readonly status: string
}

const isOver = ({ status }: Waiting): boolean => status === 'done' || status === 'dropped'

/** What is wrong between rows that depend on each other, and what is late. */
function waitingFindings(rows: readonly Waiting[], now: number): Finding[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const cycles = scheduleOf(rows.map((row) => ({ ...taskOf(row), days: 0 }))).cycles
  return [
    ...cycles.map((cycle) =>
      error(
        'cycle',
        cycle[0] ?? null,
        `${[...cycle, cycle[0]].join(' waits for ')}`,
        `take one of these dependencies away: --depends-on of ${cycle[0]}`,
      ),
    ),
    ...rows.flatMap((row) => [...dependencyFindings(row, byId), ...lateFindings(row, now)]),
  ]
}

const taskOf = ({ id, dependsOn = [] }: Pick<Waiting, 'id' | 'dependsOn'>): Task => ({
  id,
  days: 0,
  dependsOn,
})

function dependencyFindings(row: Waiting, byId: ReadonlyMap<string, Waiting>): Finding[] {
  return (row.dependsOn ?? []).flatMap((name): Finding[] => {
    const other = byId.get(name)
    if (!other)
      return [error('unknown-row', row.id, `waits for "${name}", which is no row`, 'name a row')]
    if (other.status === 'dropped' && !isOver(row))
      return [
        error('waits-for-dropped', row.id, `waits for ${name}, which was dropped`, 'plan anew'),
      ]
    if (row.status === 'done' && !isOver(other))
      return [warning('done-before', row.id, `is done, though ${name} is not`, 'check both')]
    return row.due !== undefined && other.due !== undefined && row.due < other.due
      ? [
          error(
            'due-before',
            row.id,
            `is due ${row.due}, before ${name} (${other.due})`,
            'move one',
          ),
        ]
      : []
  })
}

const lateFindings = (row: Waiting, now: number): Finding[] =>
  !isOver(row) && isPast(row.due, now)
    ? [warning('overdue', row.id, `was due ${row.due}`, 'do it, or agree on another date')]
    : []

/** The roadmap. */
export const milestones = defineKind({
  kind: 'milestones',
  about: 'the roadmap: what is reached when, and what waits for what',
  example: {
    row: 'freeze',
    fields: '--title "API freeze" --owner acme --due 2026-09-01 --days 10 --depends-on design',
    does: 'a milestone that takes ten days once design is there',
  },
  fields: {
    title: { shape: 'line', about: 'what is reached', required: true },
    owner,
    due: { shape: 'date', about: 'when it is to be reached' },
    days: { ...days, about: 'days of work once all it waits for is there' },
    dependsOn: { shape: 'rows', about: 'milestones that it waits for' },
    status: {
      shape: 'word',
      words: ['planned', 'started', 'done', 'dropped'],
      about: 'how far it is',
      required: true,
    },
    upgrade,
  },
  defaults: { status: 'planned' },
  shown: ['title', 'owner', 'due', 'days', 'dependsOn', 'status'],
  lint: (rows, { now }) => waitingFindings(rows, now),
  report: {
    about: 'the critical path, and how late each milestone can be',
    of: (rows) => roadmap(rows.filter((row) => row.status !== 'dropped')),
  },
  calendar: (rows) =>
    rows.flatMap((row): CalendarEntry[] =>
      row.due === undefined ? [] : [{ ...entryOf(row), when: { date: row.due } }],
    ),
})

const entryOf = ({ id, title, owner }: { id: string; title: string; owner: string }) => ({
  id,
  title: `${title} (${owner})`,
  description: '',
})

function roadmap(
  rows: readonly { id: string; title: string; days?: number; dependsOn?: readonly string[] }[],
): RegisterReport {
  const schedule = scheduleOf(rows.map((row) => ({ ...taskOf(row), days: row.days ?? 0 })))
  const titles = new Map(rows.map(({ id, title }) => [id, title]))
  const critical = new Set(schedule.criticalPath)
  return {
    tables: [
      {
        title: 'Schedule, in days from the beginning',
        columns: ['milestone', 'title', 'starts', 'ends', 'slack', 'critical'],
        rows: schedule.slots.map(({ id, startDay, endDay, slackDays }) => [
          id,
          titles.get(id) ?? '',
          String(startDay),
          String(endDay),
          String(slackDays),
          critical.has(id) ? 'yes' : '',
        ]),
      },
    ],
    notes: [
      `critical path, ${schedule.totalDays} days: ${schedule.criticalPath.join(' → ') || 'nothing planned'}`,
      ...schedule.cycles.map((cycle) => `left out, as it waits for itself: ${cycle.join(', ')}`),
    ],
  }
}

/** Tasks with owners and dates. */
export const tasks = defineKind({
  kind: 'tasks',
  about: 'who does what by when',
  example: {
    row: 'soak-test',
    fields: '--title "Soak the gateway for 48 h" --owner globex --due 2026-09-10',
    does: 'a task with its owner and its date',
  },
  fields: {
    title: { shape: 'line', about: 'what is to be done', required: true },
    owner,
    due: { shape: 'date', about: 'by when', required: true },
    status: {
      shape: 'word',
      words: ['todo', 'doing', 'done', 'dropped'],
      about: 'how far it is',
      required: true,
    },
    dependsOn: { shape: 'rows', about: 'tasks that it waits for' },
    note: { shape: 'prose', about: 'what else there is to say' },
    upgrade,
  },
  defaults: { status: 'todo' },
  shown: ['title', 'owner', 'due', 'status', 'dependsOn'],
  lint: (rows, { now }) => waitingFindings(rows, now),
  calendar: (rows) =>
    rows.filter((row) => !isOver(row)).map((row) => ({ ...entryOf(row), when: { date: row.due } })),
})

/** When members are down by plan. */
export const maintenance = defineKind({
  kind: 'maintenance',
  about: 'when members may be down, so that those who stand in for each other never are at once',
  example: {
    row: 'acme-weekly',
    fields:
      '--by acme --what "gateway reboot" --starts 2026-09-06T02:00Z --minutes 90 --repeats weekly --group gateways',
    does: 'a window of 90 minutes every week',
  },
  fields: {
    by: { shape: 'member', about: 'who is down', required: true },
    what: { shape: 'line', about: 'what is done', required: true },
    starts: { shape: 'moment', about: 'when it begins', required: true },
    minutes: { shape: 'count', min: 1, max: 44_640, about: 'how long', required: true },
    repeats: { shape: 'word', words: ['daily', 'weekly', 'monthly'], about: 'how it repeats' },
    until: { shape: 'date', about: 'the last day on which it repeats' },
    group: { shape: 'line', about: 'those of one group must not be down at once' },
    components: { shape: 'components', about: 'what is down' },
  },
  shown: ['by', 'what', 'starts', 'minutes', 'repeats', 'group'],
  speaksFor: 'by',
  lint: (rows, { now }) => simultaneous(rows, now),
  calendar: (rows) =>
    rows.map(({ id, by, what, starts, minutes, repeats, until }) => ({
      id,
      title: `${by}: ${what}`,
      description: '',
      when: {
        startsAt: momentMs(starts) ?? 0,
        minutes,
        ...(repeats && { repeats }),
        ...(until !== undefined && { until }),
      },
    })),
})

interface Downtime {
  readonly id: string
  readonly by: string
  readonly starts: string
  readonly minutes: number
  readonly repeats?: 'daily' | 'weekly' | 'monthly'
  readonly until?: string
  readonly group?: string
}

/** Windows of one group, of different members, that are open at once. */
function simultaneous(rows: readonly Downtime[], now: number): Finding[] {
  const grouped = Map.groupBy(
    rows.filter(({ group }) => group !== undefined),
    ({ group = '' }) => group.trim().toLowerCase(),
  )
  const found = new Map<string, Finding>()
  for (const [group, members] of grouped) {
    const times = members
      .flatMap((row) => occurrencesOf(row, now).map((time) => ({ ...time, row })))
      .sort((a, b) => a.fromMs - b.fromMs || (a.row.id < b.row.id ? -1 : 1))
    // Of all that is open, by member, the one that stays open longest.
    const open = new Map<string, (typeof times)[number]>()
    for (const time of times) {
      for (const [by, other] of open)
        if (other.toMs <= time.fromMs) open.delete(by)
        else if (by !== time.row.by && !found.has(time.row.id))
          found.set(time.row.id, atOnce(time.row, other.row, { group, at: time.fromMs }))
      const own = open.get(time.row.by)
      if (!own || own.toMs < time.toMs) open.set(time.row.by, time)
    }
  }
  return [...found.values()]
}

const atOnce = (
  row: Downtime,
  other: Downtime,
  { group, at }: { readonly group: string; readonly at: number },
): Finding =>
  error(
    'simultaneous',
    row.id,
    `${row.by} is down while ${other.by} is (${other.id}), from ${new Date(at).toISOString().slice(0, 16)}Z, both of "${group}"`,
    'move one of them',
  )
