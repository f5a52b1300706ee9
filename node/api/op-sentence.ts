/** One operation as one sentence: who said what about which (design §6.6, `log`). */
import type { OpCid } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import { readBody } from '../../src/op/type.ts'
import { attestationAdd } from '../../src/proposal/attestation/ops.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { documentTitleOf, nameOf, titleOf } from './naming.ts'

/** Longest quotation of what somebody wrote. */
const MAX_QUOTE = 80

/** The sentence of an operation; one that this build does not know is named by its type. */
export function opSentence(replica: Replica, op: Op): string {
  const tell = SENTENCES.get(op.type)
  const who = nameOf(replica, op.key)
  return tell
    ? `${who} ${tell(op, replica)}`
    : `${who} said “${op.type}”, which this build does not know`
}

/** Text that somebody wrote, on one line and not too long. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return `“${line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE - 1)}…` : line}”`
}

type Teller = (op: Op, replica: Replica) => string

/** The operation that a body's field points at. */
const target = (op: Op, field: string): OpCid | undefined => {
  const position = op.body[field]
  return typeof position === 'number' ? op.refs[position] : undefined
}

const word = (op: Op, field: string): string => {
  const value = op.body[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?'
}

const words = (op: Op, field: string): string => {
  const value = op.body[field]
  return Array.isArray(value) ? value.join(', ').replace(/, (?=[^,]*$)/, ' and ') : '?'
}

const about =
  (field: string, tell: (op: Op) => string): Teller =>
  (op, replica) => {
    const id = target(op, field)
    return `${tell(op)} ${id === undefined ? 'nothing' : titleOf(replica, id)}`
  }

const ofDocument =
  (tell: string): Teller =>
  (op, replica) =>
    `${tell} ${documentTitleOf(replica, target(op, 'document') ?? op.cid)}`

const because = (op: Op): string =>
  typeof op.body.rationale === 'string' ? `, because ${quote(op.body.rationale)},` : ''

const labelOf = (op: Op): string =>
  typeof op.body.label === 'string' ? `, ${quote(op.body.label)}` : ''

/** `attested test passed of “core” on “Title” (x4m2k7ra)`; of the proposal itself: `review passed on …`. */
function attested(op: Op, replica: Replica): string {
  const body = readBody(op, attestationAdd)
  if (!body.ok) return 'attested something that this build does not understand'
  const { kind, predicateType, result, subjects } = body.value.claim
  const what = kind === 'other' ? quote(predicateType) : `${kind} ${result}`
  const named = [...new Set(subjects.map(({ name }) => name))]
  const isWhole = named.every((name) => name.startsWith('proposal/'))
  const of = isWhole ? '' : ` of ${quote(named.join(', '))}`
  const proposal = target(op, 'proposal')
  const on = proposal === undefined ? '' : ` on ${titleOf(replica, proposal)}`
  return `attested ${what}${of}${on}`
}

const SENTENCES: ReadonlyMap<string, Teller> = new Map<string, Teller>([
  ['coalition.found', () => 'founded the coalition'],
  ['charter.ratify', () => 'ratified the charter'],
  ['charter.accept', about('amendment', () => 'accepted the charter of')],
  ['key.delegate', (op) => `delegated a node key to ${words(op, 'can')}`],
  ['key.revoke', (op) => `revoked a node key: ${quote(word(op, 'reason'))}`],
  ['checkpoint', () => 'said what it has seen'],
  ['node.address', () => 'said where it can be reached'],
  ['proposal.open', (op, replica) => `proposed ${titleOf(replica, op.cid)}`],
  ['proposal.withdraw', about('proposal', () => 'withdrew')],
  [
    'comment.add',
    about('proposal', (op) => `wrote (${word(op, 'kind')}) ${quote(word(op, 'text'))} on`),
  ],
  ['document.create', ofDocument('began document')],
  ['document.edit', ofDocument('edited document')],
  ['document.freeze', ofDocument('froze document')],
  ['vote.cast', about('ballot', (op) => `voted ${word(op, 'choice')}${because(op)} on`)],
  ['tally', about('ballot', () => 'counted the votes on')],
  ['seal.settled', about('ballot', () => 'listed settled ballots for its seal on')],
  ['seal', about('ballot', (op) => `sealed ${word(op, 'verdict')} on`)],
  [
    'settle.estimate',
    about('ballot', (op) => `estimated ${word(op, 'value')} in round ${word(op, 'round')} of`),
  ],
  [
    'settle.suggest',
    about('ballot', (op) => `suggested ${word(op, 'value')} in round ${word(op, 'round')} of`),
  ],
  [
    'settle.auxiliary',
    about('ballot', (op) => `saw ${words(op, 'values')} bind in round ${word(op, 'round')} of`),
  ],
  [
    'appeal.file',
    about('ballot', (op) => `appealed, because ${quote(word(op, 'grounds'))}, against`),
  ],
  [
    'dispute.open',
    (op) =>
      `disputes ${quote(word(op, 'subject'))} (${word(op, 'kind')}) among ${words(op, 'parties')}`,
  ],
  ['dispute.close', () => 'closed a dispute'],
  ['panel.seat', () => 'seated the panel that a settlement draws for a dispute'],
  ['panel.rule', (op) => `ruled ${quote(word(op, 'ruling'))} on a panel`],
  ['mediator.propose', (op) => `would have ${word(op, 'mediator')} mediate a dispute`],
  ['mediator.accept', () => 'accepted a mediator'],
  ['mediator.rule', (op) => `ruled ${quote(word(op, 'ruling'))} as a mediator`],
  [
    'escalation.open',
    (op) =>
      `escalated ${quote(word(op, 'subject'))} (${word(op, 'kind')}) to ${words(op, 'owners')}`,
  ],
  ['escalation.resolve', (op) => `resolved an escalation: ${quote(word(op, 'text'))}`],
  ['attestation.add', attested],
  [
    'rollout.report',
    about(
      'proposal',
      (op) => `reported ${word(op, 'status')} in stage ${word(op, 'stage')} of the rollout of`,
    ),
  ],
  [
    'rollout.halt',
    about('proposal', (op) => `said stop, because ${quote(word(op, 'reason'))}, to the rollout of`),
  ],
  [
    'rollout.close',
    about('proposal', (op) => `closed stage ${word(op, 'stage')} of the rollout of`),
  ],
  ['artefact.announce', (op) => `announced the artefact ${quote(word(op, 'name'))}`],
  ['artefact.release', () => 'took back what it had said of an artefact'],
  ['note.commit', (op) => `committed to a note${labelOf(op)}`],
  ['note.reveal', (op) => `showed a text as that of a note: ${quote(word(op, 'text'))}`],
  ['settlement', about('ballot', (op) => `recorded as ${word(op, 'outcome')}`)],
])
