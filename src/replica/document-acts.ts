/**
 * What people do to documents: begin one, edit it, freeze it. Each act becomes a draft, or a refusal
 * that says what to do (design §2.5).
 */
import type { Document } from '../document/document.ts'
import {
  documentCreate,
  documentEdit,
  documentFreeze,
  type Edit,
  type Editors,
} from '../document/ops.ts'
import { portionsOf } from '../document/rewriting.ts'
import { editorOf } from '../document/rights.ts'
import type { OpCid, Value } from '../op/ids.ts'
import { accept, type Refusal, type Result, refuse } from '../op/refusal.ts'
import { ownStakeholder } from './acts.ts'
import type { Draft } from './draft.ts'
import type { Replica } from './replica.ts'

/** A document as people ask for it. */
export interface DocumentInput {
  readonly kind: 'text' | 'map'
  readonly title: string
  readonly editors: Editors
  /** What it is for: `runbook`, `risk`, … */
  readonly schema?: string
}

/** A value that somebody wrote, and the version that was in front of them. */
export interface EditInput {
  readonly document: OpCid
  /** Heads of the document when it was opened for writing; those of now where absent. */
  readonly base?: readonly OpCid[]
  readonly value: Value
}

/** Edits to be signed one after the other, each on the one before. */
export interface EditPlan {
  readonly after: readonly OpCid[]
  readonly portions: readonly (readonly Edit[])[]
}

/** Drafts the beginning of a document. */
export function createDraft(replica: Replica, input: DocumentInput): Result<Draft> {
  const { charter } = replica
  const self = ownStakeholder(replica)
  if (!self.ok) return self
  if (!charter) return refuse('no-coalition', 'the founding operation is not held yet')
  const body = { charter: 0, ...input }
  const fault = bodyFault(documentCreate.body.safeParse(body), 'document')
  return fault ?? accept({ type: documentCreate.type, refs: [charter.id], body })
}

/** From a written value to the edits that lead there; none where it changes nothing. */
export function editPlan(replica: Replica, input: EditInput): Result<EditPlan> {
  const document = ownDocument(replica, input.document)
  if (!document.ok) return document
  const base = input.base ?? document.value.heads
  const { signer } = replica
  const after = signer ? document.value.afterFor(signer.key, base) : base
  const edits = document.value.editsFor(base, after, input.value)
  if (!edits.ok) return edits
  const portions = portionsOf(edits.value)
  return portions.ok ? accept({ after, portions: portions.value }) : portions
}

/** Drafts one edit operation. */
export function editDraft(
  replica: Replica,
  document: OpCid,
  after: readonly OpCid[],
  edits: readonly Edit[],
): Result<Draft> {
  const { charter } = replica
  if (!charter) return refuse('no-coalition', 'the founding operation is not held yet')
  const body = { document: 0, charter: 1, after: after.map((_, i) => i + 2), edits: [...edits] }
  const fault = bodyFault(documentEdit.body.safeParse(body), 'edit')
  return fault ?? accept({ type: documentEdit.type, refs: [document, charter.id, ...after], body })
}

/** Drafts a freeze of what a document is now, or was after some edits. */
export function freezeDraft(replica: Replica, id: OpCid, after?: readonly OpCid[]): Result<Draft> {
  const document = ownDocument(replica, id)
  const { charter } = replica
  if (!document.ok) return document
  if (!charter) return refuse('no-coalition', 'the founding operation is not held yet')
  const heads = after ?? document.value.heads
  const digest = document.value.digestAt(heads)
  if (!digest.ok) return digest
  const body = {
    document: 0,
    charter: 1,
    after: heads.map((_, i) => i + 2),
    digest: digest.value,
  }
  const fault = bodyFault(documentFreeze.body.safeParse(body), 'freeze')
  return fault ?? accept({ type: documentFreeze.type, refs: [id, charter.id, ...heads], body })
}

/** A document that this node’s key may edit by the charter in force; refuses (`no-editor`) others. */
export function ownDocument(replica: Replica, id: OpCid): Result<Document> {
  const document = replica.views.documents.open(id)
  if (!document.ok) return document
  const { charter, signer, ledger } = replica
  const { editors, title } = document.value.record
  const context = { keyring: ledger.keyring, charterInForce: () => charter?.charter }
  const isEditor = charter && signer && editorOf(context, signer.key, charter.charter, editors)
  if (isEditor) return document
  const who =
    editors === 'members'
      ? 'members'
      : 'functions' in editors
        ? `those with function ${editors.functions.join(', ')}`
        : editors.stakeholders.join(', ')
  return refuse('no-editor', `only ${who} may edit "${title}"`, 'comment on the proposal instead')
}

/** What a body that is written here does not fit, in the words of its schema. */
function bodyFault(
  read: {
    readonly error?: { readonly issues: readonly { path: PropertyKey[]; message: string }[] }
  },
  what: string,
): Refusal | undefined {
  const issue = read.error?.issues[0]
  return (
    issue &&
    refuse(`invalid-${what}`, `${issue.path.map(String).join('.') || what}: ${issue.message}`)
  )
}
