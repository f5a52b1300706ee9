/**
 * A decision record as Markdown (design §3.4): for minutes, for a wiki, for whoever joins next year.
 * What people wrote stands in fenced blocks, verbatim; nothing that they wrote can act as markup.
 */
import { formatFraction } from '../../charter/fraction.ts'
import type { Subject } from '../../proposal/attestation/statement.ts'
import { keyed, type Row, table } from './markdown-table.ts'
import type { DecisionRecord, RecordedVote } from './record.ts'
import { code, escaped, fenced, momentText } from './verbatim.ts'

/** The record as Markdown; the same record gives the same text everywhere. */
export const decisionMarkdown = (record: DecisionRecord): string =>
  [
    `# Decision record: ${escaped(record.proposal.title)}`,
    '',
    ...headLines(record),
    ...proposalLines(record),
    ...criteriaLines(record),
    ...voteLines(record),
    ...ruleLines(record),
    ...sealLines(record),
    ...dissentLines(record),
    ...discussionLines(record),
    ...attestationLines(record),
    ...checkLines(record),
  ]
    .join('\n')
    .concat('\n')

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0
    ? []
    : ['', `## ${title}`, '', ...lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)]

const OUTCOME = { adopted: 'Adopted', declined: 'Declined', open: 'Open' } as const

function headLines({
  coalition,
  charter,
  proposal,
  outcome,
  violations,
}: DecisionRecord): string[] {
  const { round, endedBy, withdrawn, provisional } = outcome
  const how = [
    round === null ? '' : `, settled in round ${round}`,
    endedBy === null ? '' : `, ended by amendment \`${endedBy}\``,
    withdrawn ? '; its author withdrew it' : '',
    provisional === null ? '' : `; a reduced coalition's provisional outcome: ${provisional}`,
  ].join('')
  return [
    `**${OUTCOME[outcome.outcome]}**${how}.`,
    '',
    ...keyed([
      ['Coalition', `${escaped(coalition.name)} (\`${coalition.id}\`)`],
      ['Charter', `version ${charter.version} (\`${charter.id}\`)`],
      ['Ballot', `\`${proposal.id}\``],
      ['Proposed by', escaped(proposal.author)],
      ['Kind, track', `${proposal.kind}, ${escaped(proposal.track)}`],
      ['Slot', slotText(proposal)],
      ['Components', proposal.components.map(escaped).join(', ') || 'none'],
      ['Reversible', proposal.reversible ? 'yes' : 'no'],
      ['Opened', momentText(proposal.opensAt)],
    ]),
    ...(proposal.removesSilent.length === 0
      ? []
      : [
          `\n**Reconstitution:** the rest decided without ${proposal.removesSilent.map(escaped).join(', ')}, silent for as long as the charter asks by the clocks of those who endorsed.`,
        ]),
    ...violations.map((sentence) => `\n**Safety violation:** ${escaped(sentence)}.`),
  ]
}

const slotText = ({ slot, replaces }: DecisionRecord['proposal']): string =>
  `${escaped(slot)}${replaces === null ? '' : `, replaces \`${replaces}\``}`

function proposalLines({ proposal }: DecisionRecord): string[] {
  const { summary, document, subjects } = proposal
  const named: Row[] = subjects.map(({ name, digest }) => [escaped(name), code(digest)])
  return section('What was decided', [
    ...(summary === '' ? [] : [...fenced(summary), '']),
    `Text (${code(document.digest)})${frozenWords(document)}${document.text === null ? '.' : ':'}`,
    ...(document.text === null ? [] : ['', ...fenced(document.text)]),
    ...scopeLines(proposal),
    ...(named.length === 0 ? [] : ['', ...table(['Subject', 'Digest'], named)]),
    ...amendmentLines(proposal),
  ])
}

const SCOPE = [
  ['objectives', 'Objectives'],
  ['nonGoals', 'Not its aim'],
  ['compatibility', 'Stays compatible'],
  ['performance', 'Expected'],
  ['variability', 'In what members may differ'],
] as const

function scopeLines({ scope }: DecisionRecord['proposal']): string[] {
  const rows: Row[] = SCOPE.flatMap(([part, title]) =>
    scope[part].map((said, i): Row => [i === 0 ? title : '', escaped(said)]),
  )
  return rows.length === 0 ? [] : ['', ...table(['Scope', ''], rows)]
}

const frozenWords = ({ freeze }: DecisionRecord['proposal']['document']): string =>
  freeze === null ? '' : `, a document frozen as \`${freeze}\``

