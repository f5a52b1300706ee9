/** What is remembered of a ballot that was counted, and what of it others were derived from. */
import type { Result } from '../op/refusal.ts'
import type { Ballot, BallotCount } from './ballot.ts'
import type { CharterVersion } from './outcomes.ts'
import type { Topic } from './topics.ts'

/** A topic's count, how far it was read, and what of it the standing was derived from. */
export interface BallotMemo {
  readonly proposal: Topic['proposal']
  readonly count: Result<BallotCount>
  readonly version: number
  /** Versions of the documents that are cited, added up: each only grows. */
  readonly cited: number
  readonly ballot: Result<Ballot>
  readonly print: string
}

/** All ballots as of an epoch. */
export interface ListedBallots {
  readonly epoch: number
  /** Overrides are laid over some. */
  readonly isLaid: boolean
  readonly ballots: readonly Ballot[]
}

/** True where nothing that a ballot cites can change it: it is valid, and lacks no assessed register. */
export const isSure = (known: BallotMemo | undefined): boolean =>
  known?.ballot.ok === true &&
  known.ballot.value.gates.every(({ gate, met }) => met || gate !== RISKS_GATE)

/** The gate that may be met by what was frozen. */
const RISKS_GATE = 'risks'

/** What of a ballot the standing depends on, as long as it is the same count, which only grows. */
export function fingerprint(ballot: Ballot, topic: Topic): string {
  const { board, settlements, settledLists } = ballot
  const certified = board.settlements().map(({ outcome, round }) => `${outcome}${round}`)
  const lists = [...settledLists].map(([id, { size }]) => `${id}${size}${board.endorse.has(id)}`)
  const hasFormed = topic.provisionalSeals.length > 0 && ballot.provisional?.formedAt !== undefined
  // How a ballot of appeals was voted on says what became of them (§3.8).
  const voted = ballot.body.appeal === undefined ? '' : ballot.verdict.result
  return `${certified} ${settlements.length} ${lists} ${hasFormed} ${voted}`
}

/** Before the first amendment nobody has left. */
export const isSameLine = (a: readonly CharterVersion[], b: readonly CharterVersion[]): boolean =>
  (a.length <= 1 && b.length <= 1) ||
  (a.length === b.length && a.every(({ id }, i) => id === b[i]?.id))
