/** What honest and faulty keys say alike: one function for each kind of statement. */
import type { Charter } from '../../src/charter/schema.ts'
import { linkOf } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { proposalBody } from './amendment.ts'
import type { Moot } from './moot.ts'
import type { Line, Made, Place } from './pen.ts'
import { closeLine, haltLine, reportLine, rolloutPart } from './rollout-statements.ts'

/** Says one thing at a place; some say nothing while there is nothing to speak of. */
export type Statement = (moot: Moot, place: Place) => void

const SLOTS = ['core@main', 'core@main', 'api@main', 'docs@main']

const cidOf = ({ op }: Made): OpCid => op.cid
const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i)

/** Sometimes an operation also builds on whatever else was said, in broken chains too. */
function withMore(moot: Moot, line: Omit<Line, 'at'>): Omit<Line, 'at'> {
  if (!moot.dice.chance(0.15)) return line
  const more = moot.dice.some(moot.said, 3).map(cidOf)
  return { ...line, refs: [...new Set([...line.refs, ...more])] }
}

/** What the writer has seen: some heads, of forked keys sometimes both. */
export const sayCheckpoint: Statement = (moot, place) => {
  const { dice } = moot
  const heads = [...moot.roots, ...moot.nodes].flatMap((pen) => {
    const places = dice.chance(0.8) ? pen.branches.slice(0, dice.int(1, 2)) : []
    return places.flatMap((branch) => {
      const head = branch.at(-1)
      return head ? [[keyBytes(pen.key), head.op.seq, linkOf(head.op.cid)] as const] : []
    })
  })
  const isFirst = !place.pen.branch(place.branch).some(({ op }) => op.type === 'checkpoint')
  const refs = dice.some(moot.said, dice.chance(0.1) ? 2 : 0).map(cidOf)
  const body = { full: isFirst || dice.chance(0.1), frontier: heads }
  moot.say(place, { type: 'checkpoint', refs, body })
}

/** Opens a ballot on the writer's last checkpoint. */
export const sayProposal: Statement = (moot, place) => {
  openProposal(moot, place)
}

/** Opens a ballot, of an amendment if one is given. */
export function openProposal(moot: Moot, place: Place, amendment?: Charter): Made {
  const { dice, founded } = moot
  if (!lastCheckpoint(place)) sayCheckpoint(moot, place)
  const basis = lastCheckpoint(place)
  const heads = dice.some(moot.roots, 4).flatMap((root) => root.branch().at(-1)?.op.cid ?? [])
  const refs = [...new Set([founded.coalition, ...(basis ? [basis.op.cid] : []), ...heads])]
  const plain = proposalBody(`text ${moot.said.length}`, moot.now, amendment)
  const body = amendment ? plain : { ...plain, slot: dice.pick(SLOTS), ...rolloutPart(dice, moot) }
  return moot.say(place, withMore(moot, { type: 'proposal.open', refs, body }))
}

const lastCheckpoint = ({ pen, branch }: Place): Made | undefined =>
  pen.branch(branch).findLast(({ op }) => op.type === 'checkpoint')

/** The ballot that a statement is about: most often one of the latest. */
function someBallot(moot: Moot): OpCid | undefined {
  const proposals = moot.ofType('proposal.open')
  return moot.dice.maybe(moot.dice.chance(0.7) ? proposals.slice(-2) : proposals)?.op.cid
}

/** What was said about a ballot, of one type. */
const about = (moot: Moot, type: string, ballot: OpCid): OpCid[] =>
  moot.ofType(type).flatMap(({ op }) => (op.refs[0] === ballot ? op.cid : []))

type BallotLine = (moot: Moot, ballot: OpCid, place: Place) => Omit<Line, 'at'> | undefined

const onBallot =
  (line: BallotLine): Statement =>
  (moot, place) => {
    const ballot = someBallot(moot)
    const said = ballot && line(moot, ballot, place)
    if (said) moot.say(place, withMore(moot, said))
  }

/** Votes, and supersedes some votes, mostly its own. */
export const sayVote = onBallot((moot, ballot, { pen }) => {
  const { dice } = moot
  const own = moot.ofType('vote.cast').filter(({ op }) => op.key === pen.key || dice.chance(0.05))
  const before = own.filter(({ op }) => op.refs[0] === ballot).map(cidOf)
  const supersedes = [...new Set(dice.some(before, 3))]
  const choice = dice.pick(['yes', 'no', 'abstain', 'veto'])
  const body = { ballot: 0, choice, supersedes: range(1, supersedes.length), rationale: 'so' }
  return { type: 'vote.cast', refs: [ballot, ...supersedes], body }
})

