/** The endpoints of upgrades, and their client. */
import { z } from 'zod'
import { accept, type Result } from '../../src/op/refusal.ts'
import type { UpgradeInput } from '../../src/proposal/upgrade.ts'
import type { ActionInput } from '../../src/replica/upgrade/actions.ts'
import type { UpgradeHistory } from '../../src/replica/upgrade/history.ts'
import { PART_NAMES } from '../../src/replica/upgrade/retrospective.ts'
import { UPGRADE_STAGES } from '../../src/replica/upgrade/timeline.ts'
import type { Caller } from './attestation-client.ts'
import type { Asker } from './document-client.ts'
import { acting, byId, dryRunOf, endpoint, nothing } from './endpoint.ts'
import * as shape from './schemas.ts'
import type { ActOptions, Signed } from './signed.ts'
import type * as upgrade from './upgrade-api.ts'

const text = z.string()
const moment = z.int()
const lines = z.array(text)
const stageName = z.enum(UPGRADE_STAGES)
const standing = z.enum(['ahead', 'now', 'done', 'held', 'left out'])

const lineShape = {
  id: text,
  title: text,
  author: text,
  stage: stageName,
  standing,
  outcome: z.enum(['draft', 'open', 'adopted', 'declined']),
  missing: lines,
}
const upgradeLine: z.ZodType<upgrade.UpgradeLine> = z.object(lineShape)

const upgradeDetail: z.ZodType<upgrade.UpgradeDetail> = z.object({
  ...lineShape,
  draft: text.nullable(),
  stages: z.array(
    z.object({
      name: stageName,
      standing,
      from: moment.nullable(),
      to: moment.nullable(),
      missing: lines,
    }),
  ),
  advice: z.array(z.object({ field: text, sentence: text })),
  late: z.array(
    z.object({
      id: text,
      stakeholder: text,
      what: text,
      window: text,
      closedAt: moment,
      seenAt: moment,
    }),
  ),
})

const history: z.ZodType<UpgradeHistory> = z.object({
  id: shape.opCid,
  title: text,
  author: text,
  outcome: text,
  steps: z.array(z.object({ step: text, from: moment, to: moment.nullable() })),
  waits: z.array(z.object({ step: text, stakeholder: text, afterMs: moment.nullable() })),
  gates: z.array(z.object({ gate: text, at: moment, met: z.boolean(), sentence: text })),
  notReplayed: z.int(),
  overrides: z.array(z.object({ gate: text, ballot: shape.opCid })),
  deviations: z.array(
    z.object({ stage: text, stakeholder: text, deviations: lines, rationale: text }),
  ),
  halts: z.array(z.object({ stakeholder: text, at: moment, reason: text })),
  participation: z.array(
    z.object({
      stakeholder: text,
      stance: text,
      comments: z.int(),
      attestations: z.int(),
      reports: z.int(),
    }),
  ),
})

const retrospective: z.ZodType<upgrade.RetrospectiveDetail> = z.object({
  proposal: text,
  history,
  facts: text,
  document: text.nullable(),
  missing: z.array(z.enum(PART_NAMES)),
  tasks: z.array(
    z.object({
      row: text,
      title: text.nullable(),
      owner: text.nullable(),
      due: text.nullable(),
      status: text.nullable(),
      link: z.enum(['both', 'one-way', 'missing']),
    }),
  ),
  archived: text.nullable(),
  others: lines,
})

const upgradeInput: z.ZodType<UpgradeInput> = z.strictObject({
  title: text,
  track: text,
  slot: text,
  components: lines,
  summary: text,
  text,
  scope: z.strictObject({
    objectives: lines,
    nonGoals: lines,
    compatibility: lines,
    performance: lines,
    variability: lines,
  }),
  criteria: lines,
  subjects: z.array(z.strictObject({ name: text, digest: text })),
  reversible: z.boolean(),
})

const words: z.ZodType<upgrade.RetrospectiveWords> = z.strictObject({
  wentWell: text.exactOptional(),
  wentBadly: text.exactOptional(),
  deviations: text.exactOptional(),
  lessons: text.exactOptional(),
  actions: text.exactOptional(),
})

