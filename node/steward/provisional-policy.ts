/**
 * What the settings make of a provisional seal (design §3.7, §6.4): `auto` goes ahead, `ask` waits for
 * a person, `off` never does. Unlike a seal, one that is not given is no fault: the ballot stays as it is.
 */
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { timetableOf } from '../../src/replica/closing.ts'
import { provisionalMove } from '../../src/replica/provisional-duties.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { SealModes } from './seal-policy.ts'

/** A provisional seal that a person should decide. */
export interface OpenProvisional {
  readonly ballot: Ballot
  readonly why: string
  /** From here on it cannot be given any more, in ms. */
  readonly expiresAt: number
}

const answerNote = (ballot: OpCid): string => `provisional-answer:${ballot}`

/** Whether the node may seal the ballot provisionally by itself. */
export function maySealProvisionally(replica: Replica, ballot: Ballot, modes: SealModes): boolean {
  const mode = modes(ballot.body.track)
  return mode === 'auto' || replica.local.get(answerNote(ballot.id)) === 'approve'
}

/** The provisional seals that wait for a person. */
export function openProvisionals(replica: Replica, modes: SealModes): OpenProvisional[] {
  const now = replica.clock.now()
  const scene = replica.scene(now)
  const { signer } = replica
  if (!scene || !signer) return []
  return scene.ballots.flatMap((ballot) => {
    const self = ballot.eligibility.stakeholderOf(signer.key)
    const isAsked =
      modes(ballot.body.track) === 'ask' && replica.local.get(answerNote(ballot.id)) === undefined
    const move = self && isAsked ? provisionalMove(ballot, self, scene) : undefined
    if (!move || move.kind === 'provisional') return []
    return { ballot, why: move.why, expiresAt: timetableOf(ballot, replica.local).expiresAt }
  })
}

/** Remembers a person's answer, durably; refuses `no-such-seal` where none is waited for. */
export function answerProvisional(
  replica: Replica,
  modes: SealModes,
  { ballot, approve }: { readonly ballot: OpCid; readonly approve: boolean },
): Result<OpenProvisional> {
  const open = openProvisionals(replica, modes).find((one) => one.ballot.id === ballot)
  if (!open) return refuse('no-such-seal', 'no seal of this ballot waits for an answer')
  replica.note([[answerNote(ballot), approve ? 'approve' : 'decline']])
  replica.flush()
  return accept(open)
}
