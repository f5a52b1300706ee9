/**
 * What the settings make of a seal (design §6.4): `auto` seals as the ballot was closed; `ask` waits
 * for a person; `off` waits for nobody. What is unanswered after the track's `settle` is a decline,
 * because a node that seals nothing would count among the faulty.
 */
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { isOpen } from '../../src/replica/closing.ts'
import { type Closing, closingNote } from '../../src/replica/local.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { DutyMode } from '../home/config-schema.ts'

/** How the seals of a track go. */
export type SealModes = (track: string) => DutyMode

/** What to do about a seal that is due. */
export type SealStance =
  | { readonly kind: 'go' }
  | { readonly kind: 'hold'; readonly untilMs: number }
  | { readonly kind: 'decline'; readonly why: string }

/** A seal that a person should decide. */
export interface OpenSeal {
  readonly ballot: Ballot
  readonly closing: Closing
  readonly declinesAt: number
}

const answerNote = (ballot: OpCid): string => `answer:${ballot}`

/** What to do about the seal of a ballot now. A decline needs nobody's approval. */
export function sealStance(replica: Replica, ballot: Ballot, modes: SealModes): SealStance {
  const closing = replica.local.closing(ballot.id)
  const mode = modes(ballot.body.track)
  if (!closing?.endorse || mode === 'auto') return { kind: 'go' }
  const answer = replica.local.get(answerNote(ballot.id))
  if (answer === 'approve') return { kind: 'go' }
  if (answer === 'decline') return { kind: 'decline', why: 'a person declined' }
  const untilMs = closing.atMs + ballot.windows.settle
  if (replica.clock.now() < untilMs) return { kind: 'hold', untilMs }
  const why = mode === 'off' ? 'sealing is off for this track' : 'nobody answered in time'
  return { kind: 'decline', why }
}

/** Turns how a ballot was closed into a decline, durably. Throws what the store throws. */
export function declineClosing(replica: Replica, ballot: OpCid, why: string): void {
  const closing = replica.local.closing(ballot)
  if (!closing) return
  const declined: Closing = { ...closing, endorse: false, why }
  replica.note([[closingNote(ballot), JSON.stringify(declined)]])
  replica.flush()
}

/** The seals that wait for a person. */
export function openSeals(replica: Replica, modes: SealModes): OpenSeal[] {
  const standing = replica.views.standing()
  if (!standing) return []
  const open = replica.views.ballots().filter((ballot) => isOpen(ballot, standing))
  return open.flatMap((ballot) => {
    const closing = replica.local.closing(ballot.id)
    const stance = sealStance(replica, ballot, modes)
    const asks = stance.kind === 'hold' && modes(ballot.body.track) === 'ask'
    if (!closing || !asks) return []
    return { ballot, closing, declinesAt: stance.untilMs }
  })
}

/** Remembers a person's answer, durably; refuses `no-such-seal` where none is waited for. */
export function answerSeal(
  replica: Replica,
  modes: SealModes,
  ballot: OpCid,
  approve: boolean,
): Result<OpenSeal> {
  const open = openSeals(replica, modes).find((seal) => seal.ballot.id === ballot)
  if (!open) return refuse('no-such-seal', 'no seal of this ballot waits for an answer')
  replica.note([[answerNote(ballot), approve ? 'approve' : 'decline']])
  replica.flush()
  return accept(open)
}
