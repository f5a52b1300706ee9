/** `audit`: checks a bundle; needs no home and no daemon. */

import { readBundle } from '../../api/bundle.ts'
import { shortId } from '../../api/ids.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import { type AuditReport, auditBundle } from '../audit/audit.ts'
import type { BallotAudit } from '../audit/ballot-audit.ts'
import type { RolloutAudit } from '../audit/rollout-audit.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { readGiven } from '../files.ts'
import { type Column, tableLines } from '../view/table.ts'
import { count, plain } from '../view/text.ts'
import { moment } from '../view/time.ts'

/** Between two progress lines, in operations. */
const PROGRESS_EVERY = 500

/** Audits a bundle; exit code 1 when anything does not hold. */
export async function audit(
  { bundle: path }: { readonly bundle: string },
  context: Context,
): Promise<Report> {
  const bundle = readBundle(readGiven(context, path))
  if (!bundle.ok) throw new CliError(bundle.code, bundle.message, bundle.hint ?? 'ask for another')
  const report = auditBundle(bundle.value, {
    verifier: new OpensslVerifier(),
    now: () => context.io.now(),
    progress: (done, total) => {
      if (done % PROGRESS_EVERY === 0) context.print.progress(`checking ${done} of ${total} …`)
    },
  })
  const isGood = report.faults.length === 0
  const verdict = isGood ? {} : VERDICT
  return {
    data: { ...verdict, ...report },
    text: auditLines(report, context).join('\n'),
    exit: isGood ? EXIT.ok : EXIT.failed,
  }
}

const VERDICT = {
  code: 'audit-failed',
  message: 'the bundle does not hold',
  hint: 'see faults; ask another member for an export and compare digests',
}

function auditLines(report: AuditReport, { print }: Context): string[] {
  const { paint } = print
  const unsound = report.ballots.flatMap(({ id, outcome, seals }) =>
    outcome !== 'adopted'
      ? []
      : seals
          .filter(({ passes }) => !passes)
          .map(
            ({ stakeholder, unmet }) =>
              `! ${shortId(id)}: ${stakeholder} endorsed a tally that does not pass (${unmet.join(', ')})`,
          ),
  )
  const faults = report.faults.map(
    ({ code, what }) => `${paint('bad', '✗')} ${code}: ${plain(what)}`,
  )
  return [
    ...factLines(report).map(([name, value]) => `${paint('dim', name.padEnd(11))} ${value}`),
    '',
    ...tableLines(COLUMNS, report.ballots, print),
    ...(report.ballots.length > 0 ? [''] : []),
    ...report.ballots.flatMap(silentLines),
    ...report.rollouts.flatMap(rolloutLines),
    ...unsound,
    ...faults,
    faults.length === 0
      ? `${paint('good', '✓')} everything holds`
      : paint('bad', `${count(faults.length, 'fault')}: this bundle does not hold`),
  ]
}

/** Who was put out by a reconstitution, and when each had said its last by its own clock. */
const silentLines = ({ id, removesSilent }: BallotAudit): string[] =>
  removesSilent.map(
    (one) =>
      `· ${shortId(id)} decides without ${plain(one.id)}, ${one.saidAt === null ? 'who never said a word' : `whose last word is of ${moment(one.saidAt)}`}`,
  )

const rolloutLines = ({ title, state, stages, halts, outsiders }: RolloutAudit): string[] => [
  `· rollout of "${plain(title)}": ${state}; ${stages.map(({ name, progress }) => `${name} ${progress}`).join(', ')}`,
  ...halts.map((sentence) => `  halted: ${plain(sentence)}`),
  ...(outsiders.length === 0 ? [] : [`  not counted: reports of ${outsiders.join(', ')}`]),
]

const factLines = (report: AuditReport): readonly (readonly [string, string])[] => [
  ['coalition', `${plain(report.name)} (${report.coalition})`],
  [
    'operations',
    `${report.ops.counted} counted of ${report.ops.total}, ${count(report.chains, 'chain')}`,
  ],
  [
    'forks',
    report.forks.map(({ key, seq }) => `${key.slice(0, 16)} at ${seq}`).join(', ') || 'none',
  ],
  [
    'charters',
    report.charters
      .map(
        ({ version, id, stakeholders }) => `${version} (${shortId(id)}, ${stakeholders} members)`,
      )
      .join(' → '),
  ],
  ['ratified', `${report.ratified.weight} of ${report.ratified.total}`],
  ['documents', documentsText(report)],
  ['digest', `operations ${report.digests.ops}`],
  ['', `state      ${report.digests.state}`],
]

const documentsText = ({ documents: { documents, edits, frozen, void: broken } }: AuditReport) =>
  documents === 0
    ? 'none'
    : `${documents}, ${count(edits, 'edit')}, ${count(frozen, 'freeze')} that hold${broken.length > 0 ? `, ${broken.length} void` : ''}`

const COLUMNS: readonly Column<BallotAudit>[] = [
  { title: 'BALLOT', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'TITLE', of: ({ title }) => title, shrinks: true },
  {
    title: 'OUTCOME',
    of: ({ outcome }) => outcome,
    style: ({ outcome }) => (outcome === 'adopted' ? 'good' : 'dim'),
  },
  {
    title: 'ROUND',
    of: ({ round, endedBy }) => (endedBy ? 'amended' : round === null ? '' : String(round)),
  },
  { title: 'ENDORSED', of: ({ weights }) => `${weights.endorsing}/${weights.quorum}` },
  { title: 'SETTLED', of: ({ weights }) => `${weights.settling}/${weights.quorum}` },
  {
    title: 'JUSTIFIED',
    of: ({ isJustified }) => (isJustified === null ? '' : isJustified ? 'yes' : 'NO'),
    style: ({ isJustified }) => (isJustified === false ? 'bad' : undefined),
  },
]