function amendmentLines({ amendment }: DecisionRecord['proposal']): string[] {
  if (amendment === null) return []
  const { members, rules, charter } = amendment
  const changed: Row[] = rules.map(({ path, before, after }) => [
    code(path),
    escaped(before ?? ''),
    escaped(after ?? ''),
  ])
  return [
    ...(members.length === 0
      ? []
      : ['', ...members.map(({ sentence }) => `- ${escaped(sentence)}`)]),
    ...(changed.length === 0 ? [] : ['', ...table(['Rule', 'Before', 'After'], changed)]),
    ...['', 'The charter that it makes:', '', ...fenced(charter.trimEnd())],
  ]
}

const criteriaLines = ({ criteria }: DecisionRecord): string[] =>
  section('Criteria', [
    ...criteria.track.map((criterion) => `- ${escaped(criterion)} (of the track)`),
    ...criteria.proposal.map((criterion) => `- ${escaped(criterion)}`),
  ])

function voteLines({ votes, tally, electorate }: DecisionRecord): string[] {
  const source =
    votes.from === 'seals'
      ? `As seals of weight ${votes.sealedWeight} judged them.`
      : 'As they count now; nobody has sealed.'
  const words = ['yes', 'no', 'abstain', 'veto', 'conflicted', 'silent'] as const
  const lines: Row[] = tally.lines.map(({ stakeholder, weight, stance }) => [
    escaped(stakeholder),
    String(weight),
    stance,
    votes.cast
      .filter((vote) => vote.stakeholder === stakeholder)
      .map(({ id }) => `\`${id}\``)
      .join(' '),
  ])
  return section('Votes', [
    `${source} Electorate ${electorate.total}; up to ${electorate.faulty} may be faulty; a certificate takes ${electorate.quorum}.`,
    '',
    ...table(
      ['taking part', ...words],
      [[String(tally.participation), ...words.map((word) => String(tally[word]))]],
    ),
    '',
    ...table(['Stakeholder', 'Weight', 'Position', 'Vote'], lines),
  ])
}

function ruleLines({ rules, verdict }: DecisionRecord): string[] {
  const rows: Row[] = rules.map(({ rule, met, left, relation, right, sentence }) => [
    escaped(rule),
    met ? 'met' : '**not met**',
    left === null ? '' : String(left),
    relation ?? '',
    right === null ? '' : `${right.needed} (${formatFraction(right.fraction)} of ${right.of})`,
    escaped(sentence),
  ])
  return section('Rules', [
    `Verdict: **${verdict}**.`,
    '',
    ...table(['Rule', '', 'Left', '', 'Right', 'In words'], rows),
  ])
}

