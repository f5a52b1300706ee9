/**
 * Retrospectives: what a decision and its rollout took, generated from the log, with what only people
 * can say beside it. Actions are rows of the register of tasks, by their ids. One is archived by
 * freezing it once everything is said; every node looks for itself whether it is, so an empty one
 * cannot be.
 */
import type { OpCid, Value } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import { ROW_ID } from '../../register/field.ts'
import type { Frozen } from '../documents.ts'
import type { ReplicaReader } from '../reader.ts'
import type { LinkedTask } from './actions.ts'

/** What people say in a retrospective, each with the question that it answers. */
export const RETROSPECTIVE_PARTS = {
  wentWell: 'what went well',
  wentBadly: 'what went badly',
  deviations: 'what went otherwise than planned, and why',
  lessons: 'what we do differently next time',
  actions: 'who does what by when, as tasks (or: none, because …)',
} as const
/** A part of a retrospective that people write. */
export type RetrospectivePart = keyof typeof RETROSPECTIVE_PARTS

/** The parts in order. */
export const PART_NAMES = Object.keys(RETROSPECTIVE_PARTS) as readonly RetrospectivePart[]

/** Longest part of the generated facts that a document takes, in UTF-16 units. */
export const MAX_FACTS = 48 * 1024

/** Most tasks that a retrospective names; more are not read. */
export const MAX_ACTIONS = 64

/** How the `schema` of a retrospective begins. */
export const RETROSPECTIVE = 'retrospective/'

/** What a document's `schema` says when it is the retrospective of a proposal. */
export const retrospectiveSchema = (proposal: OpCid): string => RETROSPECTIVE + proposal

/** What a retrospective begins with. */
export const retrospectiveTemplate = (facts: string): { readonly [field: string]: Value } => ({
  facts:
    facts.length <= MAX_FACTS
      ? facts
      : `${facts.slice(0, MAX_FACTS).toWellFormed()}\n\n(The rest: folkmoot upgrade retrospective --facts.)\n`,
  ...Object.fromEntries(PART_NAMES.map((part) => [part, ''])),
  tasks: [],
})

/**
 * The parts that nobody has written yet, whatever a peer wrote. Intentions are no actions: what is to be
 * done is a task, with an owner and a date, or somebody says why there is none.
 */
export function missingParts(value: unknown): RetrospectivePart[] {
  const map = mapOf(value)
  return PART_NAMES.filter((part) => {
    const said = map[part]
    if (part === 'actions' && tasksNamed(value).length > 0) return false
    if (typeof said !== 'string' || said.trim() === '') return true
    return part === 'actions' && !NO_ACTIONS.test(said)
  })
}

/** How somebody says that nothing is to be done, and why. */
const NO_ACTIONS = /^\s*none\b/i

/** The rows of the register of tasks that a retrospective names, whatever a peer wrote. */
export function tasksNamed(value: unknown): string[] {
  const { tasks } = mapOf(value)
  const named = Array.isArray(tasks) ? tasks.slice(0, MAX_ACTIONS) : []
  return [...new Set(named.filter((row): row is string => typeof row === 'string'))].filter((row) =>
    ROW_ID.test(row),
  )
}

const mapOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** The retrospective of a proposal as it stands. */
export interface Retrospective {
  readonly document: OpCid
  readonly value: Value
  readonly missing: readonly RetrospectivePart[]
  /** Rows of the register of tasks. */
  readonly tasks: readonly string[]
  /** The first freeze in which everything is said; undefined while there is none. */
  readonly archived: Frozen | undefined
  /** Other documents that say that they are its retrospective. */
  readonly others: readonly OpCid[]
}

/**
 * The retrospective of a proposal; undefined where nobody has begun one. It is one that every member may
 * edit: of several one that is archived, else the one that was begun first. So nobody keeps others from
 * writing theirs, nor takes back by an older date what is archived.
 */
export function retrospectiveOf(
  { views }: Pick<ReplicaReader, 'views'>,
  proposal: OpCid,
): Retrospective | undefined {
  const wanted = retrospectiveSchema(proposal)
  const ids = views.documents
    .topics()
    .flatMap(({ id, creation }) => {
      if (creation?.body.schema !== wanted || creation.body.kind !== 'map') return []
      return creation.body.editors === 'members' ? [{ id, at: creation.held.op.at }] : []
    })
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const found = ids.flatMap(({ id }) => {
    const document = views.documents.open(id)
    if (!document.ok) return []
    const archived = views.documents
      .freezesOf(id)
      .filter((frozen) => isWhole(views.documents.frozenValue(frozen)))
      .sort((a, b) => (a.id < b.id ? -1 : 1))[0]
    return [{ document: id, value: document.value.value, archived }]
  })
  const chosen = found.find(({ archived }) => archived) ?? found[0]
  if (!chosen) return undefined
  const { document, value, archived } = chosen
  return {
    ...{ document, value, archived },
    missing: missingParts(value),
    tasks: tasksNamed(value),
    others: found.flatMap((one) => (one === chosen ? [] : one.document)),
  }
}

const isWhole = (value: Result<Value>): boolean =>
  value.ok && missingParts(value.value).length === 0

/**
 * Refuses to archive what does not say everything (`retrospective-incomplete`), or names a task that the
 * register does not have as one of this upgrade (`task-not-linked`).
 */
export function archivable(
  { missing }: Pick<Retrospective, 'missing'>,
  tasks: readonly LinkedTask[],
): Result<undefined> {
  const loose = tasks.find(({ link }) => link !== 'both')
  if (loose)
    return refuse(
      'task-not-linked',
      loose.link === 'missing'
        ? `the register of tasks has no whole row "${loose.row}"`
        : `task "${loose.row}" is of another upgrade`,
      `folkmoot upgrade action <id> ${loose.row} --title "…" --owner … --due …`,
    )
  if (missing.length === 0) return accept(undefined)
  return refuse(
    'retrospective-incomplete',
    `it does not say ${missing.map((part) => RETROSPECTIVE_PARTS[part]).join('; ')}`,
    missing.includes('actions')
      ? 'folkmoot upgrade action <id> <task> --title "…" --owner … --due …, or: folkmoot upgrade retrospective <id> --actions "none, because …"'
      : 'folkmoot upgrade retrospective <id> --went-well "…", or edit it with `folkmoot doc edit`',
  )
}
