/** Money and work: costs, who bears which part, pledges, contributions. */
import { apportion, transfersOf } from '../apportionment.ts'
import { DAY_MS, isPast } from '../dates.ts'
import {
  defineKind,
  error,
  type Finding,
  type RegisterReport,
  type RegisterScene,
  warning,
} from '../kind.ts'
import { formatAmount, parseAmount } from '../money.ts'

const amount = { shape: 'amount', about: 'how much', required: true } as const
const currency = { shape: 'currency', about: 'in which currency', required: true } as const

/** A row that is about an amount. */
interface Money {
  readonly id: string
  readonly amount: string
  readonly currency: string
}

/** A cost as its row says. */
interface Cost extends Money {
  readonly paidBy: string
  readonly split: 'equal' | 'weight' | 'shares'
  readonly between?: readonly string[]
  readonly shares?: Readonly<Record<string, number>>
}

const digitsFinding = ({ id, amount, currency }: Money): Finding[] =>
  parseAmount(amount, currency) === undefined
    ? [
        error(
          'too-precise',
          id,
          `${currency} has no unit as small as in ${amount}`,
          'round it, and say so',
        ),
      ]
    : []

/** Costs that members share. */
export const costs = defineKind({
  kind: 'costs',
  about: 'what was paid by whom, and how members share it',
  example: {
    row: 'audit-2026',
    fields:
      '--title "Security audit" --amount 10000 --currency EUR --paid-by acme --date 2026-09-01 --split weight',
    does: 'a cost that members bear by weight, to the cent',
  },
  fields: {
    title: { shape: 'line', about: 'what was paid for', required: true },
    amount,
    currency,
    paidBy: { shape: 'member', about: 'who paid', required: true },
    date: { shape: 'date', about: 'when', required: true },
    split: {
      shape: 'word',
      words: ['equal', 'weight', 'shares'],
      about: 'alike, by weight in the charter, or by shares: of usage, by tier',
      required: true,
    },
    between: { shape: 'members', about: 'who shares it (default: all members)' },
    shares: { shape: 'shares', about: 'shares of those who bear it: acme=3 globex=1' },
    receipt: { shape: 'digest', about: 'the receipt, an artefact' },
    upgrade: { shape: 'line', about: 'the upgrade that it belongs to: its id' },
  },
  defaults: { split: 'equal' },
  shown: ['title', 'amount', 'currency', 'paidBy', 'date', 'split'],
  lint: (rows, scene) => rows.flatMap((row) => costFindings(row, scene)),
  report: { about: 'who bears which part of each cost, balances, and who pays whom', of: settling },
})

function costFindings(row: Cost, { members }: RegisterScene): Finding[] {
  const { id, split, shares = {}, between = [] } = row
  const ids = new Set(members.map((member) => member.id))
  const strangers = Object.keys(shares).filter((member) => !ids.has(member))
  return [
    ...digitsFinding(row),
    ...(split === 'shares' && Object.keys(shares).length === 0
      ? [error('no-shares', id, 'is split by shares, and names none', '--shares acme=3 globex=1')]
      : []),
    ...(split !== 'shares' && Object.keys(shares).length > 0
      ? [
          warning(
            'unused-shares',
            id,
            `names shares, and is split by ${split}`,
            '--split shares, or --clear shares',
          ),
        ]
      : []),
    ...(split === 'shares' && between.length > 0
      ? [
          warning(
            'unused-between',
            id,
            'is split by shares, which say between whom',
            '--clear between',
          ),
        ]
      : []),
    ...strangers.map((member) =>
      error(
        'no-such-member',
        id,
        `gives a share to "${member}", who is no member`,
        `one of ${[...ids].join(', ')}`,
      ),
    ),
  ]
}

/** The shares by which a cost is borne. */
export function sharesOf(
  row: Cost,
  { members }: Pick<RegisterScene, 'members'>,
): Map<string, bigint> {
  if (row.split === 'shares')
    return new Map(Object.entries(row.shares ?? {}).map(([id, share]) => [id, BigInt(share)]))
  const between = new Set(row.between ?? [])
  const bearing = members.filter(({ id }) => between.size === 0 || between.has(id))
  return new Map(
    bearing.map(({ id, weight }) => [id, row.split === 'weight' ? BigInt(weight) : 1n]),
  )
}

