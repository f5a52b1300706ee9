/** Rollouts as people read them. */

import type { Mitigation } from '../../../src/proposal/rollout/ops.ts'
import { shortId } from '../../api/ids.ts'
import type {
  RolloutDetail,
  RolloutLine,
  RolloutMember,
  RolloutStageView,
} from '../../api/rollout-api.ts'
import type { Paint, Style } from './paint.ts'
import { type Column, tableLines } from './table.ts'
import { plain } from './text.ts'
import { fromNow, moment, rough } from './time.ts'

interface Page {
  readonly tableWidth: number
  readonly paint: Paint
}

const STATE_STYLES: Readonly<Record<RolloutLine['state'], Style>> = {
  waiting: 'dim',
  running: 'good',
  paused: 'warn',
  halted: 'bad',
  'rolling-back': 'bad',
  'rolled-back': 'warn',
  complete: 'good',
  done: 'good',
}

const COLUMNS: readonly Column<RolloutLine>[] = [
  { title: 'PROPOSAL', of: ({ proposal }) => shortId(proposal), style: () => 'title' },
  { title: 'TITLE', of: ({ title }) => title, shrinks: true },
  { title: 'STATE', of: stateText, style: ({ state }) => STATE_STYLES[state] },
  { title: 'STAGE', of: ({ stage }) => stage ?? '-' },
  { title: 'OUR TURN', of: turnText, shrinks: true },
]

/** A table of rollouts. */
export const rolloutTable = (lines: readonly RolloutLine[], page: Page): string[] =>
  tableLines(COLUMNS, lines, page)

function stateText({ state, basis }: RolloutLine): string {
  return basis === 'provisional' ? `${state}, PROVISIONAL` : state
}

const TURN_WORDS = {
  hook: 'the node is at it',
  ask: 'waits for our word',
  'no-hook': 'by hand, then report',
  off: 'by hand, then report',
  'was-run': 'our hook did not do it; by hand, then report',
} as const

function turnText({ turn }: RolloutLine): string {
  return turn === null ? '-' : `${turn.kind} ${turn.stage}: ${TURN_WORDS[turn.waits]}`
}

/** One rollout, whole. */
export function rolloutLines(
  detail: RolloutDetail,
  { now, page }: { readonly now: number; readonly page: Page },
): string[] {
  const { title, proposal, slot, hold, undo, turn, attempt, halts } = detail
  const { paint } = page
  return [
    plain(title),
    `id          ${proposal}`,
    `slot        ${slot}`,
    `state       ${paint(STATE_STYLES[detail.state], stateText(detail))}`,
    ...(hold === null ? [] : [`held        ${plain(hold)}`]),
    ...(undo === null ? [] : [`goes back   ${plain(undo)}`]),
    ...(attempt === 0 ? [] : [`resumed     ${attempt} times`]),
    ...(turn === null ? [] : [`our turn    ${turnText(detail)}`]),
    ...detail.artefacts.map(({ name, digest }) => `we deploy   ${plain(name)} ${plain(digest)}`),
    ...(detail.indicators.length === 0
      ? []
      : [`halted by   ${detail.indicators.map((one) => plain(one)).join(', ')}`]),
    ...activationLines(detail),
    ...halts.map(({ sentence }) => paint('bad', `HALT        ${plain(sentence)}`)),
    ...detail.stages.flatMap((stage) => ['', ...stageLines(stage, now, page)]),
    ...hookLines(detail),
    '',
    `To go back${detail.rollback.onHalt ? ' (by itself where it is halted)' : ''}:`,
    ...detail.rollback.steps.map((step, at) => `  ${at + 1}. ${plain(step)}`),
  ]
}

const activationLines = ({ activation: { notBefore, condition } }: RolloutDetail): string[] => [
  ...(notBefore === null ? [] : [`not before  ${moment(notBefore)}`]),
  ...(condition === null ? [] : [`activation  ${plain(condition)}`]),
]

function stageLines(stage: RolloutStageView, now: number, page: Page): string[] {
  const { name, progress, hold, healthy, needed, failed, inconclusive, soakMs, soakedAt } = stage
  const soak =
    soakedAt === null || progress !== 'soaking'
      ? `soak ${rough(soakMs)}`
      : `soaked ${fromNow(soakedAt, now)}`
  const counts = [
    `healthy ${healthy.length}/${needed}`,
    `failed ${failed.length} (limit ${stage.failureLimit})`,
    `inconclusive ${inconclusive.length} (limit ${stage.inconclusiveLimit})`,
    soak,
    ...(stage.reversible ? [] : ['cannot be undone']),
  ]
  return [
    `${page.paint('title', `Stage ${name}`)}: ${progress}`,
    `  ${counts.join(', ')}`,
    ...(stage.success.length === 0 ? [] : [`  healthy is ${stage.success.map(plain).join(', ')}`]),
    ...(hold === null || progress === 'waiting' ? [] : [`  held: ${plain(hold)}`]),
    ...tableLines(MEMBER_COLUMNS, stage.members, page).map((line) => `  ${line}`),
    ...stage.members.flatMap(({ stakeholder, mitigations }) =>
      mitigations.map((one) => `  ${stakeholder} has beside it: ${mitigationText(one)}`),
    ),
    ...stage.closes.flatMap(({ stakeholder, deviations, mitigations, rationale }) => [
      `  closed by ${stakeholder}: ${plain(rationale)}`,
      ...deviations.map((one) => `    deviation: ${plain(one)}`),
      ...mitigations.map((one) => `    beside it: ${mitigationText(one)}`),
    ]),
  ]
}

const mitigationText = ({ what, effect, expiresAt }: Mitigation): string =>
  [
    plain(what),
    ...(effect === undefined ? [] : [`for: ${plain(effect)}`]),
    ...(expiresAt === undefined ? [] : [`until ${moment(expiresAt)}`]),
  ].join('; ')

const MEMBER_STYLES: Readonly<Record<RolloutMember['status'], Style>> = {
  started: 'dim',
  healthy: 'good',
  degraded: 'warn',
  failed: 'bad',
  inconclusive: 'warn',
  'rolled-back': 'warn',
  silent: 'dim',
}

const MEMBER_COLUMNS: readonly Column<RolloutMember>[] = [
  { title: 'MEMBER', of: ({ stakeholder }) => stakeholder },
  { title: 'STATUS', of: ({ status }) => status, style: ({ status }) => MEMBER_STYLES[status] },
  {
    title: 'MEASURED',
    of: ({ metrics }) => metrics.map(({ metric, value }) => `${metric} ${value}`).join(', '),
    shrinks: true,
  },
  { title: 'NOTE', of: ({ why, note }) => [why, note].filter(Boolean).join('; '), shrinks: true },
]

function hookLines({ hooks }: RolloutDetail): string[] {
  if (hooks.length === 0) return []
  return [
    '',
    'Our hooks:',
    ...hooks.map(
      ({ kind, stage, attempt, state, status, at }) =>
        `  ${kind} ${stage}${attempt === 0 ? '' : `, attempt ${attempt + 1}`}: ${status ?? state}, ${moment(at)}`,
    ),
  ]
}