const action: z.ZodType<ActionInput> = z.strictObject({
  row: text,
  title: text.exactOptional(),
  owner: text.exactOptional(),
  due: text.exactOptional(),
  note: text.exactOptional(),
})

/** Upgrades: listed, shown, begun, looked back on. */
export const UPGRADE_ENDPOINTS = {
  upgrades: endpoint({
    method: 'GET',
    path: '/v1/upgrades',
    summary: 'drafts of upgrades and proposed ones, each with its stage',
    input: nothing,
    output: z.array(upgradeLine).readonly(),
    answer: async (api) => accept(await api.upgrades.list()),
  }),
  upgrade: endpoint({
    method: 'GET',
    path: '/v1/upgrades/:id',
    summary: 'one upgrade: its stages, and what is missing for the next',
    input: byId,
    output: upgradeDetail,
    answer: (api, { id }) => api.upgrades.show(id),
  }),
  beginUpgrade: endpoint({
    method: 'POST',
    path: '/v1/upgrades',
    summary: 'begin the draft of an upgrade',
    input: acting({ input: upgradeInput }),
    output: z.array(shape.signed).readonly(),
    answer: (api, act) => api.upgrades.begin(act.input, dryRunOf(act)),
  }),
  retrospective: endpoint({
    method: 'GET',
    path: '/v1/upgrades/:id/retrospective',
    summary: 'what an upgrade took, from the log, and what is still to be said of it',
    input: byId,
    output: retrospective,
    answer: (api, { id }) => api.upgrades.retrospective(id),
  }),
  writeRetrospective: endpoint({
    method: 'POST',
    path: '/v1/upgrades/:id/retrospective',
    summary: 'begin a retrospective, or write into it',
    input: acting({ id: text, words }),
    output: z.array(shape.signed).readonly(),
    answer: (api, act) => api.upgrades.write(act.id, act.words, dryRunOf(act)),
  }),
  actOnRetrospective: endpoint({
    method: 'POST',
    path: '/v1/upgrades/:id/actions',
    summary: 'have a task come of a retrospective, each naming the other',
    input: acting({ id: text, action }),
    output: z.array(shape.signed).readonly(),
    answer: (api, act) => api.upgrades.action(act.id, act.action, dryRunOf(act)),
  }),
  archiveUpgrade: endpoint({
    method: 'POST',
    path: '/v1/upgrades/:id/archive',
    summary: 'archive a retrospective in which everything is said',
    input: acting({ id: text }),
    output: shape.signed,
    answer: (api, act) => api.upgrades.archive(act.id, dryRunOf(act)),
  }),
}

/** Carries `UpgradeApi` over a caller. */
export class UpgradeClient implements upgrade.UpgradeApi {
  private readonly call: Caller
  private readonly must: Asker

  constructor(call: Caller, must: Asker) {
    this.call = call
    this.must = must
  }

  list(): Promise<readonly upgrade.UpgradeLine[]> {
    return this.must(UPGRADE_ENDPOINTS.upgrades, {})
  }

  show(id: string): Promise<Result<upgrade.UpgradeDetail>> {
    return this.call(UPGRADE_ENDPOINTS.upgrade, { id })
  }

  begin(input: UpgradeInput, options: ActOptions = {}): Promise<Result<readonly Signed[]>> {
    return this.call(UPGRADE_ENDPOINTS.beginUpgrade, { input, ...options })
  }

  retrospective(id: string): Promise<Result<upgrade.RetrospectiveDetail>> {
    return this.call(UPGRADE_ENDPOINTS.retrospective, { id })
  }

  write(
    id: string,
    given: upgrade.RetrospectiveWords,
    options: ActOptions = {},
  ): Promise<Result<readonly Signed[]>> {
    return this.call(UPGRADE_ENDPOINTS.writeRetrospective, { id, words: given, ...options })
  }

  action(
    id: string,
    given: ActionInput,
    options: ActOptions = {},
  ): Promise<Result<readonly Signed[]>> {
    return this.call(UPGRADE_ENDPOINTS.actOnRetrospective, { id, action: given, ...options })
  }

  archive(id: string, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(UPGRADE_ENDPOINTS.archiveUpgrade, { id, ...options })
  }
}
