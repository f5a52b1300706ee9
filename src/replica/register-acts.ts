/**
 * How members write registers: a row is put, changed or removed by typed edits of its document, each
 * field by itself, so that what others write to other fields at the same time stays (§3.4).
 */
import type { Edit } from '../document/ops.ts'
import type { OpCid, Value } from '../op/ids.ts'
import { accept, type Refusal, type Result, refuse } from '../op/refusal.ts'
import { MAX_ESCALATION_SUBJECT, MAX_OWNERS } from '../proposal/escalation/ops.ts'
import { type FieldValue, ROW_ID, ROW_ID_WORDS } from '../register/field.ts'
import type { Finding, RegisterKind } from '../register/kind.ts'
import { schemaOf } from '../register/kinds.ts'
import { MAX_ESCALATED } from '../register/limits.ts'
import { optionName, readRow } from '../register/rows.ts'
import { fieldFault } from '../register/schema.ts'
import { createDraft, editDraft, ownDocument } from './document-acts.ts'
import type { Draft } from './draft.ts'
import type { EscalationInput } from './recourse/escalation-acts.ts'
import { type RegisterView, registerIds } from './registers.ts'
import type { Replica } from './replica.ts'

/** A row as somebody writes it. */
export interface RowInput {
  readonly row: string
  /** `add` a new row, `set` fields of one that is there, `remove` it. */
  readonly act: 'add' | 'set' | 'remove'
  readonly fields: Readonly<Record<string, FieldValue>>
  /** Fields that are emptied. */
  readonly clear: readonly string[]
  /** The document, where a register has several. */
  readonly document?: OpCid
}

/** Where a row is to be written: in a document, or in one that is to be begun. */
export type RowTarget = { readonly document: OpCid } | { readonly begin: Draft }

/** Finds the document that a row is written to; for a new row the first that this node may edit. */
export function rowTarget(
  replica: Replica,
  kind: RegisterKind,
  { row, act, document }: RowInput,
): Result<RowTarget> {
  const ids = registerIds(replica, kind).filter((id) => document === undefined || id === document)
  if (document !== undefined && ids.length === 0)
    return refuse('no-register', `document ${document} is no register of ${kind.kind}`)
  const holding = ids.filter((id) => holds(replica, id, row))
  const [first, second] = holding
  if (act !== 'add') {
    if (first && second) return severalDocuments(row, holding)
    return first ? accept({ document: first }) : unknownRow(kind, row)
  }
  if (first)
    return refuse(
      'row-exists',
      `there is a row "${row}" already`,
      `folkmoot register ${kind.kind} set ${row} …`,
    )
  const own = ids.find((id) => ownDocument(replica, id).ok)
  if (own) return accept({ document: own })
  const begin = createDraft(replica, {
    kind: 'map',
    title: `Register of ${kind.kind}`,
    editors: 'members',
    schema: schemaOf(kind),
  })
  return begin.ok ? accept({ begin: begin.value }) : begin
}

function holds({ views }: Replica, id: OpCid, row: string): boolean {
  const document = views.documents.open(id)
  return document.ok && isMap(document.value.value) && Object.hasOwn(document.value.value, row)
}

const severalDocuments = (row: string, holding: readonly OpCid[]): Refusal =>
  refuse(
    'several-documents',
    `row "${row}" stands in ${holding.length} documents`,
    `name one: ${holding.map((id) => `--in ${id.slice(-8)}`).join(' or ')}`,
  )

const unknownRow = (kind: RegisterKind, row: string): Refusal =>
  refuse('unknown-row', `there is no row "${row}"`, `folkmoot register ${kind.kind} list`)

/** Drafts the edit that writes a row into a document. */
export function rowDraft(
  replica: Replica,
  kind: RegisterKind,
  id: OpCid,
  input: RowInput,
): Result<Draft> {
  const document = ownDocument(replica, id)
  if (!document.ok) return document
  const fault = inputFault(kind, input)
  if (fault) return fault
  const { value, heads } = document.value
  const current = isMap(value) && Object.hasOwn(value, input.row) ? value[input.row] : undefined
  // Where several began the row at the same time, only writing it whole decides between them.
  const isContested = document.value
    .conflicts()
    .some(({ place }) => place.length === 1 && place[0] === input.row)
  const edits = editsOf(kind, input, { current, isContested })
  if (!edits.ok) return edits
  const { signer } = replica
  const after = signer ? document.value.afterFor(signer.key, heads) : heads
  return editDraft(replica, id, after, edits.value)
}

