/**
 * The way back from a loss (design §2.3): what a node waits for whose store may be behind what its
 * key has said, one thing after the other, and the command for each that is the operator's.
 */
import { FRESH_KEY_NOTE, STALE_NOTE } from '../../src/replica/local.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { heardOf } from './heard.ts'
import { shortId } from './ids.ts'
import { ROOT_UNKNOWN_NOTE } from './stale-notes.ts'

/** One thing on the way. */
export interface RecoveryStep {
  readonly code: 'hear-members' | 'new-key' | 'old-ballots'
  readonly done: boolean
  readonly sentence: string
  /** The operator's part; empty where there is only waiting. */
  readonly fix: string
}

/** Where a node is on its way back. */
export interface Recovery {
  readonly why: string
  readonly steps: readonly RecoveryStep[]
}

/** What this node waits for; null when it has nothing to come back from. */
export function recoveryOf(replica: Replica): Recovery | null {
  const { local, signer } = replica
  const stale = local.get(STALE_NOTE)
  const unknown = local.get(ROOT_UNKNOWN_NOTE)
  const closed = closedBallots(replica)
  const isRenewed = stale === undefined && local.get(FRESH_KEY_NOTE) === signer?.key
  if (stale === undefined && unknown === undefined && closed.length === 0) return null
  const steps = [hearing(replica, unknown !== undefined), keyStep(isRenewed)]
  if (isRenewed) steps.push(ballotStep(closed))
  return { why: stale ?? unknown ?? 'the old key was stale', steps }
}

function hearing(replica: Replica, isWaiting: boolean): RecoveryStep {
  const { from, weight, neededWeight } = heardOf(replica)
  const names = from.length > 0 ? from.join(', ') : 'nobody yet'
  return {
    code: 'hear-members',
    done: !isWaiting,
    sentence: isWaiting
      ? `to hear from other members what our root and our key have said: ${names}; weight ${weight} of ${neededWeight}`
      : 'what our root said is known',
    fix: '',
  }
}

const keyStep = (done: boolean): RecoveryStep => ({
  code: 'new-key',
  done,
  sentence: done
    ? 'the root has delegated a new key'
    : 'a new node key, delegated by the root: this one never signs again',
  fix: done ? '' : 'folkmoot stop; folkmoot keys rotate; folkmoot up',
})

const ballotStep = (closed: readonly string[]): RecoveryStep => ({
  code: 'old-ballots',
  done: closed.length === 0,
  sentence: `${closed.length} open before the others knew the new key settle without our seal: ${closed.join(', ')}`,
  fix: '',
})

/** Open ballots that a key in place of a stale one must not seal, by short id. */
function closedBallots(replica: Replica): string[] {
  const { signer, local, ledger } = replica
  if (!signer || local.get(FRESH_KEY_NOTE) !== signer.key) return []
  const delegations = ledger.keyring.delegationsOf(signer.key)
  return replica.views
    .ballots()
    .filter(({ settlements }) => settlements.length === 0)
    .filter(
      ({ basis }) => !delegations.some(({ root, seq }) => (basis.get(root)?.seq ?? -1) >= seq),
    )
    .map(({ id }) => shortId(id))
}
