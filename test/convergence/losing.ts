/** A charter that takes somebody's right to edit, and the ballot that adopts it, said by hand. */
import type { Charter } from '../../src/charter/schema.ts'
import { linkOf } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { type Founded, found, testCharter, testMembers } from '../support/coalition.ts'
import { proposalBody } from './amendment.ts'
import type { Moot } from './moot.ts'
import type { Made, Pen } from './pen.ts'

/** The function that a document may be for. */
export const SCRIBE = 'scribe'
const WEIGHTS = [1, 2, 3, 1, 2]
/** Other keys than those of other coalitions of tests. */
const FIRST_KEY = 70

let founding: Founded | undefined

/** A founded coalition of five who all may edit, by their membership and by their function. */
export function scribes(): Founded {
  const { stakeholders } = testCharter(testMembers(WEIGHTS, FIRST_KEY))
  founding ??= found(
    WEIGHTS,
    {
      functions: { [SCRIBE]: { description: 'writes' } },
      stakeholders: stakeholders.map((member) => ({ ...member, functions: [SCRIBE] })),
    },
    undefined,
    FIRST_KEY,
  )
  return founding
}

/** The next charter, in which a member has its function no more or is none; it may name its last word. */
export function withoutRight({ dice, founded }: Moot, i: number, pen: Pen): Charter {
  const { charter } = founded
  const isLeaving = dice.chance(0.5)
  const stakeholders = charter.stakeholders.flatMap((member, j) => {
    if (j !== i) return member
    return isLeaving ? [] : { ...member, functions: [] }
  })
  const last = dice.chance(0.8) ? dice.maybe(pen.branch().slice(-4)) : undefined
  const leavers = last
    ? [{ key: keyBytes(pen.key), seq: last.op.seq, cid: linkOf(last.op.cid) }]
    : []
  return { ...charter, version: 2, stakeholders, leavers }
}

/** Says everything that makes an amendment adopted: the proposal, seals, auxiliaries, the record. */
export function adoptedAmendment(moot: Moot, amendment: Charter): OpCid {
  const { nodes, roots, founded } = moot
  const [author] = nodes
  if (!author) throw new RangeError('there are authors')
  const say = (pen: Pen, type: string, refs: readonly OpCid[], body: Made['op']['body']): OpCid =>
    moot.say({ pen, branch: 0 }, { type, refs, body }).op.cid
  const heads = roots.flatMap((root) => root.branch().at(-1) ?? [])
  const frontier = heads.map(({ op }) => [keyBytes(op.key), op.seq, linkOf(op.cid)])
  const basis = say(author, 'checkpoint', [], { full: true, frontier })
  const refs = [founded.coalition, basis, ...heads.map(({ op }) => op.cid)]
  const ballot = say(author, 'proposal.open', refs, proposalBody('less', moot.now, amendment))
  const tally = say(author, 'tally', [ballot], { ballot: 0, votes: [] })
  const own = nodes.slice(0, WEIGHTS.length)
  const endorse = { ballot: 0, verdict: 'endorse', tally: 1 }
  const seals = own.map((pen) => say(pen, 'seal', [ballot, tally], endorse))
  const auxiliary = { ballot: 0, round: 1, values: ['adopt'] }
  const auxiliaries = own.map((pen) => say(pen, 'settle.auxiliary', [ballot], auxiliary))
  const range = (first: number, list: readonly unknown[]) => list.map((_, i) => first + i)
  say(author, 'settlement', [ballot, ...auxiliaries, ...seals], {
    ...{ ballot: 0, outcome: 'adopted', round: 1 },
    auxiliaries: range(1, auxiliaries),
    endorsements: range(1 + auxiliaries.length, seals),
  })
  return ballot
}
