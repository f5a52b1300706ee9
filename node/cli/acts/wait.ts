/** `wait`: until something holds, for scripts. */
import type { NodeApi } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need, usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { withNode } from '../node-access.ts'
import { retryUntil } from '../polling.ts'
import { count } from '../view/text.ts'

/** Patience unless told otherwise, in ms. */
const TIMEOUT_MS = 30_000

interface WaitInput {
  readonly synced: boolean
  readonly ballot: string | undefined
  readonly outcome: 'adopted' | 'declined' | undefined
  readonly peers: number | undefined
  readonly digest: string | undefined
  readonly timeout: number | undefined
}

/** Something to wait for: how it stands, and whether that is enough. */
interface Goal {
  readonly look: (api: NodeApi) => Promise<{ readonly holds: boolean; readonly stands: string }>
}

/** Waits until all that was asked for holds at once. */
export async function wait(input: WaitInput, context: Context): Promise<Report> {
  const goals = goalsOf(input)
  if (goals.length === 0)
    throw usageError('nothing to wait for', 'say --synced, --ballot, --peers or --digest')
  if (input.outcome !== undefined && input.ballot === undefined)
    throw usageError('--outcome is of a ballot', 'say which one with --ballot')
  return withNode(context, 'daemon', async ({ api }) => {
    let stands: string[] = []
    const all = async (): Promise<boolean> => {
      const looks = await Promise.all(goals.map(({ look }) => look(api)))
      stands = looks.map((look) => look.stands)
      context.print.progress(`waiting: ${stands.join('; ')}`)
      return looks.every(({ holds }) => holds)
    }
    const isThere = await retryUntil(context, input.timeout ?? TIMEOUT_MS, all)
    if (!isThere) throw tooLate(stands)
    return { data: { stands }, text: `✓ ${stands.join('; ')}` }
  })
}

const tooLate = (stands: readonly string[]): CliError =>
  new CliError('timeout', `not in time: ${stands.join('; ')}`, 'wait longer with --timeout', {
    exit: EXIT.timeout,
    details: { stands },
  })

function goalsOf({ synced, ballot, outcome, peers, digest }: WaitInput): Goal[] {
  return [
    ...(synced ? [syncGoal] : []),
    ...(ballot === undefined ? [] : [ballotGoal(ballot, outcome)]),
    ...(peers === undefined ? [] : [peersGoal(peers)]),
    ...(digest === undefined ? [] : [digestGoal(digest)]),
  ]
}

const syncGoal: Goal = {
  look: async (api) => {
    const { missing, waitingBytes, peers } = await api.status()
    const alone = peers.known === 0
    return {
      holds: missing === 0 && waitingBytes === 0 && (alone || peers.connected > 0),
      stands: `${count(peers.connected, 'peer')} connected, ${count(missing, 'operation')} missing, ${waitingBytes} bytes waiting`,
    }
  },
}

const ballotGoal = (id: string, wanted: 'adopted' | 'declined' | undefined): Goal => ({
  look: async (api) => {
    const { title, outcome } = need(await api.proposal(id))
    const settled = outcome === 'adopted' || outcome === 'declined'
    if (settled && wanted !== undefined && outcome !== wanted)
      throw new CliError(
        'other-outcome',
        `"${title}" is ${outcome}, not ${wanted}, for good`,
        '`folkmoot explain` says why',
      )
    return { holds: settled, stands: `"${title}" is ${outcome}` }
  },
})

const peersGoal = (least: number): Goal => ({
  look: async (api) => {
    const { peers } = await api.status()
    return {
      holds: peers.connected >= least,
      stands: `${peers.connected} of ${count(least, 'peer')} connected`,
    }
  },
})

const digestGoal = (digest: string): Goal => ({
  look: async (api) => {
    const { ops, count: held } = (await api.status()).digests
    return { holds: ops === digest.toLowerCase(), stands: `digest ${ops} of ${count(held, 'operation')}` }
  },
})
