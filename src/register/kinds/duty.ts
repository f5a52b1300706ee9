/** Who answers for what: RACI, assurances. */
import { isPast, isWithin } from '../dates.ts'
import {
  defineKind,
  error,
  type Finding,
  type RegisterReport,
  type RegisterScene,
  warning,
} from '../kind.ts'

/** Activities that every upgrade and every disclosure has. */
export const STANDARD_ACTIVITIES = [
  'approve',
  'test',
  'monitor',
  'author notices',
  'coordinate vendors',
  'third-party communication',
] as const

/** An activity as its row says. */
interface Duty {
  readonly id: string
  readonly activity: string
  readonly scope?: string
  readonly accountable?: readonly string[]
  readonly responsible?: readonly string[]
  readonly consulted?: readonly string[]
  readonly informed?: readonly string[]
}

/** Who is responsible, accountable, consulted, informed. */
export const raci = defineKind({
  kind: 'raci',
  about: 'who does, answers for, advises on and hears of each activity; exactly one answers',
  example: {
    row: 'notify-vendors',
    fields:
      '--activity "coordinate vendors" --accountable acme --responsible globex hooli --informed initech',
    does: 'an activity with the one who answers for it',
  },
  fields: {
    activity: {
      shape: 'line',
      about: `what is done, such as ${STANDARD_ACTIVITIES.join(', ')}`,
      required: true,
    },
    scope: { shape: 'line', about: 'of what: a component, an upgrade (default: everything)' },
    accountable: { shape: 'members', about: 'the one who answers for it' },
    responsible: { shape: 'members', about: 'who does it' },
    consulted: { shape: 'members', about: 'who is asked before' },
    informed: { shape: 'members', about: 'who is told after' },
  },
  shown: ['activity', 'scope', 'accountable', 'responsible', 'consulted', 'informed'],
  lint: (rows) => raciFindings(rows),
  report: {
    about: 'each member with its letters, and standard activities that nobody has',
    of: raciMatrix,
  },
})

const accountableOf = ({ accountable = [] }: Duty): string[] => [...new Set(accountable)].sort()
const nameOf = ({ activity, scope = '' }: Duty): string =>
  [activity, scope].map((text) => text.trim().toLowerCase()).join(' / ')

/** Exactly one is accountable for an activity, and no two rows say different ones. */
export function raciFindings(rows: readonly Duty[]): Finding[] {
  return [...rows.flatMap(dutyFindings), ...overlaps(rows)]
}

function dutyFindings(row: Duty): Finding[] {
  const { id, activity, responsible = [] } = row
  const accountable = accountableOf(row)
  const [first, ...more] = accountable
  return [
    ...(first === undefined
      ? [
          error(
            'no-accountable',
            id,
            `nobody answers for "${activity}"`,
            '--accountable with one member',
          ),
        ]
      : []),
    ...(more.length > 0
      ? [
          error(
            'several-accountable',
            id,
            `${accountable.join(' and ')} answer for "${activity}", so nobody does`,
            '--accountable with one of them',
          ),
        ]
      : []),
    ...(responsible.length === 0
      ? [warning('nobody-responsible', id, `nobody does "${activity}"`, '--responsible')]
      : []),
  ]
}

/** The same activity of the same scope in two rows: an overlap where another answers in the later. */
function overlaps(rows: readonly Duty[]): Finding[] {
  return [...Map.groupBy(rows, nameOf).values()].flatMap((same) => {
    const [first, ...rest] = same.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const answering = first ? accountableOf(first) : []
    return rest.map((row) => {
      const others = accountableOf(row).filter((id) => !answering.includes(id))
      const where = `"${row.activity}" is in row ${first?.id} too`
      return others.length === 0 || answering.length === 0
        ? warning('duplicate', row.id, where, 'remove one of them')
        : error(
            'overlap',
            row.id,
            `${where}, where ${answering.join(' and ')} answers, not ${others.join(' and ')}`,
            'agree on one, remove the other row',
          )
    })
  })
}

function raciMatrix(rows: readonly Duty[], { members }: RegisterScene): RegisterReport {
  const letters = (row: Duty, member: string): string =>
    [
      row.responsible?.includes(member) ? 'R' : '',
      row.accountable?.includes(member) ? 'A' : '',
      row.consulted?.includes(member) ? 'C' : '',
      row.informed?.includes(member) ? 'I' : '',
    ].join('')
  const held = new Set(rows.map(({ activity }) => activity.trim().toLowerCase()))
  return {
    tables: [
      {
        title: 'RACI',
        columns: ['activity', 'scope', ...members.map(({ id }) => id)],
        rows: rows.map((row) => [
          row.activity,
          row.scope ?? '',
          ...members.map(({ id }) => letters(row, id)),
        ]),
      },
    ],
    notes: STANDARD_ACTIVITIES.filter((activity) => !held.has(activity)).map(
      (activity) => `no row for "${activity}"`,
    ),
  }
}

/** Days ahead of its end at which an assurance shows. */
export const EXPIRING_DAYS = 30

/** What members assure each other. */
export const assurances = defineKind({
  kind: 'assurances',
  about: 'what each member assures the others, and until when',
  example: {
    row: 'acme-keys',
    fields:
      '--by acme --statement "Signing keys are in an HSM" --given 2026-01-10 --expires 2027-01-10',
    does: 'counts as said only where Acme wrote it',
  },
  fields: {
    by: { shape: 'member', about: 'who assures', required: true },
    statement: { shape: 'line', about: 'what', required: true },
    given: { shape: 'date', about: 'since when', required: true },
    expires: { shape: 'date', about: 'until when', required: true },
    evidence: { shape: 'digest', about: 'evidence, an artefact' },
  },
  shown: ['by', 'statement', 'given', 'expires'],
  speaksFor: 'by',
  lint: (rows, { now }) =>
    rows.flatMap(({ id, by, given, expires }) => [
      ...(isPast(expires, now)
        ? [error('expired', id, `${by} assured it until ${expires}`, 'renew it: --expires')]
        : []),
      ...(!isPast(expires, now) && isWithin(expires, now, EXPIRING_DAYS)
        ? [warning('expiring', id, `ends ${expires}`, 'renew it: --expires')]
        : []),
      ...(expires < given
        ? [error('ends-before', id, 'ends before it begins', 'mend the dates')]
        : []),
    ]),
  report: { about: 'who assures what', of: assuranceMatrix },
  calendar: (rows) =>
    rows.map(({ id, by, statement, expires }) => ({
      id,
      title: `${by}: assurance ends: ${statement}`,
      description: '',
      when: { date: expires },
    })),
})

function assuranceMatrix(
  rows: readonly { readonly by: string; readonly statement: string; readonly expires: string }[],
  { members, now }: RegisterScene,
): RegisterReport {
  const statements = [...new Set(rows.map(({ statement }) => statement))].sort()
  const cell = (statement: string, member: string): string => {
    const dates = rows
      .filter((row) => row.by === member && row.statement === statement)
      .map(({ expires }) => expires)
      .sort()
    const last = dates.at(-1)
    return last === undefined ? '' : isPast(last, now) ? `ended ${last}` : last
  }
  return {
    tables: [
      {
        title: 'Assurances, each until when',
        columns: ['statement', ...members.map(({ id }) => id)],
        rows: statements.map((statement) => [
          statement,
          ...members.map(({ id }) => cell(statement, id)),
        ]),
      },
    ],
    notes: [],
  }
}