function editsOf(
  kind: RegisterKind,
  { row, act, fields, clear }: RowInput,
  { current, isContested }: { readonly current: Value | undefined; readonly isContested: boolean },
): Result<Edit[]> {
  if (act === 'remove') return accept([{ do: 'remove', path: [], at: row, count: 1 }])
  const before = isMap(current) ? current : undefined
  const next: Record<string, Value> = { ...before, ...fields }
  for (const name of clear) delete next[name]
  const faults = readRow(kind, row, next).faults.filter(({ severity }) => severity === 'error')
  if (faults.length > 0) return rowRefusal(kind, faults)
  // A row that is new, or no row at all, is written whole.
  if (before === undefined || isContested)
    return accept([{ do: 'set', path: [], at: row, value: next }])
  const set = Object.entries(fields).map(
    ([at, value]): Edit => ({ do: 'set', path: [row], at, value }),
  )
  const removed = clear
    .filter((name) => Object.hasOwn(before, name))
    .map((at): Edit => ({ do: 'remove', path: [row], at, count: 1 }))
  return set.length + removed.length === 0
    ? refuse('nothing-to-set', 'no field was given', `folkmoot register ${kind.kind} --help`)
    : accept([...removed, ...set])
}

const isMap = (value: Value | undefined): value is Readonly<Record<string, Value>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array)

const rowRefusal = (kind: RegisterKind, faults: readonly Finding[]): Refusal =>
  refuse(
    'invalid-row',
    faults.map(({ sentence }) => sentence).join('; '),
    `give ${faults.map(({ fix }) => fix).join(', ')}; \`folkmoot register ${kind.kind} --help\` says what each is`,
  )

/** What is wrong with what was given, before it meets the row. */
function inputFault(kind: RegisterKind, input: RowInput): Refusal | undefined {
  const { row, act, fields, clear } = input
  // What somebody wrote under an odd id by hand can be taken away all the same.
  if (act !== 'remove' && !ROW_ID.test(row))
    return refuse('invalid-row', `"${row}" is no id of a row: ${ROW_ID_WORDS}`)
  const names = Object.keys(kind.fields)
  const unknown = [...Object.keys(fields), ...clear].find((name) => !names.includes(name))
  if (unknown !== undefined)
    return refuse(
      'unknown-field',
      `${kind.kind} have no field "${unknown}"`,
      `one of ${names.join(', ')}`,
    )
  for (const [name, value] of Object.entries(fields)) {
    const field = kind.fields[name]
    const fault = field && fieldFault(field, value)
    if (fault !== undefined) return refuse('invalid-row', `${optionName(name)}: ${fault}`)
  }
  const both = clear.find((name) => Object.hasOwn(fields, name))
  return both === undefined ? undefined : refuse('invalid-row', `${both} is both set and cleared`)
}

/** Escalations for the errors of a register that nobody escalated yet, the first of them (§3.8). */
export function lintEscalations(
  replica: Replica,
  { kind, rows, lint }: RegisterView,
  dueInMs: number,
): EscalationInput[] {
  const open = new Set(
    replica.views.matters
      .escalations()
      .filter(({ resolutions }) => resolutions.length === 0)
      .map(({ subject }) => subject),
  )
  const members = new Set(replica.charter?.charter.stakeholders.map(({ id }) => id))
  return lint.findings
    .filter(({ severity }) => severity === 'error')
    .flatMap(({ code, row, sentence, fix }) => {
      const subject = `${kind.kind}: ${row ?? 'register'}: ${code}`.slice(0, MAX_ESCALATION_SUBJECT)
      if (open.has(subject)) return []
      open.add(subject)
      const found = rows.find(({ id }) => id === row)
      const owners = membersOf(found?.fields ?? {}, members).slice(0, MAX_OWNERS)
      const overlap = code === 'overlap' || code === 'several-accountable'
      return [
        {
          kind: overlap ? ('overlap' as const) : ('waiting' as const),
          subject,
          owners: owners.length > 0 ? owners : [...members].slice(0, MAX_OWNERS),
          text: `${sentence}. ${fix}`,
          dueInMs,
        },
      ]
    })
    .slice(0, MAX_ESCALATED)
}

/** Members named in a row: whose move it is. */
const membersOf = (
  fields: Readonly<Record<string, FieldValue>>,
  members: ReadonlySet<string>,
): string[] => [
  ...new Set(
    Object.values(fields)
      .flatMap((value) => (typeof value === 'string' || Array.isArray(value) ? value : []))
      .filter((word) => members.has(word)),
  ),
]
