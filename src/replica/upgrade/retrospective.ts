/**
 * Retrospectives: what a decision and its rollout took, generated from the log, with what only people
 * can say beside it. One is archived by freezing it once everything is said; every node looks for
 * itself whether it is, so an empty one cannot be.
 */
import type { OpCid, Value } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { Frozen } from '../documents.ts'
import type { ReplicaReader } from '../reader.ts'

/** What people say in a retrospective, each with the question that it answers. */
export const RETROSPECTIVE_PARTS = {
  wentWell: 'what went well',
  wentBadly: 'what went badly',
  deviations: 'what went otherwise than planned, and why',
  lessons: 'what we do differently next time',
  actions: 'who does what by when (or: none, because …)',
} as const
/** A part of a retrospective that people write. */
export type RetrospectivePart = keyof typeof RETROSPECTIVE_PARTS

/** The parts in order. */
export const PART_NAMES = Object.keys(RETROSPECTIVE_PARTS) as readonly RetrospectivePart[]

/** Longest part of the generated facts that a document takes, in UTF-16 units. */
export const MAX_FACTS = 48 * 1024

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
})

/** The parts that nobody has written yet, whatever a peer wrote. */
export function missingParts(value: unknown): RetrospectivePart[] {
  const map: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : {}
  return PART_NAMES.filter((part) => {
    const said = map[part]
    return typeof said !== 'string' || said.trim() === ''
  })
}

/** The retrospective of a proposal as it stands. */
export interface Retrospective {
  readonly document: OpCid
  readonly value: Value
  readonly missing: readonly RetrospectivePart[]
  /** The first freeze in which everything is said; undefined while there is none. */
  readonly archived: Frozen | undefined
}

/**
 * The retrospective of a proposal; undefined where nobody has begun one. It is one that every member may
 * edit, of several the one that was begun first: nobody keeps others from writing theirs.
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
  for (const { id } of ids) {
    const document = views.documents.open(id)
    if (!document.ok) continue
    const { value } = document.value
    const archived = views.documents
      .freezesOf(id)
      .filter((frozen) => isWhole(views.documents.frozenValue(frozen)))
      .sort((a, b) => (a.id < b.id ? -1 : 1))[0]
    return { document: id, value, missing: missingParts(value), archived }
  }
  return undefined
}

const isWhole = (value: Result<Value>): boolean =>
  value.ok && missingParts(value.value).length === 0

/** Refuses (`retrospective-incomplete`) to archive what does not say everything. */
export function archivable({ missing }: Retrospective): Result<undefined> {
  if (missing.length === 0) return accept(undefined)
  return refuse(
    'retrospective-incomplete',
    `it does not say ${missing.map((part) => RETROSPECTIVE_PARTS[part]).join('; ')}`,
    'folkmoot upgrade retrospective <id> --went-well "…", or edit it with `folkmoot doc edit`',
  )
}
