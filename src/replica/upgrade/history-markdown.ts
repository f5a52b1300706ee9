/** The history of an upgrade as Markdown: the generated part of its retrospective. */
import { formatDuration } from '../../charter/duration.ts'
import { type Row, table } from '../decision/markdown-table.ts'
import { code, escaped, momentText } from '../decision/verbatim.ts'
import type { StepTime, UpgradeHistory, Wait } from './history.ts'

/** The history as Markdown; what people wrote stands in it without power. */
export const historyMarkdown = (history: UpgradeHistory): string =>
  [
    `# Retrospective: ${escaped(history.title)}`,
    '',
    `Proposal ${code(history.id)} of ${escaped(history.author)}: **${history.outcome}**. Times are by the clocks of those who said it.`,
    ...section('Times', ['step', 'from', 'to', 'took'], history.steps.map(stepRow)),
    ...section('Who waited for whom', ['step', 'member', 'after'], history.waits.map(waitRow)),
    ...section(
      'Gates',
      ['gate', 'when', '', 'in words'],
      history.gates.map(({ gate, at, met, sentence }) => [
        escaped(gate),
        momentText(at),
        met ? 'opened' : 'shut',
        escaped(sentence),
      ]),
    ),
    ...(history.notReplayed === 0
      ? []
      : ['', `${history.notReplayed} later words are not replayed here.`]),
    ...section(
      'Overridden gates',
      ['gate', 'by ballot'],
      history.overrides.map(({ gate, ballot }) => [escaped(gate), code(ballot)]),
    ),
    ...section(
      'Halts',
      ['member', 'when', 'reason'],
      history.halts.map(({ stakeholder, at, reason }) => [
        escaped(stakeholder),
        momentText(at),
        escaped(reason),
      ]),
    ),
    ...section(
      'Deviations',
      ['stage', 'member', 'what', 'why'],
      history.deviations.map(({ stage, stakeholder, deviations, rationale }) => [
        escaped(stage),
        escaped(stakeholder),
        deviations.map(escaped).join('; ') || 'none',
        escaped(rationale),
      ]),
    ),
    ...section(
      'Participation',
      ['member', 'position', 'comments', 'attestations', 'rollout reports'],
      history.participation.map(({ stakeholder, stance, comments, attestations, reports }) => [
        escaped(stakeholder),
        escaped(stance),
        ...[comments, attestations, reports].map(String),
      ]),
    ),
  ]
    .join('\n')
    .concat('\n')

const section = (title: string, header: Row, rows: readonly Row[]): string[] => [
  '',
  `## ${title}`,
  '',
  ...(rows.length === 0 ? ['None.'] : table(header, rows)),
]

const stepRow = ({ step, from, to }: StepTime): Row => [
  escaped(step),
  momentText(from),
  to === null ? 'goes on' : momentText(to),
  to === null ? '' : took(to - from),
]

const waitRow = ({ step, stakeholder, afterMs }: Wait): Row => [
  escaped(step),
  escaped(stakeholder),
  afterMs === null ? '**silent**' : took(afterMs),
]

/** Whole seconds from a second on: nobody waits for milliseconds. */
const took = (ms: number): string => formatDuration(ms < 1000 ? Math.max(0, ms) : ms - (ms % 1000))
