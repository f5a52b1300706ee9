/** What happened in a span of time, by when this node first saw it. */
import { type Held, hasEffect } from '../../../src/chain/held.ts'
import type { Ballot } from '../../../src/replica/ballot.ts'
import { isSameGeneration, lapsesAt } from '../../../src/replica/overlay.ts'
import { settledAt } from '../../../src/replica/recourse/appeal-state.ts'
import { type BallotFacts, ballotFacts } from '../../../src/replica/report/ballot-facts.ts'
import { forkedChains } from '../fork-view.ts'
import { nameOf, titleOf } from '../naming.ts'
import { opSentence } from '../op-sentence.ts'
import type { DigestScene, DigestSection } from './shape.ts'

/** Longest list of sentences of one kind; what is more is counted. */
export const MAX_DIGEST_LINES = 200

/** What is told one by one, by what its type begins with. */
const TOLD: readonly (readonly [title: string, types: readonly string[]])[] = [
  ['Proposed', ['proposal.open', 'proposal.withdraw']],
  ['Said', ['comment.add']],
  ['Appeals, disputes, escalations', ['appeal.', 'dispute.', 'panel.', 'mediator.', 'escalation.']],
  ['Evidence', ['attestation.', 'artefact.']],
  ['Members and keys', ['charter.', 'key.']],
]

/** What is counted only: there may be thousands. */
const COUNTED: readonly (readonly [type: string, one: string, many: string])[] = [
  ['vote.cast', 'vote', 'votes'],
  ['document.create', 'new document', 'new documents'],
  ['document.edit', 'edit of a document', 'edits of documents'],
  ['document.freeze', 'frozen version', 'frozen versions'],
  ['note.commit', 'private note', 'private notes'],
  ['note.reveal', 'revealed note', 'revealed notes'],
]

/** What nodes say by themselves while ballots settle; what comes of it is told under "Decided". */
const BY_ITSELF = [
  'checkpoint',
  'node.address',
  'tally',
  'seal',
  'seal.',
  'settle.',
  'settlement',
  'provisional',
]

/** What has no kind of its own here: rollouts, and what later builds add. */
const isElse = (type: string): boolean =>
  ![...BY_ITSELF, ...TOLD.flatMap(([, types]) => types), ...COUNTED.map(([known]) => known)].some(
    (known) => known === type || isFamily(known, type),
  ) && type !== 'coalition.found'

/** All that happened. */
export function happenedSections(scene: DigestScene): DigestSection[] {
  const held = heldInSpan(scene)
  return [
    { title: 'Decided', lines: decidedLines(scene) },
    { title: 'Provisional', lines: provisionalLines(scene) },
    ...TOLD.map(([title, types]) => ({
      title,
      lines: bounded(
        held
          .filter(({ op }) => types.some((type) => op.type === type || isFamily(type, op.type)))
          .map(({ op }) => `${opSentence(scene.replica, op)}.`),
      ),
    })),
    {
      title: 'Also',
      lines: bounded(
        held
          .filter(({ op }) => isElse(op.type))
          .map(({ op }) => `${opSentence(scene.replica, op)}.`),
      ),
    },
    { title: 'Besides', lines: countedLines(held) },
    { title: 'Frozen keys', lines: forkLines(scene) },
  ]
}

const isFamily = (prefix: string, type: string): boolean =>
  prefix.endsWith('.') && type.startsWith(prefix)

const isWithin = ({ from, to }: DigestScene, at: number | undefined): boolean =>
  at !== undefined && at > from && at <= to

/** In the order in which their authors say that they spoke; of one moment by CID. */
const heldInSpan = (scene: DigestScene): Held[] =>
  [...scene.replica.ledger.all()]
    .filter((held) => held.complete && hasEffect(held) && isWithin(scene, held.seenAt))
    .sort((a, b) => a.op.at - b.op.at || (a.op.cid < b.op.cid ? -1 : 1))

function bounded(lines: readonly string[]): string[] {
  const more = lines.length - MAX_DIGEST_LINES
  return more > 0
    ? [...lines.slice(0, MAX_DIGEST_LINES), `… and ${more} more; folkmoot log has them.`]
    : [...lines]
}

