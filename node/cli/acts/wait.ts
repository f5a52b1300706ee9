/** `wait`: until something holds, for scripts. */
import type { NodeApi, NodeStatus } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, failureOf, need, usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { withNode } from '../node-access.ts'
import { retryUntil } from '../polling.ts'
import { count, plain } from '../view/text.ts'

/** Patience unless told otherwise, in ms. */
const TIMEOUT_MS = 30_000

type WantedOutcome = 'adopted' | 'declined' | 'provisional'

interface WaitInput {
  readonly active: boolean
  readonly synced: boolean
  readonly ballot: string | undefined
  readonly outcome: WantedOutcome | undefined
  readonly peers: number | undefined
  readonly digest: string | undefined
  readonly timeout: number | undefined
}

/** Something to wait for. */
type Goal = (api: NodeApi, status: NodeStatus) => Promise<Look> | Look

/** How something stands, and whether that is enough. */
interface Look {
  readonly holds: boolean
  readonly stands: string
}

/** Waits until all that was asked for holds at once. */
export async function wait(input: WaitInput, context: Context): Promise<Report> {
  const goals = goalsOf(input)
  if (goals.length === 0)
    throw usageError('nothing to wait for', 'say --active, --synced, --ballot, --peers or --digest')
  if (input.outcome !== undefined && input.ballot === undefined)
    throw usageError('--outcome is of a ballot', 'say which one with --ballot')
  let stands: readonly string[] = []
  let absent: unknown
  const all = async (): Promise<boolean> => {
    const looks = await lookAt(goals, context).catch((error: unknown) => {
      // In a script the daemon was perhaps started just now.
      if (failureOf(error).exit !== EXIT.noDaemon) throw error
      absent = error
      return undefined
    })
    if (looks === undefined) return false
    absent = undefined
    stands = looks.map((look) => look.stands)
    context.print.progress(`waiting: ${stands.join('; ')}`)
    return looks.every(({ holds }) => holds)
  }
  const isThere = await retryUntil(context, input.timeout ?? TIMEOUT_MS, all)
  if (!isThere) throw absent ?? tooLate(stands)
  return { data: { stands }, text: `✓ ${stands.join('; ')}` }
}

/** How all goals stand at one moment. */
const lookAt = (goals: readonly Goal[], context: Context): Promise<Look[]> =>
  withNode(context, 'daemon', async ({ api }) => {
    const status = await api.status()
    return Promise.all(goals.map((goal) => goal(api, status)))
  })

const tooLate = (stands: readonly string[]): CliError =>
  new CliError('timeout', `not in time: ${stands.join('; ')}`, 'wait longer with --timeout', {
    exit: EXIT.timeout,
    details: { stands },
  })

function goalsOf({ active, synced, ballot, outcome, peers, digest }: WaitInput): Goal[] {
  return [
    ...(active ? [activeGoal] : []),
    ...(synced ? [syncGoal] : []),
    ...(ballot === undefined ? [] : [ballotGoal(ballot, outcome)]),
    ...(peers === undefined ? [] : [peersGoal(peers)]),
    ...(digest === undefined ? [] : [digestGoal(digest)]),
  ]
}

const activeGoal: Goal = (_api, { ratified: { active, weight, total } }) => ({
  holds: active,
  stands: `weight ${weight} of ${total} has ratified`,
})

const syncGoal: Goal = (_api, { missing, waitingBytes, peers }) => ({
  holds: missing === 0 && waitingBytes === 0 && (peers.known === 0 || peers.connected > 0),
  stands: `${count(peers.connected, 'peer')} connected, ${count(missing, 'operation')} missing, ${waitingBytes} bytes waiting`,
})

const ballotGoal =
  (id: string, wanted: WantedOutcome | undefined): Goal =>
  async (api) => {
    const { title, outcome } = need(await api.proposal(id))
    const settled = outcome === 'adopted' || outcome === 'declined'
    const goesAhead = outcome === 'adopted' || outcome === 'provisional'
    if (wanted === 'provisional' && goesAhead)
      return { holds: true, stands: `"${plain(title)}" is ${outcome}` }
    if (settled && wanted !== undefined && outcome !== wanted)
      throw new CliError(
        'other-outcome',
        `"${plain(title)}" is ${outcome}, not ${wanted}, for good`,
        '`folkmoot explain` says why',
      )
    return { holds: settled, stands: `"${plain(title)}" is ${outcome}` }
  }

const peersGoal =
  (least: number): Goal =>
  (_api, { peers }) => ({
    holds: peers.connected >= least,
    stands:
      peers.connected >= least
        ? `${count(peers.connected, 'peer')} connected`
        : `${peers.connected} of ${count(least, 'peer')} connected`,
  })

const digestGoal =
  (digest: string): Goal =>
  (_api, { digests: { ops, count: held } }) => ({
    holds: ops === digest.toLowerCase(),
    stands: `digest ${ops} of ${count(held, 'operation')}`,
  })
