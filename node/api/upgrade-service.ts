/** Upgrades behind the API (design §3.4): drafts, stages, retrospectives. */
import type { OpCid, Value } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { UPGRADE_SCHEMA, type UpgradeInput, upgradeTemplate } from '../../src/proposal/upgrade.ts'
import { tasks as tasksKind } from '../../src/register/kinds/planning.ts'
import type { RegisterRow } from '../../src/register/lint.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import {
  createDraft,
  type DocumentInput,
  editDraft,
  editPlan,
  freezeDraft,
} from '../../src/replica/document-acts.ts'
import type { Standing } from '../../src/replica/outcomes.ts'
import { registerSteps } from '../../src/replica/registers.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type ActionInput, actionRow, linkedTasks } from '../../src/replica/upgrade/actions.ts'
import { upgradeHistory } from '../../src/replica/upgrade/history.ts'
import { historyMarkdown } from '../../src/replica/upgrade/history-markdown.ts'
import {
  archivable,
  MAX_ACTIONS,
  PART_NAMES,
  RETROSPECTIVE,
  type Retrospective,
  retrospectiveOf,
  retrospectiveSchema,
  retrospectiveTemplate,
} from '../../src/replica/upgrade/retrospective.ts'
import type { Acting } from './acting.ts'
import { proposalId } from './proposal-view.ts'
import type { RegisterApi } from './register-api.ts'
import type { ActOptions, Signed } from './signed.ts'
import { inTurns } from './turns.ts'
import type {
  RetrospectiveDetail,
  RetrospectiveWords,
  UpgradeApi,
  UpgradeDetail,
  UpgradeLine,
} from './upgrade-api.ts'
import { findUpgrade, upgradeDetail, upgradeLine, upgradesOf } from './upgrade-view.ts'

/** What the service works with. */
export interface UpgradeServiceParts {
  readonly replica: Replica
  readonly acting: Acting
  readonly registers: RegisterApi
}

type Content = { readonly [field: string]: Value }

/** The one implementation of `UpgradeApi`; the client only carries it. */
export class UpgradeService implements UpgradeApi {
  private readonly replica: Replica
  private readonly acting: Acting
  private readonly registers: RegisterApi

  constructor({ replica, acting, registers }: UpgradeServiceParts) {
    this.replica = replica
    this.acting = acting
    this.registers = registers
  }

  async list(): Promise<readonly UpgradeLine[]> {
    await this.prepare()
    return upgradesOf(this.replica).flatMap((upgrade) => {
      const detail = upgradeDetail(this.replica, upgrade)
      return detail ? upgradeLine(detail) : []
    })
  }

  async show(given: string): Promise<Result<UpgradeDetail>> {
    await this.prepare()
    const found = findUpgrade(this.replica, given)
    if (!found.ok) return found
    const detail = upgradeDetail(this.replica, found.value)
    return detail ? accept(detail) : refuse('unknown-id', `no upgrade ${given} stands`)
  }

  async begin(input: UpgradeInput, options: ActOptions = {}): Promise<Result<readonly Signed[]>> {
    const title = input.title.normalize('NFC')
    const document: DocumentInput = {
      ...{ kind: 'map', title, editors: 'members', schema: UPGRADE_SCHEMA },
    }
    return this.beginDocument(document, upgradeTemplate({ ...input, title }), options)
  }

  async retrospective(given: string): Promise<Result<RetrospectiveDetail>> {
    await this.prepare()
    const found = this.ballot(given)
    if (!found.ok) return found
    const { ballot, standing } = found.value
    const history = upgradeHistory(this.replica, ballot, standing)
    const written = retrospectiveOf(this.replica, ballot.id)
    return accept({
      proposal: ballot.id,
      history,
      facts: historyMarkdown(history),
      document: written?.document ?? null,
      missing: written?.missing ?? PART_NAMES,
      tasks: linkedTasks(written?.tasks ?? [], await this.taskRows(), ballot.id),
      archived: written?.archived?.id ?? null,
      others: written?.others ?? [],
    })
  }

  async write(
    given: string,
    words: RetrospectiveWords,
    options: ActOptions = {},
  ): Promise<Result<readonly Signed[]>> {
    const found = this.open(given)
    if (!found.ok) return found
    const said = Object.fromEntries(
      Object.entries(words).map(([part, text]) => [part, (text ?? '').normalize('NFC')]),
    )
    return this.put(found.value, said, options)
  }

  async action(
    given: string,
    input: ActionInput,
    options: ActOptions = {},
  ): Promise<Result<readonly Signed[]>> {
    const found = this.open(given)
    if (!found.ok) return found
    const { ballot, written } = found.value
    const tasks = written?.tasks ?? []
    if (tasks.length >= MAX_ACTIONS)
      return refuse('too-many-actions', `it names ${MAX_ACTIONS} tasks already`)
    const row = actionRow(normal(input), await this.taskRows(), ballot.id)
    if (!row.ok) return row
    const signed: Signed[] = []
    if (row.value) {
      const { document, ...write } = row.value
      const where = document === undefined ? {} : { in: document }
      const done = await this.registers.write({ kind: 'tasks', ...write, ...where }, options)
      if (!done.ok) return done
      signed.push(...done.value.signed)
    } else if (tasks.includes(input.row))
      return refuse('already-linked', `task "${input.row}" is linked already`)
    if (tasks.includes(input.row)) return accept(signed)
    const linked = this.put(found.value, { tasks: [...tasks, input.row] }, options)
    return linked.ok ? accept([...signed, ...linked.value]) : linked
  }

