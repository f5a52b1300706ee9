/** Registers behind the API (§3.4): one implementation for all kinds. */
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { type ExportFormat, exportRegister } from '../../src/register/export.ts'
import type { RegisterKind } from '../../src/register/kind.ts'
import { policies } from '../../src/register/kinds/obligation.ts'
import { REGISTER_KINDS, registerKind } from '../../src/register/kinds.ts'
import { wholeRows } from '../../src/register/lint.ts'
import { type DisclosurePolicy, securityTxt } from '../../src/register/security-txt.ts'
import { listTable } from '../../src/register/table.ts'
import { ownStakeholder } from '../../src/replica/acts.ts'
import { escalationDraft } from '../../src/replica/recourse/escalation-acts.ts'
import {
  lintEscalations,
  type RowInput,
  rowDraft,
  rowTarget,
} from '../../src/replica/register-acts.ts'
import {
  type RegisterView,
  registerIds,
  registerScene,
  registerSteps,
} from '../../src/replica/registers.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Acting } from './acting.ts'
import { findId } from './ids.ts'
import type {
  RegisterApi,
  RegisterDetail,
  RegisterFile,
  RegisterLine,
  RegisterQuery,
  RegisterWrite,
  RegisterWritten,
} from './register-api.ts'
import type { ActOptions, Signed } from './signed.ts'
import { inTurns } from './turns.ts'

/** What the service works with. */
export interface RegisterServiceParts {
  readonly replica: Replica
  readonly acting: Acting
}

/** A kind, and the document of it that is meant. */
interface Meant {
  readonly kind: RegisterKind
  readonly document: OpCid | undefined
}

/** The one implementation of `RegisterApi`; the client only carries it. */
export class RegisterService implements RegisterApi {
  private readonly replica: Replica
  private readonly acting: Acting

  constructor({ replica, acting }: RegisterServiceParts) {
    this.replica = replica
    this.acting = acting
  }

  async list(): Promise<readonly RegisterLine[]> {
    const lines: RegisterLine[] = []
    for (const kind of REGISTER_KINDS) {
      const { documents, rows, lint } = await this.view({ kind, document: undefined })
      const errors = lint.findings.filter(({ severity }) => severity === 'error').length
      lines.push({
        kind: kind.kind,
        about: kind.about,
        rows: rows.length,
        errors,
        warnings: lint.findings.length - errors + lint.more,
        changedAt:
          documents.length === 0 ? null : Math.max(...documents.map((one) => one.changedAt)),
      })
    }
    return lines
  }

  async read(query: RegisterQuery): Promise<Result<RegisterDetail>> {
    const meant = this.meant(query)
    if (!meant.ok) return meant
    const { kind } = meant.value
    const { documents, rows, lint } = await this.view(meant.value)
    const report = kind.report?.of(wholeRows(kind, rows), registerScene(this.replica))
    return accept({
      kind: kind.kind,
      documents: documents.map(({ id, title, rows: own }) => ({ id, title, rows: own.length })),
      rows: rows.map(({ id, document: at, fields, odd, isWhole }) => ({
        ...{ id, document: at, fields, odd, isWhole },
      })),
      table: listTable(kind, rows),
      findings: lint.findings,
      more: lint.more,
      report: report ?? null,
    })
  }

  async write(
    { kind: name, in: given, ...input }: RegisterWrite,
    options: ActOptions = {},
  ): Promise<Result<RegisterWritten>> {
    const meant = this.meant({ kind: name, ...(given !== undefined && { in: given }) })
    if (!meant.ok) return meant
    const { kind, document } = meant.value
    const whole: RowInput = { ...input, ...(document && { document }) }
    const target = rowTarget(this.replica, kind, whole)
    if (!target.ok) return target
    if ('document' in target.value) return this.edit(kind, target.value.document, whole, options)
    const begun = this.acting.sign(accept(target.value.begin), options)
    if (!begun.ok) return begun
    // The edit names the document, which in a dry run has no name.
    if (begun.value.cid === null) return accept({ signed: [begun.value], more: 1 })
    const edited = this.edit(kind, begun.value.cid as OpCid, whole, options)
    return edited.ok
      ? accept({ ...edited.value, signed: [begun.value, ...edited.value.signed] })
      : edited
  }

  async export({
    format,
    ...query
  }: RegisterQuery & { readonly format: ExportFormat }): Promise<Result<RegisterFile>> {
    const meant = this.meant(query)
    if (!meant.ok) return meant
    const { kind } = meant.value
    const { documents, rows } = await this.view(meant.value)
    return exportRegister(format, {
      kind,
      rows: wholeRows(kind, rows),
      scene: registerScene(this.replica),
      source: this.replica.coalition,
      changedAt: Math.max(0, ...documents.map((one) => one.changedAt)),
    })
  }

  async securityTxt(given?: string): Promise<Result<RegisterFile>> {
    const self = given === undefined ? ownStakeholder(this.replica) : accept(given)
    if (!self.ok) return self
    const members = this.replica.charter?.charter.stakeholders ?? []
    const member = members.find(({ id }) => id === self.value)
    if (!member)
      return refuse(
        'unknown-member',
        `the charter has no member ${self.value}`,
        `one of ${members.map(({ id }) => id).join(', ')}`,
      )
    const { rows } = await this.view({ kind: policies, document: undefined })
    const content = securityTxt(
      // cast: rows of policies that are whole are what their fields say.
      wholeRows(policies, rows) as unknown as readonly DisclosurePolicy[],
      { member: member.id, name: member.name, now: this.replica.clock.now() },
    )
    return content.ok
      ? accept({ mediaType: 'text/plain; charset=utf-8', content: content.value })
      : content
  }

  async escalate(
    { kind: name, dueInMs }: { readonly kind: string; readonly dueInMs: number },
    options: ActOptions = {},
  ): Promise<Result<readonly Signed[]>> {
    const meant = this.meant({ kind: name })
    if (!meant.ok) return meant
    const signed: Signed[] = []
    const view = await this.view(meant.value)
    for (const input of lintEscalations(this.replica, view, dueInMs)) {
      const one = this.acting.sign(escalationDraft(this.replica, input), options)
      if (!one.ok) return one
      signed.push(one.value)
    }
    return accept(signed)
  }

  private view({ kind, document }: Meant): Promise<RegisterView> {
    return inTurns(registerSteps(this.replica, kind, document))
  }

  private edit(
    kind: RegisterKind,
    document: OpCid,
    input: RowInput,
    options: ActOptions,
  ): Result<RegisterWritten> {
    const signed = this.acting.sign(rowDraft(this.replica, kind, document, input), options)
    return signed.ok ? accept({ signed: [signed.value], more: 0 }) : signed
  }

  private meant({ kind: name, in: given }: RegisterQuery): Result<Meant> {
    const kind = registerKind(name)
    if (!kind)
      return refuse(
        'unknown-register',
        `there is no register of ${name}`,
        `one of ${REGISTER_KINDS.map((one) => one.kind).join(', ')}`,
      )
    if (given === undefined) return accept({ kind, document: undefined })
    const id = findId(given, registerIds(this.replica, kind), 'document')
    return id.ok ? accept({ kind, document: id.value }) : id
  }
}
