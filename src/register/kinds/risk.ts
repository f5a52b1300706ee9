/** What may go wrong, and what is done about it. */
import { DAY_MS, isPast } from '../dates.ts'
import { defineKind, error, type Finding, type RegisterReport, warning } from '../kind.ts'
import { MAX_RISK_LEVEL } from '../limits.ts'

const level = { shape: 'count', min: 1, max: MAX_RISK_LEVEL } as const

/** From this score, likelihood × impact, a risk needs a mitigation with owner and date. */
export const HIGH_SCORE = 10
/** From this score a risk is critical. */
export const CRITICAL_SCORE = 17
/** A risk that nobody looked at for so many days is to be assessed again. */
export const REASSESS_DAYS = 90

/** How bad a score of likelihood × impact is. */
export const gradeOf = (score: number): 'low' | 'medium' | 'high' | 'critical' =>
  score >= CRITICAL_SCORE
    ? 'critical'
    : score >= HIGH_SCORE
      ? 'high'
      : score >= 5
        ? 'medium'
        : 'low'

interface Risk {
  readonly id: string
  readonly likelihood: number
  readonly impact: number
  readonly status: string
  readonly owner?: string
  readonly mitigation?: string
  readonly due?: string
  readonly expires?: string
  readonly assessed?: string
  readonly residualLikelihood?: number
  readonly residualImpact?: number
}

const scoreOf = ({ likelihood, impact }: Risk): number => likelihood * impact
const residualOf = (risk: Risk): number =>
  (risk.residualLikelihood ?? risk.likelihood) * (risk.residualImpact ?? risk.impact)
const isClosed = ({ status }: { readonly status: string }): boolean => status === 'closed'

/** Risks with mitigations. */
export const risks = defineKind({
  kind: 'risks',
  about: 'what may go wrong, how bad that is, and what is done about it',
  example: {
    row: 'data-loss',
    fields:
      '--title "Ledger lost in migration" --likelihood 2 --impact 5 --owner acme --mitigation "copy first, compare digests" --due 2026-09-01 --assessed 2026-08-01',
    does: 'a risk with its mitigation, owner and date',
  },
  fields: {
    title: { shape: 'line', about: 'what may happen', required: true },
    likelihood: { ...level, about: 'how likely, 5 is nearly certain', required: true },
    impact: { ...level, about: 'how bad, 5 is a disaster', required: true },
    owner: { shape: 'member', about: 'who looks after it' },
    mitigation: { shape: 'prose', about: 'what is done about it' },
    effect: { shape: 'line', about: 'how it is seen that the mitigation works' },
    due: { shape: 'date', about: 'when the mitigation is in place' },
    expires: { shape: 'date', about: 'when a temporary mitigation ends' },
    residualLikelihood: { ...level, about: 'how likely with the mitigation' },
    residualImpact: { ...level, about: 'how bad with the mitigation' },
    status: {
      shape: 'word',
      words: ['open', 'mitigated', 'accepted', 'closed'],
      about: 'where it stands',
      required: true,
    },
    assessed: { shape: 'date', about: 'when it was last assessed' },
    upgrade: { shape: 'line', about: 'the upgrade that it belongs to: its id' },
  },
  defaults: { status: 'open' },
  shown: ['title', 'likelihood', 'impact', 'owner', 'status', 'due', 'assessed'],
  columns: [
    { title: 'score', of: (row) => `${scoreOf(row)} ${gradeOf(scoreOf(row))}` },
    { title: 'residual', of: (row) => `${residualOf(row)} ${gradeOf(residualOf(row))}` },
  ],
  lint: (rows, { now }) =>
    rows.filter((row) => !isClosed(row)).flatMap((row) => riskFindings(row, now)),
  report: { about: 'how many risks there are of each likelihood and impact', of: riskMatrix },
  calendar: (rows) =>
    rows.flatMap(({ id, title, due, status }) =>
      due === undefined || status === 'closed'
        ? []
        : [{ id, title: `Mitigation due: ${title}`, description: '', when: { date: due } }],
    ),
})

function riskFindings(risk: Risk, now: number): Finding[] {
  const { id, mitigation = '', owner, due, status, expires, assessed } = risk
  const isHigh = scoreOf(risk) >= HIGH_SCORE
  const bare = mitigation.trim() === ''
  const score = `its score is ${scoreOf(risk)}, ${gradeOf(scoreOf(risk))}`
  return [
    ...(isHigh && bare && status !== 'accepted'
      ? [
          error(
            'unmitigated',
            id,
            `${score}, and nothing is done about it`,
            '--mitigation "…", or --status accepted',
          ),
        ]
      : []),
    ...(isHigh && owner === undefined
      ? [error('no-owner', id, `${score}, and nobody looks after it`, '--owner')]
      : []),
    ...(isHigh && !bare && due === undefined
      ? [warning('no-date', id, 'its mitigation has no date', '--due')]
      : []),
    ...(status === 'open' && isPast(due, now)
      ? [
          warning(
            'overdue',
            id,
            `its mitigation was due ${due}`,
            '--status mitigated, or another --due',
          ),
        ]
      : []),
    ...(isPast(expires, now)
      ? [error('expired', id, `its mitigation ended ${expires}`, 'put another in place')]
      : []),
    ...(residualOf(risk) > scoreOf(risk)
      ? [
          error(
            'worse-mitigated',
            id,
            'it is worse with its mitigation than without',
            'assess it again',
          ),
        ]
      : []),
    ...(assessed === undefined || isPast(assessed, now - REASSESS_DAYS * DAY_MS)
      ? [
          warning(
            'stale',
            id,
            assessed === undefined ? 'says not when it was assessed' : `was assessed ${assessed}`,
            'assess it again: --assessed',
          ),
        ]
      : []),
  ]
}

function riskMatrix(rows: readonly Risk[]): RegisterReport {
  const open = rows.filter((row) => !isClosed(row))
  const levels = Array.from({ length: MAX_RISK_LEVEL }, (_, i) => i + 1)
  const cell = (likelihood: number, impact: number): string =>
    open
      .filter((row) => row.likelihood === likelihood && row.impact === impact)
      .map(({ id }) => id)
      .join(' ')
  const grades = Map.groupBy(open, (row) => gradeOf(scoreOf(row)))
  return {
    tables: [
      {
        title: 'Open risks, likelihood down, impact across',
        columns: ['', ...levels.map(String)],
        rows: levels
          .toReversed()
          .map((likelihood) => [
            String(likelihood),
            ...levels.map((impact) => cell(likelihood, impact)),
          ]),
      },
    ],
    notes: (['critical', 'high', 'medium', 'low'] as const).map(
      (grade) => `${grade}: ${grades.get(grade)?.length ?? 0}`,
    ),
  }
}
