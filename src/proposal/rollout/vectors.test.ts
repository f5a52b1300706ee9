/** The shared vectors of rollouts, each in many orders of arrival (`test/vectors/rollouts/README.md`). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { keyIdOf } from '../../../test/support/key-ids.ts'
import type { Plain } from '../../charter/source.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { unwrap } from '../../op/refusal.ts'
import { cohortsOf } from './cohort.ts'
import { type Course, courseOf, type Surrounds } from './course.ts'
import { REPORT_STATUSES } from './ops.ts'
import type { RolloutPlan } from './plan.ts'
import { rolloutReader } from './plan-reader.ts'
import { parseQuantity } from './quantity.ts'
import type { CloseRecord, HaltRecord, ReportRecord, ResumeRecord } from './record.ts'

const FOLDER = join(import.meta.dirname, '../../../test/vectors/rollouts')

const stage = z.looseObject({ name: z.string(), cohort: z.array(z.string()) })
const more = z.strictObject({
  id: z.string().optional(),
  replaces: z.array(z.string()).optional(),
  clears: z.array(z.string()).optional(),
})
const line = z.union([
  z.tuple([z.string(), z.string(), z.number()]),
  z.tuple([z.string(), z.string(), z.number(), more]),
])
const expected = z.strictObject({
  halts: z.int().optional(),
  moved: z.array(z.string()).optional(),
  wake: z.int().optional(),
  attempt: z.int().optional(),
  status: z.record(z.string(), z.record(z.string(), z.string())).optional(),
})
const moment = z.union([
  z.tuple([z.number(), z.string()]),
  z.tuple([z.number(), z.string(), expected]),
])
const storySchema = z.strictObject({
  name: z.string(),
  members: z.array(z.string()),
  plan: z.array(stage),
  planMore: z.record(z.string(), z.record(z.string(), z.int())).optional(),
  indicators: z.array(z.string()).optional(),
  notBefore: z.int().optional(),
  onHalt: z.boolean().optional(),
  mayHalt: z.array(z.string()).optional(),
  surrounds: z
    .strictObject({
      hold: z.strictObject({ stages: z.enum(['all', 'irreversible']), why: z.string() }).optional(),
      until: z.int().optional(),
      since: z.int().optional(),
      undo: z.string().optional(),
      isReplaced: z.literal(true).optional(),
    })
    .optional(),
  said: z.array(line),
  // biome-ignore lint/suspicious/noThenProperty: it is the story's word, and nobody waits for it
  then: z.array(moment).min(1),
})
type Story = z.infer<typeof storySchema>

/** Values as a YAML text would have them. */
const plainOf = (value: unknown): Plain => {
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object' || value === null) return String(value)
  return new Map(Object.entries(value).map(([key, one]) => [key, plainOf(one)]))
}

function planOf({ plan, planMore, indicators = [], notBefore }: Story): RolloutPlan {
  const stages = plan.map((one) => ({
    ...one,
    ...planMore?.[one.name],
    ...(typeof one.soak === 'number' && { soak: `${one.soak}ms` }),
  }))
  const problems: never[] = []
  const read = rolloutReader({ moment: () => undefined })(plainOf({ stages, indicators }), {
    ...{ path: [], problems },
  })
  if (!read) throw new RangeError(JSON.stringify(problems))
  return { ...read, ...(notBefore !== undefined && { activation: { notBefore } }) }
}

interface Said {
  readonly reports: readonly ReportRecord[]
  readonly halts: readonly HaltRecord[]
  readonly closes: readonly CloseRecord[]
  readonly resumes: readonly ResumeRecord[]
}

const cidOf = (name: string): OpCid => name as OpCid

