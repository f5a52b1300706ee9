/** Three honest daemons that decide one thing after another, and the keys of a fourth member that is not. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { readBundle } from '../../../node/api/bundle.ts'
import type { NodeEvent } from '../../../node/api/node-api.ts'
import { wireOp } from '../../../node/cli/root-signing.ts'
import { peerIdOf } from '../../../node/network/peer-key.ts'
import type { CoalitionId } from '../../../src/op/ids.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import {
  Author,
  delegation,
  simpleProposal,
  testCharter,
  testTrack,
} from '../../support/coalition.ts'
import { foundHomes, makeHomes, type TestHome } from '../../support/daemons.ts'
import { introduceProcess, NodeProcess, waitFor } from '../../support/node-process.ts'
import { signerOf } from '../../support/people.ts'

const HONEST = 3
/** Voting and settling, in ms: so long a ballot takes, however calm it is. */
const VOTING_MS = 1_000
const windows = { ...testTrack().windows, voting: VOTING_MS, settle: 300 }
const tracks = Object.fromEntries(
  ['standard', 'emergency', 'constitutional'].map((name) => [name, testTrack({ windows })]),
)
/** What a small team's charter lets a key say. */
const OPS_PER_MINUTE = 60
/** The attacker laid up its keys for a day, one a minute: so many at once are more than its rate. */
const LAID_UP_MS = 24 * 3_600_000
const KEY_EVERY_MS = 60_000
/** Operations that one act of the API brings. */
const SUBMITTED = 100
/** Longest that an attacked coalition may take to settle a ballot, in ms. */
const PATIENCE_MS = 120_000
/** Honest operations that the attacker has overheard. */
const OVERHEARD = 400

/** What came of one ballot. */
export interface Settled {
  /** From the end of its voting window to the last honest daemon that saw it settled, in ms. */
  readonly latencyMs: number
  readonly outcome: string
  /** All honest members were in time to vote; on a machine that is busy some are not. */
  readonly allVoted: boolean
}

/** A coalition under attack. */
export class Arena {
  readonly coalition: CoalitionId
  readonly nodes: readonly NodeProcess[]
  private readonly root: Author
  private readonly events = new Map<string, NodeEvent[]>()
  private readonly leave = new AbortController()
  private proposals = 0
  /** When the attacker's root said its last word. */
  private saidAt: number

  private constructor(
    coalition: CoalitionId,
    nodes: readonly NodeProcess[],
    attacker: TestHome,
    foundedAt: number,
  ) {
    this.saidAt = foundedAt
    this.coalition = coalition
    this.nodes = nodes
    this.root = new Author(attacker.member.root, coalition)
    for (const node of nodes) void this.follow(node)
  }

  /** Founds, starts and connects; the attacker's root has ratified, so that everything is in force. */
  static async open(folder: string): Promise<Arena> {
    const homes = await makeHomes(HONEST + 1, folder)
    const members = homes.map(({ member }) => member)
    const limits = { ...testCharter(members).limits, opsPerMinute: OPS_PER_MINUTE }
    const foundedAt = Date.now() - LAID_UP_MS
    const coalition = foundHomes(homes, { tracks, limits }, foundedAt)
    const nodes = homes.slice(0, HONEST).map(({ home }) => new NodeProcess(home))
    const [attacker] = homes.slice(HONEST)
    if (!attacker) throw new RangeError('four were made')
    for (const [i, node] of nodes.entries()) {
      if (i > 0) introduceProcess(node, coalition, nodes[0])
      await node.up()
    }
    const arena = new Arena(coalition, nodes, attacker, foundedAt)
    await arena.submit([{ type: 'charter.ratify', refs: [coalition], body: { charter: 0 } }])
    await arena.calm()
    return arena
  }

  get pids(): number[] {
    return this.nodes.map(({ pid }) => pid)
  }

  /** Where the honest daemons listen. */
  get addresses(): string[] {
    return this.nodes.map(
      ({ listen: [first], home }) => `${first}/p2p/${peerIdOf(home.identity.node)}`,
    )
  }