function sealLines({ seals, rounds, certificate, settlements }: DecisionRecord): string[] {
  const sealed: Row[] = seals.map(({ stakeholder, weight, verdict, judgedThese, id }) => [
    escaped(stakeholder),
    String(weight),
    verdict,
    judgedThese ? 'these votes' : 'other votes',
    `\`${id}\``,
  ])
  const said: Row[] = rounds.map(({ round, favours, lead, estimates, auxiliaries }) => [
    String(round),
    favours,
    lead ?? '',
    `${estimates.adopt.weight} / ${estimates.decline.weight}`,
    `${auxiliaries.adopt.weight} / ${auxiliaries.decline.weight} / ${auxiliaries.both.weight}`,
  ])
  return section('Seals and settlement', [
    ...(sealed.length === 0
      ? ['Nobody has sealed.']
      : table(['Stakeholder', 'Weight', 'Seal', 'Judged', 'Operation'], sealed)),
    ...(said.length === 0
      ? []
      : [
          '',
          ...table(
            [
              'Round',
              'Favours',
              'Lead',
              'Estimates adopt / decline',
              'Auxiliaries adopt / decline / both',
            ],
            said,
          ),
        ]),
    ...(certificate === null
      ? []
      : [
          '',
          `Certificate of *${certificate.outcome}* in round ${certificate.round}:`,
          '',
          ...certificate.auxiliaries.map((cid) => `- auxiliary \`${cid}\``),
          ...certificate.endorsements.map((cid) => `- endorsement \`${cid}\``),
          ...settlements.map(
            ({ id, stakeholder }) => `- recorded by ${escaped(stakeholder)} in \`${id}\``,
          ),
        ]),
  ])
}

function dissentLines({ dissent }: DecisionRecord): string[] {
  const { votes, objections } = dissent
  const none = votes.length + objections.length === 0
  return section('Dissent', [
    ...(none ? ['Nobody voted against it or stood aside, and no objection is open.'] : []),
    ...votes.flatMap((vote) => voteBlock(vote)),
    ...objections.flatMap(({ comment }) => [
      `**${escaped(comment.stakeholder)}** objected and has no answer (\`${comment.cid}\`):`,
      '',
      ...fenced(comment.text),
      '',
      'What would settle it:',
      '',
      ...fenced(comment.disposition ?? ''),
      '',
    ]),
  ])
}

const voteBlock = ({ stakeholder, weight, choice, rationale, id }: RecordedVote): string[] => [
  `**${escaped(stakeholder)}** (weight ${weight}) voted *${choice}* (\`${id}\`)${rationale === null ? ', without a rationale.' : ':'}`,
  '',
  ...(rationale === null ? [] : [...fenced(rationale), '']),
]

const discussionLines = ({ discussion }: DecisionRecord): string[] =>
  section(
    'Discussion',
    discussion.flatMap(({ comment, state, answers }) => [
      `- **${escaped(comment.stakeholder)}**, ${comment.kind}${state === null ? '' : ` (${state})`}, ${momentText(comment.at)}`,
      ...indented(fenced(comment.text)),
      ...(comment.disposition === null
        ? []
        : ['  What would settle it:', ...indented(fenced(comment.disposition))]),
      ...answers.flatMap((answer) => [
        `  - **${escaped(answer.stakeholder)}**, ${answer.kind}, ${momentText(answer.at)}`,
        ...indented(indented(fenced(answer.text))),
      ]),
    ]),
  )

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

function attestationLines({ attestations }: DecisionRecord): string[] {
  const rows: Row[] = attestations.map(
    ({ stakeholder, kind, result, subjects, labels, evidence, id }) => [
      escaped(stakeholder),
      kind,
      result,
      [...new Set(subjects.map(subjectName))].join(', '),
      labels.map(escaped).join(', '),
      code(evidence),
      `\`${id}\``,
    ],
  )
  return section(
    'Attestations',
    rows.length === 0
      ? []
      : table(['By', 'Kind', 'Result', 'Of', 'What', 'Evidence', 'Operation'], rows),
  )
}

const subjectName = ({ name, digest }: Subject): string =>
  name.startsWith('proposal/') ? 'the proposal' : escaped(name || digest)

const checkLines = ({ check }: DecisionRecord): string[] =>
  section('How to check this', [
    `This record follows from ${check.statements} operations about the ballot; sha256 over their sorted CIDs is \`${check.digest}\`. Whoever holds the same gets the same bytes. An export holds all operations and signatures, and an audit of it needs no trust in anybody:`,
    '',
    ...fenced(check.commands.join('\n')),
  ])
