/**
 * Registers of a coalition (§3.4): documents whose schema names a kind. All documents of a kind are one
 * register, so that two members who begin it at the same time lose nothing; rows are keyed by id.
 */
import type { BlameSpan, Conflict } from '../document/blame.ts'
import type { Document } from '../document/document.ts'
import type { Editors } from '../document/ops.ts'
import type { EditRecord } from '../document/record.ts'
import { toPlain } from '../document/rendering.ts'
import { finish, type Steps } from '../document/steps.ts'
import type { OpCid } from '../op/ids.ts'
import type { Finding, RegisterKind, RegisterScene } from '../register/kind.ts'
import { schemaOf } from '../register/kinds.ts'
import { type Lint, lintRows, type RegisterRow } from '../register/lint.ts'
import { readRows } from '../register/rows.ts'
import type { ReplicaReader } from './reader.ts'

/** What registers are read from. */
export type RegisterReader = Pick<ReplicaReader, 'views' | 'ledger' | 'charter' | 'clock'>

/** One document of a register, as it was read: opening another may let go of it. */
export interface RegisterDocument {
  readonly id: OpCid
  readonly title: string
  readonly editors: Editors
  /** When it, or its latest edit, was made, by the clock of whoever made it. */
  readonly changedAt: number
  readonly rows: readonly RegisterRow[]
  readonly conflicts: readonly Finding[]
}

/** A register as it stands. */
export interface RegisterView {
  readonly kind: RegisterKind
  /** Its documents, the first begun first. */
  readonly documents: readonly RegisterDocument[]
  readonly rows: readonly RegisterRow[]
  readonly lint: Lint
}

/** The register of a kind, of all its documents or of one. */
export const registerView = (
  replica: RegisterReader,
  kind: RegisterKind,
  only?: OpCid,
): RegisterView => finish(registerSteps(replica, kind, only))

/** Reads what `registerView` does, in steps between which a node goes on with everything else. */
export function* registerSteps(
  replica: RegisterReader,
  kind: RegisterKind,
  only?: OpCid,
): Steps<RegisterView> {
  const documents: RegisterDocument[] = []
  for (const id of registerIds(replica, kind))
    if (only === undefined || id === only)
      documents.push(...(yield* readDocument(replica, kind, id)))
  const rows = documents.flatMap((document) => document.rows)
  const conflicts = documents.flatMap((document) => document.conflicts)
  const { findings, more } = lintRows(kind, rows, registerScene(replica))
  return { kind, documents, rows, lint: { findings: [...conflicts, ...findings], more } }
}

/**
 * Documents that say that they are a register of a kind, the first begun first; of those that every
 * member may edit: what one keeps to itself, nobody else could mend.
 */
export const registerIds = ({ views }: RegisterReader, kind: RegisterKind): OpCid[] =>
  views.documents
    .topics()
    .flatMap(({ id, creation }) =>
      creation?.body.schema === schemaOf(kind) &&
      creation.body.kind === 'map' &&
      creation.body.editors === 'members'
        ? [{ id, at: creation.held.op.at }]
        : [],
    )
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)

function* readDocument(
  replica: RegisterReader,
  kind: RegisterKind,
  id: OpCid,
): Steps<RegisterDocument[]> {
  yield* replica.views.documents.prepare(id)
  const opened = replica.views.documents.open(id)
  if (!opened.ok) return []
  const document = opened.value
  const { title, editors, at, edits } = document.record
  const rows = yield* rowsOf(replica, kind, document)
  return [
    {
      ...{ id, title, editors },
      changedAt: [...edits.values()].reduce((latest, edit) => Math.max(latest, edit.at), at),
      rows,
      conflicts: document.conflicts().map((conflict) => conflictFinding(replica, conflict)),
    },
  ]
}

/** What rows are judged against, by this node's clock and the charter in force. */
export function registerScene({ views, charter, clock }: RegisterReader): RegisterScene {
  const { stakeholders = [], components = [] } = charter?.charter ?? {}
  return {
    now: clock.now(),
    members: stakeholders.map(({ id, weight, functions, jurisdictions }) => ({
      ...{ id, weight, functions, jurisdictions },
    })),
    components: components.map(({ id }) => id),
    artefacts: new Set(views.artefacts().byDigest.keys()),
  }
}

function* rowsOf(
  replica: RegisterReader,
  kind: RegisterKind,
  document: Document,
): Steps<RegisterRow[]> {
  // While it is blamed in steps, an edit may come: rows and writers are those of one moment.
  const { id, value } = document
  const spans = kind.speaksFor === undefined ? [] : yield* document.blaming()
  const writers = writersOf(replica, spans, kind)
  return readRows(kind, value).map((row) => ({
    ...row,
    document: id,
    writers: [...(writers.get(row.id) ?? [])].sort(),
  }))
}

/** By row, the members who wrote what it says, but for fields that anybody may write. */
function writersOf(
  replica: RegisterReader,
  spans: readonly BlameSpan[],
  { othersWrite = [] }: RegisterKind,
): ReadonlyMap<string, ReadonlySet<string>> {
  const writers = new Map<string, Set<string>>()
  for (const { place, edit } of spans) {
    if (othersWrite.includes(String(place[1]))) continue
    const row = String(place[0])
    const known = writers.get(row) ?? new Set()
    writers.set(row, known.add(writerOf(replica, edit)))
  }
  return writers
}

/** Whom an edit spoke for, by the charter that it names. */
function writerOf({ views }: RegisterReader, edit: EditRecord | undefined): string {
  const version = edit && views.charters().find(({ id }) => id === edit.charter)
  return (version && views.stakeholderOf(edit.key, version.charter)) ?? 'nobody who is known'
}

function conflictFinding(replica: RegisterReader, { place, rivals }: Conflict): Finding {
  const [row, field] = place.map(String)
  const said = rivals
    .map(({ value, edit }) => `${writerOf(replica, edit)}: ${shown(toPlain(value))}`)
    .sort()
  return {
    code: 'conflict',
    severity: 'warning',
    row: row ?? null,
    field: field ?? null,
    sentence: `${field ?? 'the row'} was set at the same time by several (${said.join('; ')})`,
    fix: 'set it again: what is set then holds',
  }
}

/** Longest value that a finding shows, in UTF-16 units. */
const MAX_SHOWN = 60

function shown(plain: unknown): string {
  const text = JSON.stringify(plain) ?? ''
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1).toWellFormed()}…` : text
}
