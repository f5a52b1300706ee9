/** What binds members: constraints of jurisdictions, policies, and where they may differ. */
import { isPast, isWithin } from '../dates.ts'
import { defineKind, error, type Finding, type RegisterScene, warning } from '../kind.ts'
import { isContact } from '../security-txt.ts'

/** What laws and contracts ask, mapped to the design. */
export const constraints = defineKind({
  kind: 'constraints',
  about: 'what a jurisdiction asks, what that touches, and how the design meets it',
  example: {
    row: 'gdpr-17',
    fields:
      '--jurisdiction EU --rule "Erasure on request" --affects ledger --owner acme --due 2026-10-01',
    does: 'red until --met-by says how the design meets it',
  },
  fields: {
    jurisdiction: { shape: 'line', about: 'where it holds', required: true },
    rule: { shape: 'line', about: 'what it asks', required: true },
    source: { shape: 'url', about: 'where the rule is written' },
    affects: { shape: 'lines', about: 'components, or parts of the design, that it touches' },
    metBy: { shape: 'prose', about: 'how the design meets it' },
    owner: { shape: 'member', about: 'who sees to it' },
    due: { shape: 'date', about: 'by when it must be approved' },
    status: {
      shape: 'word',
      words: ['open', 'in-review', 'approved', 'waived'],
      about: 'where its review stands',
      required: true,
    },
    reviewers: { shape: 'members', about: 'who reviews it together' },
  },
  defaults: { status: 'open' },
  shown: ['jurisdiction', 'rule', 'affects', 'owner', 'due', 'status'],
  columns: [{ title: 'mapped', of: (row) => ((row.metBy ?? '').trim() === '' ? 'NO' : 'yes') }],
  lint: (rows, scene) => rows.flatMap((row) => constraintFindings(row, scene)),
  calendar: (rows) =>
    rows.flatMap(({ id, jurisdiction, rule, due, status }) =>
      due === undefined || status === 'approved' || status === 'waived'
        ? []
        : [{ id, title: `${jurisdiction}: ${rule}`, description: '', when: { date: due } }],
    ),
})

interface Constraint {
  readonly id: string
  readonly jurisdiction: string
  readonly metBy?: string
  readonly owner?: string
  readonly due?: string
  readonly status: string
  readonly affects?: readonly string[]
}

function constraintFindings(row: Constraint, { now, members }: RegisterScene): Finding[] {
  const { id, metBy = '', owner, due, status, jurisdiction, affects = [] } = row
  if (status === 'waived') return []
  const isMapped = metBy.trim() !== ''
  const known = members.some(({ jurisdictions }) => jurisdictions.includes(jurisdiction))
  return [
    ...(isMapped
      ? []
      : [error('unmapped', id, 'nothing says how the design meets it', '--met-by "…"')]),
    ...(owner === undefined ? [error('no-owner', id, 'nobody sees to it', '--owner')] : []),
    ...(affects.length === 0
      ? [warning('touches-nothing', id, 'says not what it touches', '--affects')]
      : []),
    ...(due === undefined ? [warning('no-date', id, 'has no date', '--due')] : []),
    ...(status !== 'approved' && isPast(due, now)
      ? [
          error(
            'overdue',
            id,
            `was due ${due} and is not approved`,
            'review it, or agree on another date',
          ),
        ]
      : []),
    ...(status === 'approved' && !isMapped
      ? [
          error(
            'approved-unmapped',
            id,
            'is approved, though nothing says how it is met',
            '--met-by "…"',
          ),
        ]
      : []),
    ...(known
      ? []
      : [
          warning(
            'no-such-jurisdiction',
            id,
            `no member is in "${jurisdiction}"`,
            'spell it as the charter does',
          ),
        ]),
  ]
}

/** Policies that every member publishes. */
export const REQUIRED_POLICIES = ['threat-model', 'incident-response', 'disclosure'] as const
/** Days ahead of its next review at which a policy shows. */
const SOON_DAYS = 30