function settling(rows: readonly Cost[], scene: RegisterScene): RegisterReport {
  const parts = rows.flatMap((row) => {
    const units = parseAmount(row.amount, row.currency)
    return units === undefined
      ? []
      : [{ row, units, parts: apportion(units, sharesOf(row, scene)) }]
  })
  const byCurrency = [...Map.groupBy(parts, ({ row }) => row.currency)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  return {
    tables: [
      {
        title: 'Parts of each cost',
        columns: ['cost', 'member', 'part', 'currency'],
        rows: parts.flatMap(({ row, parts: borne }) =>
          [...borne].map(([member, units]) => [
            row.id,
            member,
            formatAmount(units, row.currency),
            row.currency,
          ]),
        ),
      },
      {
        title: 'Balances',
        columns: ['currency', 'member', 'paid', 'bears', 'balance'],
        rows: byCurrency.flatMap(([code, list]) => balanceRows(code, list)),
      },
      {
        title: 'Who pays whom',
        columns: ['currency', 'from', 'to', 'amount'],
        rows: byCurrency.flatMap(([code, list]) =>
          transfersOf(balancesOf(list)).map(({ from, to, units }) => [
            code,
            from,
            to,
            formatAmount(units, code),
          ]),
        ),
      },
    ],
    notes: byCurrency.map(
      ([code, list]) =>
        `${formatAmount(
          list.reduce((sum, { units }) => sum + units, 0n),
          code,
        )} ${code} in ${list.length}`,
    ),
  }
}

interface Parted {
  readonly row: Cost
  readonly units: bigint
  readonly parts: ReadonlyMap<string, bigint>
}

const paidBy = (list: readonly Parted[]): Map<string, bigint> =>
  sums(
    list.flatMap(({ row, units, parts }) =>
      parts.size === 0 ? [] : [[row.paidBy, units] as const],
    ),
  )
const borneBy = (list: readonly Parted[]): Map<string, bigint> =>
  sums(list.flatMap(({ parts }) => [...parts]))

function sums(entries: readonly (readonly [string, bigint])[]): Map<string, bigint> {
  const total = new Map<string, bigint>()
  for (const [id, units] of entries) total.set(id, (total.get(id) ?? 0n) + units)
  return total
}

/** What each has paid beyond its part; adds up to zero. */
function balancesOf(list: readonly Parted[]): Map<string, bigint> {
  const negative = [...borneBy(list)].map(([id, units]) => [id, -units] as const)
  return sums([...paidBy(list), ...negative])
}

function balanceRows(code: string, list: readonly Parted[]): string[][] {
  const [paid, borne] = [paidBy(list), borneBy(list)]
  return [...balancesOf(list)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, units]) => [
      code,
      id,
      ...[paid.get(id) ?? 0n, borne.get(id) ?? 0n, units].map((one) => formatAmount(one, code)),
    ])
}

/** What members promised to pay. */
export const pledges = defineKind({
  kind: 'pledges',
  about: 'what members promised to pay, for what, and whether it came',
  example: {
    row: 'acme-2026',
    fields: '--by acme --amount 5000 --currency EUR --purpose "testing hub" --due 2026-12-31',
    does: 'a promise of Acme itself; whoever was paid sets --received',
  },
  fields: {
    by: { shape: 'member', about: 'who promises', required: true },
    amount,
    currency,
    purpose: { shape: 'line', about: 'for what', required: true },
    due: { shape: 'date', about: 'by when', required: true },
    received: { shape: 'date', about: 'when the money came' },
  },
  shown: ['by', 'amount', 'currency', 'purpose', 'due', 'received'],
  speaksFor: 'by',
  othersWrite: ['received'],
  lint: (rows, { now }) =>
    rows.flatMap((row) => [
      ...digitsFinding(row),
      ...(row.received === undefined && isPast(row.due, now)
        ? [warning('overdue', row.id, `${row.by} promised it for ${row.due}`, 'ask, or --received')]
        : []),
    ]),
  report: { about: 'promised, received and outstanding by member', of: pledged },
})

function pledged(
  rows: readonly (Money & { readonly by: string; readonly received?: string })[],
): RegisterReport {
  const groups = [...Map.groupBy(rows, ({ by, currency }) => `${currency} ${by}`)].sort(
    ([a], [b]) => (a < b ? -1 : 1),
  )
  const total = (list: readonly Money[]): bigint =>
    list.reduce((sum, row) => sum + (parseAmount(row.amount, row.currency) ?? 0n), 0n)
  return {
    tables: [
      {
        title: 'Pledges',
        columns: ['currency', 'member', 'promised', 'received', 'outstanding'],
        rows: groups.flatMap(([, list]) => {
          const [first] = list
          if (!first) return []
          const [promised, came] = [
            total(list),
            total(list.filter((row) => row.received !== undefined)),
          ]
          const cells = [promised, came, promised - came].map((one) =>
            formatAmount(one, first.currency),
          )
          return [[first.currency, first.by, ...cells]]
        }),
      },
    ],
    notes: [],
  }
}

/** What members gave besides money. */
export const contributions = defineKind({
  kind: 'contributions',
  about: 'who gave which work, so that small members are seen too',
  example: {
    row: 'hooli-suite',
    fields: '--by hooli --what testing --title "Handshake suite" --date 2026-08-03 --hours 40',
    does: 'work that nobody paid for',
  },
  fields: {
    by: { shape: 'member', about: 'who gave it', required: true },
    what: {
      shape: 'word',
      words: [
        'code',
        'review',
        'testing',
        'operations',
        'documentation',
        'coordination',
        'mentoring',
        'infrastructure',
        'other',
      ],
      about: 'what kind of work',
      required: true,
    },
    title: { shape: 'line', about: 'what it was', required: true },
    date: { shape: 'date', about: 'when', required: true },
    hours: { shape: 'count', min: 0, max: 100_000, about: 'how many hours, roughly' },
    url: { shape: 'url', about: 'where it can be seen' },
    upgrade: { shape: 'line', about: 'the upgrade that it belongs to: its id' },
  },
  shown: ['by', 'what', 'title', 'date', 'hours'],
  lint: (rows, { now }) =>
    rows.flatMap((row) =>
      isPast(row.date, now + 2 * DAY_MS)
        ? []
        : [warning('in-future', row.id, `is of ${row.date}, which is to come`, 'mend --date')],
    ),
  report: { about: 'how much each member gave, by kind of work', of: ledger },
})

function ledger(
  rows: readonly { readonly by: string; readonly what: string; readonly hours?: number }[],
): RegisterReport {
  const groups = [...Map.groupBy(rows, ({ by, what }) => `${by} ${what}`)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  return {
    tables: [
      {
        title: 'Contributions',
        columns: ['member', 'kind', 'pieces', 'hours'],
        rows: groups.map(([, list]) => [
          list[0]?.by ?? '',
          list[0]?.what ?? '',
          String(list.length),
          String(list.reduce((sum, { hours = 0 }) => sum + hours, 0)),
        ]),
      },
    ],
    notes: [],
  }
}