  /** Seeds of so many fresh keys of the attacker, delegated and known to all. */
  async keys(count: number): Promise<string[]> {
    const seeds = Array.from({ length: count }, () => randomBytes(32))
    const drafts = seeds.map((seed) => delegation(this.coalition, this.root.signer, signerOf(seed)))
    for (let at = 0; at < count; at += SUBMITTED)
      await this.submit(drafts.slice(at, at + SUBMITTED))
    const last = this.root.ops.at(-1)?.op.cid ?? ''
    await waitFor(
      'all know the keys',
      async () => {
        const logs = await Promise.all(
          this.nodes.map(({ api }) => api.log({ limit: 50, type: 'key.delegate' })),
        )
        return logs.every((log) => log.some(({ cid }) => cid === last))
      },
      PATIENCE_MS,
    )
    return seeds.map((seed) => seed.toString('hex'))
  }

  /** Operations of honest members as the attacker heard them. */
  async overheard(): Promise<[string, string][]> {
    const [node] = this.nodes
    if (!node) return []
    const { ops } = unwrap(readBundle(await node.api.exportCar()))
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
    return ops
      .flatMap(({ bytes, sig }): [string, string][] => (sig ? [[base64(bytes), base64(sig)]] : []))
      .slice(0, OVERHEARD)
  }

  /** One proposes, all vote yes; resolves when every honest daemon saw it settled. */
  async ballot(): Promise<Settled> {
    const n = this.proposals++
    const proposer = this.nodes[n % this.nodes.length]
    if (!proposer) throw new RangeError('there are nodes')
    const { cid: id } = unwrap(await proposer.api.propose(simpleProposal(`policy@n${n}`)))
    if (id === null) throw new RangeError('nothing was proposed')
    const votes = await Promise.all(this.nodes.map((node) => this.vote(node, id)))
    const { closesAt } = unwrap(await proposer.api.proposal(id))
    const seen = () =>
      this.nodes.flatMap(
        ({ home }) =>
          this.events
            .get(home.layout.dir)
            ?.find(({ kind, proposal }) => kind === 'settled' && proposal === id) ?? [],
      )
    const allSaw = async () => {
      this.assertAlive()
      return seen().length === this.nodes.length
    }
    await waitFor('it is settled everywhere', allSaw, PATIENCE_MS)
    const { outcome } = unwrap(await proposer.api.proposal(id))
    const latencyMs = Math.max(...seen().map(({ at }) => at)) - closesAt
    return { latencyMs, outcome, allVoted: !votes.includes(false) }
  }

  /** All are connected, active and of one mind. */
  async calm(): Promise<void> {
    const isCalm = async (): Promise<boolean> => {
      const states = await Promise.all(this.nodes.map(({ api }) => api.status()))
      return (
        states.every(({ peers, ratified }) => peers.connected >= HONEST - 1 && ratified.active) &&
        new Set(states.map(({ digests }) => digests.ops + digests.state)).size === 1
      )
    }
    await waitFor('all are calm', isCalm, PATIENCE_MS)
  }

  /** Throws with its last words when a daemon has ended. */
  assertAlive(): void {
    for (const [i, node] of this.nodes.entries())
      if (node.hasEnded) throw new RangeError(`daemon ${i} has ended: ${node.lastWords}`)
  }

  /** Exceptions that nobody caught, as the daemons told of them. */
  get complaints(): string[] {
    return this.nodes.flatMap(({ lastWords }) =>
      lastWords.split('\n').filter((line) => line.includes('that nobody')),
    )
  }

  async close(): Promise<void> {
    this.leave.abort()
    await Promise.all(this.nodes.map((node) => node.down('SIGKILL')))
  }

  /** Votes yes as soon as the proposal is known; false when that is too late. */
  private async vote({ api }: NodeProcess, id: string): Promise<boolean> {
    for (;;) {
      const voted = await api.vote(id, 'yes', undefined)
      if (voted.ok || voted.code !== 'unknown-id') return voted.ok
      await pause(10)
    }
  }

  private async submit(drafts: readonly Parameters<Author['say']>[0][]): Promise<void> {
    const ops = drafts.map((draft) => {
      this.saidAt += KEY_EVERY_MS
      return wireOp(this.root.say(draft, this.saidAt))
    })
    for (const { api } of this.nodes.slice(0, 1)) {
      const { refused } = await api.submit(ops)
      if (refused.length > 0) throw new RangeError(`refused: ${JSON.stringify(refused[0])}`)
    }
  }

  private async follow({ api, home }: NodeProcess): Promise<void> {
    const list: NodeEvent[] = []
    this.events.set(home.layout.dir, list)
    for await (const event of api.events(undefined, this.leave.signal)) list.push(event)
  }
}
