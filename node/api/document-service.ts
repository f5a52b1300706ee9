/** Documents behind the API (design §2.5): read at any version, written against the one that was read. */
import type { Document } from '../../src/document/document.ts'
import { readValue } from '../../src/document/rendering.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'
import { accept, type Result } from '../../src/op/refusal.ts'
import {
  createDraft,
  type DocumentInput,
  editDraft,
  editPlan,
  freezeDraft,
} from '../../src/replica/document-acts.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Acting } from './acting.ts'
import type {
  BlameLine,
  DocumentApi,
  DocumentDetail,
  DocumentDiff,
  DocumentLine,
  EditLine,
  VersionQuery,
  WriteInput,
  Written,
} from './document-api.ts'
import {
  blameLine,
  documentDetail,
  documentId,
  documentLines,
  editLine,
  versionOf,
} from './document-view.ts'
import type { ActOptions, Signed } from './signed.ts'
import { inTurns } from './turns.ts'

/** What the service works with. */
export interface DocumentServiceParts {
  readonly replica: Replica
  readonly acting: Acting
}

/** The one implementation of `DocumentApi`; the client only carries it. */
export class DocumentService implements DocumentApi {
  private readonly replica: Replica
  private readonly acting: Acting

  constructor({ replica, acting }: DocumentServiceParts) {
    this.replica = replica
    this.acting = acting
  }

  async list(): Promise<readonly DocumentLine[]> {
    return documentLines(this.replica)
  }

  async read(given: string, { at }: VersionQuery = {}): Promise<Result<DocumentDetail>> {
    const document = await this.open(given)
    if (!document.ok) return document
    const version = at && versionOf(this.replica, document.value, at)
    if (version && !version.ok) return version
    return documentDetail(this.replica, document.value, version?.value)
  }

  async history(given: string): Promise<Result<readonly EditLine[]>> {
    const document = await this.open(given)
    return document.ok ? accept(document.value.history().map(editLine)) : document
  }

  async blame(given: string): Promise<Result<readonly BlameLine[]>> {
    const document = await this.open(given)
    if (!document.ok) return document
    const spans = await inTurns(document.value.blaming())
    return accept(spans.map((span) => blameLine(this.replica, span)))
  }

  async diff(
    given: string,
    versions: { readonly from?: readonly string[]; readonly to?: readonly string[] },
  ): Promise<Result<DocumentDiff>> {
    const document = await this.open(given)
    if (!document.ok) return document
    const last = this.replica.views.documents.freezesOf(document.value.id).at(-1)?.after ?? []
    const from = this.version(document.value, versions.from, last)
    if (!from.ok) return from
    const to = this.version(document.value, versions.to, document.value.heads)
    if (!to.ok) return to
    const diff = document.value.diff(from.value, to.value)
    return diff.ok ? accept({ from: from.value, to: to.value, diff: diff.value }) : diff
  }

  async create(input: DocumentInput, options: ActOptions = {}): Promise<Result<Signed>> {
    const title = input.title.normalize('NFC')
    return this.acting.sign(createDraft(this.replica, { ...input, title }), options)
  }

  async write(
    { id, base, content }: WriteInput,
    options: ActOptions = {},
  ): Promise<Result<Written>> {
    const document = await this.open(id)
    if (!document.ok) return document
    const value = readContent(document.value, content)
    if (!value.ok) return value
    const { heads } = document.value
    const from = this.version(document.value, base, heads)
    if (!from.ok) return from
    const plan = editPlan(this.replica, {
      document: document.value.id,
      base: from.value,
      value: value.value,
    })
    if (!plan.ok) return plan
    const merged = heads.some((head) => !from.value.includes(head))
    const signed: Signed[] = []
    let { after } = plan.value
    for (const edits of plan.value.portions) {
      const draft = editDraft(this.replica, document.value.id, after, edits)
      const one = this.acting.sign(draft, options)
      if (!one.ok) return one
      signed.push(one.value)
      // The next one names this one, which in a dry run has no name.
      if (one.value.cid === null) break
      after = [one.value.cid as OpCid]
    }
    return accept({ signed, more: plan.value.portions.length - signed.length, merged })
  }

  async freeze(
    given: string,
    { at, ...options }: VersionQuery & ActOptions = {},
  ): Promise<Result<Signed>> {
    const document = await this.open(given)
    if (!document.ok) return document
    const version = this.version(document.value, at, document.value.heads)
    if (!version.ok) return version
    return this.acting.sign(freezeDraft(this.replica, document.value.id, version.value), options)
  }

  /** A document at its limits takes seconds to derive: the node goes on with everything else. */
  private async open(given: string): Promise<Result<Document>> {
    const { documents } = this.replica.views
    const id = documentId(this.replica, given)
    if (!id.ok) return id
    await inTurns(documents.prepare(id.value))
    return documents.open(id.value)
  }

  private version(
    document: Document,
    given: readonly string[] | undefined,
    otherwise: readonly OpCid[],
  ): Result<readonly OpCid[]> {
    return given === undefined ? accept(otherwise) : versionOf(this.replica, document, given)
  }
}

/** Prose as it is, in normal form as operations must be; data as its YAML or JSON says. */
const readContent = ({ record }: Document, content: string): Result<Value> =>
  record.kind === 'text' ? accept(content.normalize('NFC')) : readValue(content)