const sayTally = onBallot((moot, ballot) => {
  const votes = moot.dice.some(about(moot, 'vote.cast', ballot), 6)
  return {
    type: 'tally',
    refs: [ballot, ...votes],
    body: { ballot: 0, votes: range(1, votes.length) },
  }
})

const saySeal = onBallot((moot, ballot) => {
  const tally = moot.dice.maybe(about(moot, 'tally', ballot))
  const verdict = moot.dice.chance(0.8) ? 'endorse' : 'decline'
  return tally && { type: 'seal', refs: [ballot, tally], body: { ballot: 0, verdict, tally: 1 } }
})

const sayEstimate = onBallot((moot, ballot) => {
  const seals = moot.dice.some(about(moot, 'seal', ballot), 8)
  const value = moot.dice.chance(0.8) ? 'adopt' : 'decline'
  const endorsements = range(1, seals.length)
  const body = { ballot: 0, round: moot.dice.int(1, 2), value, endorsements }
  return { type: 'settle.estimate', refs: [ballot, ...seals], body }
})

const sayAuxiliary = onBallot((moot, ballot) => ({
  type: 'settle.auxiliary',
  refs: [ballot],
  body: {
    ballot: 0,
    round: moot.dice.int(1, 2),
    values: [moot.dice.chance(0.8) ? 'adopt' : 'decline'],
  },
}))

const saySettlement = onBallot((moot, ballot) => {
  const auxiliaries = moot.dice.some(about(moot, 'settle.auxiliary', ballot), 12)
  const seals = moot.dice.some(about(moot, 'seal', ballot), 12)
  if (auxiliaries.length === 0) return undefined
  return {
    type: 'settlement',
    refs: [ballot, ...auxiliaries, ...seals],
    body: {
      ballot: 0,
      outcome: moot.dice.chance(0.8) ? 'adopted' : 'declined',
      round: moot.dice.int(1, 2),
      auxiliaries: range(1, auxiliaries.length),
      endorsements: range(1 + auxiliaries.length, seals.length),
    },
  }
})

const sayComment = onBallot((_moot, ballot) => ({
  type: 'comment.add',
  refs: [ballot],
  body: { proposal: 0, kind: 'concern', text: 'hm' },
}))

/** Attests something of a ballot, and sometimes names what others attested. */
const sayAttestation = onBallot((moot, ballot) => {
  const older = moot.dice.some(about(moot, 'attestation.add', ballot), 2)
  const claim = {
    kind: moot.dice.pick(['test', 'review', 'build']),
    predicateType: 'x',
    result: moot.dice.pick(['passed', 'failed']),
    subjects: [{ name: 'core', digest: 'sha256:aa' }],
    labels: [],
  }
  const evidence = { kind: 'inline', envelope: Uint8Array.of(1) }
  const body = { proposal: 0, claim, evidence, keys: [], supersedes: range(1, older.length) }
  return { type: 'attestation.add', refs: [ballot, ...older], body }
})

const sayWithdraw = onBallot((_moot, ballot) => ({
  type: 'proposal.withdraw',
  refs: [ballot],
  body: { proposal: 0 },
}))

const sayReport = onBallot((moot, ballot, { pen }) => reportLine(moot, ballot, pen.key))
const sayHalt = onBallot(haltLine)
const sayClose = onBallot(closeLine)

const sayAddress: Statement = (moot, place) => {
  const addresses = [`/ip4/10.0.0.${moot.dice.int(1, 250)}/tcp/4001`]
  moot.say(place, { type: 'node.address', refs: [], body: { addresses } })
}

/** What a node key says, by how often. */
export const STATEMENTS: readonly Statement[] = [
  ...Array<Statement>(3).fill(sayProposal),
  ...Array<Statement>(8).fill(sayVote),
  ...Array<Statement>(5).fill(sayComment),
  ...Array<Statement>(3).fill(sayAttestation),
  ...Array<Statement>(3).fill(sayTally),
  ...Array<Statement>(5).fill(saySeal),
  ...Array<Statement>(4).fill(sayEstimate),
  ...Array<Statement>(4).fill(sayAuxiliary),
  ...Array<Statement>(2).fill(saySettlement),
  ...Array<Statement>(3).fill(sayCheckpoint),
  ...Array<Statement>(6).fill(sayReport),
  sayHalt,
  sayClose,
  sayAddress,
  sayWithdraw,
]