function decidedLines(scene: DigestScene): string[] {
  const { replica, standing } = scene
  const ended = replica.views
    .ballots()
    .filter((ballot) => isWithin(scene, endedAt(ballot, scene)))
    .map((ballot) => ballotFacts(replica, ballot, standing))
    .filter(({ outcome }) => outcome !== 'open')
  return bounded(
    ended
      .toSorted((a, b) => a.opensAt - b.opensAt || (a.id < b.id ? -1 : 1))
      .map((facts) => decidedLine(scene, facts)),
  )
}

/** An amendment ends others when it settles itself. */
function endedAt(ballot: Ballot, { replica, standing }: DigestScene): number | undefined {
  const by = standing.outcomes.get(ballot.id)?.endedBy
  const amendment = by && replica.views.ballot(by)
  return amendment?.ok ? settledAt(amendment.value) : settledAt(ballot)
}

function decidedLine({ replica }: DigestScene, facts: BallotFacts): string {
  const { id, outcome, endedBy, turnout, lines } = facts
  const named = (stances: readonly string[]): string =>
    lines
      .filter(({ stance }) => stances.includes(stance))
      .map(({ stakeholder }) => stakeholder)
      .join(', ')
  const against = named(['no', 'veto'])
  const silent = named(['silent'])
  const by = endedBy === null ? '' : ` by amendment ${titleOf(replica, endedBy)}`
  return [
    `${titleOf(replica, id)} is ${outcome}${by}: ${turnout.part} of ${turnout.whole} took part`,
    ...(against === '' ? [] : [`against: ${against}`]),
    ...(silent === '' ? [] : [`silent: ${silent}`]),
  ]
    .join('; ')
    .concat('.')
}

function provisionalLines(scene: DigestScene): string[] {
  const { replica } = scene
  // What rests never had one, and to see that it would be counted anew.
  const ballots = replica.views.ballots().filter(({ rest }) => !rest)
  const formed = ballots.filter(({ provisional }) => isWithin(scene, provisional?.formedAt))
  const lapsed = ballots.filter((ballot) => lapsedWithin(ballot, scene))
  return [
    ...formed
      .map(({ id }) => `${titleOf(replica, id)} was adopted provisionally by a reduced coalition.`)
      .sort(),
    ...lapsed
      .map(
        ({ id }) =>
          `${titleOf(replica, id)} was not settled in time: its provisional adoption has lapsed, and what was done under it is to be rolled back.`,
      )
      .sort(),
  ]
}

/** By time alone (§3.7); what comes of a settlement, its own or another's, is told where that is. */
function lapsedWithin(ballot: Ballot, scene: DigestScene): boolean {
  const at = lapsesAt(ballot)
  if (at === undefined || !isWithin(scene, at)) return false
  const isRival = ({ id, generation }: Ballot): boolean =>
    id !== ballot.id &&
    isSameGeneration(generation, ballot.generation) &&
    scene.standing.outcomes.get(id)?.outcome === 'adopted'
  const ending = [ballot, ...scene.replica.views.ballots().filter(isRival)]
  return ending.every((one) => (endedAt(one, scene) ?? Number.POSITIVE_INFINITY) > at)
}

function countedLines(held: readonly Held[]): string[] {
  const counts = Map.groupBy(held, ({ op }) => op.type)
  return COUNTED.flatMap(([type, one, many]) => {
    const count = counts.get(type)?.length ?? 0
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}.`]
  })
}

/** A key is frozen here when the second of the two operations came. */
const forkLines = (scene: DigestScene): string[] =>
  forkedChains(scene.replica)
    .filter((chain) => {
      const seen = [...chain.main, ...chain.strays.values()]
        .filter(({ op }) => op.seq === chain.forkedAt)
        .map(({ seenAt }) => seenAt)
      return isWithin(scene, Math.max(...seen))
    })
    .map(
      ({ key, forkedAt }) =>
        `A key of ${nameOf(scene.replica, key)} said two things at operation ${forkedAt}.`,
    )