/** Policies by member. */
export const policies = defineKind({
  kind: 'policies',
  about: 'threat models, incident playbooks, disclosure policies: who has published which',
  example: {
    row: 'acme-disclosure',
    fields:
      '--by acme --what disclosure --url https://acme.example/security --contact mailto:security@acme.example --review-by 2027-03-01',
    does: 'where it is, whom to write to, when it is reviewed next',
  },
  fields: {
    by: { shape: 'member', about: 'whose policy it is', required: true },
    what: {
      shape: 'word',
      words: [...REQUIRED_POLICIES, 'privacy', 'support', 'other'],
      about: 'what it is; every member needs the first three',
      required: true,
    },
    url: { shape: 'url', about: 'where it is published' },
    digest: { shape: 'digest', about: 'its content, if it is an artefact of the coalition' },
    contact: { shape: 'url', about: 'whom to write to: mailto:, https: or tel:' },
    canonical: { shape: 'url', about: 'where its security.txt is published' },
    encryption: { shape: 'url', about: 'where the key is that reports are encrypted to' },
    acknowledgments: { shape: 'url', about: 'where those who reported are thanked' },
    languages: { shape: 'lines', about: 'languages that reports are read in: en de' },
    reviewBy: { shape: 'date', about: 'by when it is reviewed again', required: true },
  },
  shown: ['by', 'what', 'url', 'digest', 'reviewBy'],
  speaksFor: 'by',
  lint: (rows, scene) => [
    ...rows.flatMap((row) => policyFindings(row, scene)),
    ...missingPolicies(rows, scene),
  ],
  calendar: (rows) =>
    rows.map(({ id, by, what, reviewBy }) => ({
      id,
      title: `${by}: review of its ${what} policy`,
      description: '',
      when: { date: reviewBy },
    })),
})

interface Policy {
  readonly id: string
  readonly by: string
  readonly what: string
  readonly url?: string
  readonly digest?: string
  readonly contact?: string
  readonly reviewBy: string
}

const policyFindings = (row: Policy, { now, artefacts }: RegisterScene): Finding[] => [
  ...(row.url === undefined && row.digest === undefined
    ? [error('nowhere', row.id, 'says not where it is', '--url or --digest')]
    : []),
  ...(row.what === 'disclosure' && row.contact === undefined
    ? [error('no-contact', row.id, 'a disclosure policy names whom to write to', '--contact')]
    : []),
  ...(row.contact !== undefined && !isContact(row.contact)
    ? [
        error(
          'odd-contact',
          row.id,
          `nobody is written to at ${row.contact}`,
          '--contact with https://, mailto: or tel:',
        ),
      ]
    : []),
  ...(row.digest !== undefined && !artefacts.has(row.digest)
    ? [
        warning(
          'not-announced',
          row.id,
          'no member announced an artefact of that digest',
          'folkmoot artefact add',
        ),
      ]
    : []),
  ...(isWithin(row.reviewBy, now, SOON_DAYS)
    ? [
        warning(
          'review-due',
          row.id,
          `its review is due ${row.reviewBy}`,
          'review it, then --review-by',
        ),
      ]
    : []),
]

/** A register that somebody began shows which policies members lack. */
function missingPolicies(rows: readonly Policy[], { members }: RegisterScene): Finding[] {
  if (rows.length === 0) return []
  return members.flatMap(({ id }) =>
    REQUIRED_POLICIES.filter((what) => !rows.some((row) => row.by === id && row.what === what)).map(
      (what) =>
        warning(
          'missing-policy',
          null,
          `${id} has published no ${what} policy`,
          `folkmoot register policies add ${id}-${what} --by ${id} --what ${what} …`,
        ),
    ),
  )
}

/** Versions that members may still run. */
export const variances = defineKind({
  kind: 'variances',
  about: 'in what members may differ for a time: which versions of what, until when',
  example: {
    row: 'hooli-core',
    fields:
      '--by hooli --component core --versions 1.4 1.5 --until 2026-12-01 --because "slow change board"',
    does: 'Hooli may stay behind until December',
  },
  fields: {
    by: { shape: 'member', about: 'who may differ', required: true },
    component: { shape: 'line', about: 'in what', required: true },
    versions: { shape: 'lines', about: 'which versions are fine', required: true },
    running: { shape: 'line', about: 'which version it runs' },
    until: { shape: 'date', about: 'for how long', required: true },
    because: { shape: 'prose', about: 'why' },
  },
  shown: ['by', 'component', 'versions', 'running', 'until'],
  columns: [{ title: 'within', of: (row) => withinText(row) }],
  lint: (rows, { now, components }) =>
    rows.flatMap((row) => [
      ...(withinText(row) === 'NO'
        ? [
            error(
              'outside',
              row.id,
              `${row.by} runs ${row.running}; fine are ${row.versions.join(', ')}`,
              'move to one of them',
            ),
          ]
        : []),
      ...(isPast(row.until, now)
        ? [
            error(
              'expired',
              row.id,
              `was allowed until ${row.until}`,
              'end it, or agree on another date',
            ),
          ]
        : []),
      ...(components.length > 0 && !components.includes(row.component)
        ? [
            warning(
              'no-such-component',
              row.id,
              `the charter has no component "${row.component}"`,
              `one of ${components.join(', ')}`,
            ),
          ]
        : []),
    ]),
})

const withinText = (row: {
  readonly running?: string
  readonly versions: readonly string[]
}): string => (row.running === undefined ? '' : row.versions.includes(row.running) ? 'yes' : 'NO')