/** The statements of a story as records. */
function recordsOf({ said, members, mayHalt = members }: Story): Said {
  const records = {
    reports: [] as ReportRecord[],
    halts: [] as HaltRecord[],
    closes: [] as CloseRecord[],
    resumes: [] as ResumeRecord[],
  }
  for (const [at, [by, text, seenAt, { id, replaces, clears = [] } = {}]] of said.entries()) {
    const [first = '', second = '', ...measured] = text.split(' ')
    const [stakeholder = ''] = by.split('/')
    const cid = cidOf(id ?? `cid-${at}`)
    const key = keyIdOf(by)
    const common = {
      cid,
      key,
      seq: at,
      at: seenAt,
      seenAt,
      stakeholder: stakeholder as StakeholderId,
    }
    if (first === 'resume') records.resumes.push({ ballot: cid, clears: clears.map(cidOf) })
    else if (first === 'halt') {
      if (mayHalt.includes(stakeholder)) records.halts.push({ ...common, reason: 'stop' })
    } else if (first === 'close') {
      const record = { deviations: [], mitigations: [], rationale: 'so' }
      records.closes.push({ ...common, stage: second, ...record })
    } else {
      const status = REPORT_STATUSES.find((word) => word === second)
      if (!status) throw new RangeError(`"${text}" is no statement`)
      const before = records.reports.filter(
        (report) => report.key === key && (report.stage === first || status === 'rolled-back'),
      )
      records.reports.push({
        ...common,
        ...{ stage: first, attempt: 0, status, mitigations: [], note: undefined },
        metrics: measured.map((one) => {
          const [metric = '', value = ''] = one.split('=')
          return { metric, value: unwrap(parseQuantity(value)) }
        }),
        supersedes: replaces?.map(cidOf) ?? before.map((report) => report.cid),
      })
    }
  }
  return records
}

const shuffled = (said: Said, seed: number): Said => {
  const order = <T>(list: readonly T[]): readonly T[] =>
    fc.sample(fc.shuffledSubarray([...list], { minLength: list.length }), {
      numRuns: 1,
      seed,
    })[0] ?? list
  return {
    reports: order(said.reports),
    halts: order(said.halts),
    closes: order(said.closes),
    resumes: order(said.resumes),
  }
}

function seen(course: Course, want: z.infer<typeof expected>): z.infer<typeof expected> {
  const statusIn = (name: string, ids: readonly string[]) =>
    Object.fromEntries(
      course.stages
        .filter(({ plan }) => plan.name === name)
        .flatMap(({ members }) => members)
        .filter(({ stakeholder }) => ids.includes(stakeholder))
        .map(({ stakeholder, status }) => [stakeholder, status]),
    )
  return {
    ...(want.halts !== undefined && { halts: course.halts.length }),
    ...(want.moved && { moved: [...course.moved] }),
    ...(want.wake !== undefined && { wake: course.wakeAt }),
    ...(want.attempt !== undefined && { attempt: course.attempt }),
    ...(want.status && {
      status: Object.fromEntries(
        Object.entries(want.status).map(([name, ids]) => [name, statusIn(name, Object.keys(ids))]),
      ),
    }),
  }
}

/** How many orders of arrival each story is read in. */
const ORDERS = 12

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const stories = files.map(
  (file) =>
    [
      file,
      z.array(storySchema).parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))),
    ] as const,
)

test('there are at least sixty stories, each with a name of its own', () => {
  const names = stories.flatMap(([file, list]) => list.map(({ name }) => `${file}: ${name}`))
  expect(names.length).toBeGreaterThanOrEqual(60)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(stories)('%s', (_file, list) => {
  test.each(list.map((story) => [story.name, story] as const))('%s', (_name, story) => {
    const plan = planOf(story)
    const scene = { members: story.members.map((id) => ({ id, functions: [] })), seed: 'seed' }
    const cohorts = cohortsOf(plan, scene)
    const rollback = { steps: ['back'], onHalt: story.onHalt ?? false }
    // A story leaves out what holds nothing, and never says `undefined`.
    const surrounds = (story.surrounds ?? {}) as Surrounds
    const said = recordsOf(story)
    for (let order = 0; order < ORDERS; order++) {
      const records = order === 0 ? said : shuffled(said, order)
      for (const [now, want, extra = {}] of story.then) {
        const course = courseOf({ plan, rollback, cohorts, records, now, ...surrounds })
        const words = course.stages.map(({ progress }) => progress).join(' ')
        expect(`${course.state}: ${words}`).toBe(want)
        expect(seen(course, extra)).toEqual(extra)
      }
    }
  })
})
