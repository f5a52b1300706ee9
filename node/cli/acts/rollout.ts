/** `rollout`: how what was adopted reaches everybody (design §3.9). */
import type { Mitigation, ReportStatus } from '../../../src/proposal/rollout/ops.ts'
import { DAY_MS, dateMs } from '../../../src/register/dates.ts'
import { shortId } from '../../api/ids.ts'
import type { MetricLine, RolloutTurnLine } from '../../api/rollout-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need, usageError } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { rolloutLines, rolloutTable } from '../view/rollout.ts'
import { signedReport } from '../view/signed.ts'

interface OnProposal {
  readonly proposal: string
}

/** Lists rollouts. */
export const list = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const rollouts = need(await api.rollouts.list())
    const text = rolloutTable(rollouts, context.print).join('\n')
    return { data: { rollouts }, text: text || 'no proposal plans a rollout' }
  })

/** Shows one. */
export const show = ({ proposal }: OnProposal, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api, now }) => {
    const detail = need(await api.rollouts.show(proposal))
    const text = rolloutLines(detail, { now: now(), page: context.print }).join('\n')
    return { data: detail, text }
  })

interface ReportCommand extends OnProposal {
  readonly status: ReportStatus
  readonly stage: string | undefined
  readonly metric: readonly string[]
  readonly mitigation: readonly string[]
  readonly note: string | undefined
  readonly dryRun: boolean
}

/** Reports how our part stands. */
export function report(input: ReportCommand, context: Context): Promise<Report> {
  const { proposal, status, stage, note, dryRun } = input
  const said = {
    ...{ proposal, status, metrics: input.metric.map(metricOf) },
    mitigations: mitigationsOf(input.mitigation),
    ...(stage !== undefined && { stage }),
    ...(note !== undefined && { note }),
  }
  return withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.rollouts.report(said, { dryRun }))
    return signedReport([signed], `✓ reported ${status}`)
  })
}

interface BecauseCommand extends OnProposal {
  readonly because: string
  readonly dryRun: boolean
}

/** Says "stop". */
export const halt = (input: BecauseCommand, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { proposal, because, dryRun } = input
    const signed = need(await api.rollouts.halt(proposal, because, { dryRun }))
    const done = signedReport([signed], '✓ halted: nothing more is opened anywhere')
    return dryRun
      ? done
      : { ...done, next: ['', 'To go on:', `  folkmoot rollout resume ${proposal}`] }
  })

/** Opens the ballot that resumes. */
export const resume = (input: BecauseCommand, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { proposal, because, dryRun } = input
    const signed = need(await api.rollouts.resume(proposal, because, { dryRun }))
    const { cid } = signed
    const done = signedReport([signed], `✓ asked that it go on\n  to be decided by ballot ${cid}`)
    return cid === null
      ? done
      : { ...done, next: ['', 'Next:', `  folkmoot vote ${shortId(cid)} yes`] }
  })

interface CloseCommand extends OnProposal {
  readonly stage: string
  readonly deviation: readonly string[]
  readonly noDeviations: boolean
  readonly mitigation: readonly string[]
  readonly because: string
  readonly dryRun: boolean
}

/** Closes a stage. */
export function close(input: CloseCommand, context: Context): Promise<Report> {
  const { proposal, stage, deviation: deviations, noDeviations, because, dryRun } = input
  if ((deviations.length === 0) !== noDeviations)
    throw usageError(
      noDeviations ? 'there are deviations, and there are none' : 'nothing is said of deviations',
      'give --deviation "…", or --no-deviations where everything went as planned',
    )
  const mitigations = mitigationsOf(input.mitigation)
  return withNode(context, 'daemon', async ({ api }) => {
    const record = { proposal, stage, deviations, mitigations, rationale: because }
    const signed = need(await api.rollouts.close(record, { dryRun }))
    return signedReport([signed], `✓ closed stage ${stage}`)
  })
}

/** Lets a hook run. */
export const approve = ({ proposal }: OnProposal, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) =>
    turnReport(need(await api.rollouts.approve(proposal))),
  )

/** Goes back. */
export const rollback = ({ proposal }: OnProposal, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) =>
    turnReport(need(await api.rollouts.rollback(proposal))),
  )

const turnReport = (turn: RolloutTurnLine): Report => ({
  data: turn,
  text: `✓ the node runs our ${turn.kind} hook (stage ${turn.stage}), and reports what comes of it`,
})

function metricOf(written: string): MetricLine {
  const at = written.indexOf('=')
  if (at > 0) return { metric: written.slice(0, at), value: written.slice(at + 1) }
  throw usageError(`"${written}" is no metric`, 'write it as name=value: --metric error-rate=0.4%')
}

const mitigationsOf = (texts: readonly string[]): Mitigation[] => texts.map(mitigationOf)

/** `what; for: effect; until: date`: what it is for and when it ends may be left out. */
function mitigationOf(written: string): Mitigation {
  const [what = '', ...rest] = written.split(';').map((part) => part.trim())
  const after = (word: string): string | undefined =>
    rest
      .find((part) => part.startsWith(word))
      ?.slice(word.length)
      .trim()
  const [effect, until] = [after('for:'), after('until:')]
  const expiresAt = until === undefined ? undefined : dateMs(until)
  const odd = rest.some((part) => !/^(for|until):/.test(part))
  if (what === '' || odd || (until !== undefined && expiresAt === undefined))
    throw usageError(
      `"${written}" is no mitigation`,
      'write it as "what; for: what it is to do; until: 2026-12-01"',
    )
  return {
    what,
    ...(effect !== undefined && { effect }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt + DAY_MS - 1 }),
  }
}