  /** Writes into the retrospective, begun where there is none; facts are brought up to date. */
  private put(
    { ballot, standing, written }: OpenRetrospective,
    said: Content,
    options: ActOptions,
  ): Result<readonly Signed[]> {
    const { id, body } = ballot
    const facts = historyMarkdown(upgradeHistory(this.replica, ballot, standing)).normalize('NFC')
    const content = { ...retrospectiveTemplate(facts) }
    if (!written) {
      const title = `Retrospective: ${body.title}`.slice(0, MAX_TITLE).toWellFormed()
      const document: DocumentInput = {
        ...{ kind: 'map', title, editors: 'members', schema: retrospectiveSchema(id) },
      }
      return this.beginDocument(document, { ...content, ...said }, options)
    }
    // What the log says is brought up to date with every word that is added.
    const before = isContent(written.value) ? written.value : {}
    const next = { ...before, facts: content.facts ?? '', ...said }
    return this.rewrite(written.document, next, options)
  }

  async archive(given: string, options: ActOptions = {}): Promise<Result<Signed>> {
    const id = proposalId(this.replica, given)
    if (!id.ok) return id
    const written = retrospectiveOf(this.replica, id.value)
    if (!written)
      return refuse(
        'no-retrospective',
        'nobody has begun its retrospective',
        `folkmoot upgrade retrospective ${id.value.slice(-8)} --went-well "…"`,
      )
    if (written.archived) return refuse('archived', `it is archived as ${written.archived.id}`)
    const fit = archivable(written, linkedTasks(written.tasks, await this.taskRows(), id.value))
    return fit.ok ? this.acting.sign(freezeDraft(this.replica, written.document), options) : fit
  }

  /** Derives drafts and retrospectives between everything else that the node does. */
  private async prepare(): Promise<void> {
    const { documents } = this.replica.views
    for (const { id, creation } of documents.topics())
      if (isUpgradeDocument(creation?.body.schema ?? '')) await inTurns(documents.prepare(id))
  }

  private async taskRows(): Promise<readonly RegisterRow[]> {
    return (await inTurns(registerSteps(this.replica, tasksKind))).rows
  }

  /** A retrospective that may be written into, or begun: of a settled proposal, and not archived. */
  private open(given: string): Result<OpenRetrospective> {
    const found = this.ballot(given)
    if (!found.ok) return found
    const { ballot, standing } = found.value
    if ((standing.outcomes.get(ballot.id)?.outcome ?? 'open') === 'open')
      return refuse(
        'too-early',
        'the ballot is not settled: there is nothing to look back on',
        `folkmoot upgrade show ${ballot.id.slice(-8)}`,
      )
    const written = retrospectiveOf(this.replica, ballot.id)
    return written?.archived
      ? refuse('archived', `it is archived as ${written.archived.id}`, 'folkmoot doc show')
      : accept({ ballot, standing, written })
  }

  private ballot(given: string): Result<{ readonly ballot: Ballot; readonly standing: Standing }> {
    const found = findUpgrade(this.replica, given)
    if (!found.ok) return found
    const standing = this.replica.views.standing()
    if ('draft' in found.value || !standing)
      return refuse(
        'not-proposed',
        'it is a draft that nobody has proposed yet',
        'folkmoot upgrade propose',
      )
    return accept({ ballot: found.value.ballot, standing })
  }

  private beginDocument(
    input: DocumentInput,
    content: Content,
    options: ActOptions,
  ): Result<readonly Signed[]> {
    const created = this.acting.sign(createDraft(this.replica, input), options)
    if (!created.ok) return created
    // What is written names the document, which in a dry run has no name.
    if (created.value.cid === null) return accept([created.value])
    const written = this.rewrite(created.value.cid as OpCid, content, options)
    return written.ok ? accept([created.value, ...written.value]) : written
  }

  private rewrite(document: OpCid, value: Content, options: ActOptions): Result<readonly Signed[]> {
    const plan = editPlan(this.replica, { document, value })
    if (!plan.ok) return plan
    const signed: Signed[] = []
    let { after } = plan.value
    for (const edits of plan.value.portions) {
      const one = this.acting.sign(editDraft(this.replica, document, after, edits), options)
      if (!one.ok) return one
      signed.push(one.value)
      if (one.value.cid === null) break
      after = [one.value.cid as OpCid]
    }
    return accept(signed)
  }
}

/** What a retrospective is written with. */
interface OpenRetrospective {
  readonly ballot: Ballot
  readonly standing: Standing
  readonly written: Retrospective | undefined
}

/** Text as documents hold it. */
const normal = ({ row, ...fields }: ActionInput): ActionInput => ({
  row,
  ...Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, (text ?? '').normalize('NFC')]),
  ),
})

const isUpgradeDocument = (schema: string): boolean =>
  schema === UPGRADE_SCHEMA || schema.startsWith(RETROSPECTIVE)

/** Longest title of a document, as its operation has it. */
const MAX_TITLE = 200

const isContent = (value: Value): value is Content =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array)
