/** The organisations together: what the story's steps are made of. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Choice } from '../../src/ballot/ops.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { ProposalInput } from '../../src/replica/acts.ts'
import type { ProposalLine } from '../api/node-api.ts'
import { FOUNDERS, NEWCOMER } from './cast.ts'
import { DemoError } from './errors.ts'
import { Organisation } from './organisation.ts'
import { endServices } from './service-end.ts'
import type { Stage } from './stage.ts'
import { until } from './until.ts'

/** Longest wait for a ballot to settle everywhere, in ms. */
const SETTLE_MS = 60_000
/** Longest wait for a connection, a relay, an equal digest, in ms. */
const REACH_MS = 30_000

/** Outcomes that are not settled; a provisional one is none yet. */
const PENDING: ReadonlySet<string> = new Set(['open', 'provisional'])

/** What a proposal of the demo says; the rest is empty. */
export type Pitch = Pick<ProposalInput, 'title' | 'slot'> & Partial<ProposalInput>

/** All organisations of the demo. */
export class Company {
  readonly directory: string
  readonly stage: Stage
  readonly founders: readonly Organisation[]
  readonly newcomer: Organisation

  constructor(directory: string, stage: Stage) {
    this.directory = directory
    this.stage = stage
    this.founders = FOUNDERS.map((role) => new Organisation(role, directory))
    this.newcomer = new Organisation(NEWCOMER, directory)
  }

  get everyone(): readonly Organisation[] {
    return [...this.founders, this.newcomer]
  }

  /** An organisation by its id. */
  org(id: string): Organisation {
    const found = this.everyone.find((org) => org.id === id)
    if (!found) throw new DemoError('not-reached', `nobody is called ${id}`)
    return found
  }

  /** A file in the demo's directory. */
  path(name: string): string {
    return join(this.directory, name)
  }

  /** Writes a file into the demo's directory. */
  write(name: string, text: string): string {
    writeFileSync(this.path(name), text)
    return this.path(name)
  }

  /** Somebody proposes; returns the proposal's id. */
  async propose(id: string, pitch: Pitch): Promise<OpCid> {
    const text = pitch.freeze === undefined ? { text: '' } : {}
    const signed = unwrap(await this.org(id).api.propose({ ...plain(), ...text, ...pitch }))
    this.stage.says(id, `proposes “${pitch.title}” (slot ${pitch.slot})`)
    return signed.cid as OpCid
  }

  /** Somebody votes, once the proposal has reached them. */
  async vote(id: string, ballot: OpCid, choice: Choice, because?: string): Promise<void> {
    const { api } = this.org(id)
    await this.reached([id], ballot)
    unwrap(await api.vote(ballot, choice, because))
    this.stage.says(id, because ? `votes ${choice}: ${because}` : `votes ${choice}`)
  }

  /** The ballot has one outcome, the same, at all of them. */
  async settled(ids: readonly string[], ballot: OpCid, outcome: string): Promise<ProposalLine> {
    const lines = await until(`${outcome} at ${ids.join(', ')}`, SETTLE_MS, async () => {
      const found = await Promise.all(ids.map((id) => this.line(id, ballot)))
      return found.every((line) => line && !PENDING.has(line.outcome)) && found
    })
    for (const [i, line] of lines.entries())
      if (line?.outcome !== outcome)
        throw new DemoError('not-reached', `${ids[i]} has ${line?.outcome}, not ${outcome}`)
    const [line] = lines
    if (!line) throw new DemoError('not-reached', 'nobody was asked')
    this.stage.note(`settled as ${outcome} at ${ids.length} nodes, in round ${line.rounds}`)
    return line
  }

  /** The latest ballot of that title, as one node sees it. */
  async titled(id: string, title: string): Promise<ProposalLine> {
    const line = (await this.org(id).api.proposals()).find((one) => one.title === title)
    if (!line) throw new DemoError('not-reached', `${id} holds no “${title}”`)
    return line
  }

  /** One ballot as one node sees it. */
  async line(id: string, ballot: OpCid): Promise<ProposalLine | undefined> {
    const lines = await this.org(id).api.proposals()
    return lines.find((line) => line.id === ballot)
  }

  /** The operations' subject has reached these nodes. */
  async reached(ids: readonly string[], ballot: OpCid): Promise<void> {
    await until(`the proposal reaches ${ids.join(', ')}`, REACH_MS, async () => {
      const lines = await Promise.all(ids.map((id) => this.line(id, ballot)))
      return lines.every((line) => line?.stage === 'voting' || line?.stage === 'settling')
    })
  }

  /** Each of these nodes is connected to that many others. */
  async connected(ids: readonly string[], peers: number): Promise<void> {
    await until(`${ids.join(', ')} see ${peers} peers`, REACH_MS, async () => {
      const states = await Promise.all(ids.map((id) => this.org(id).api.status()))
      return states.every((state) => state.peers.connected >= peers)
    })
  }

  /** These nodes hold the same operations and derive the same state. */
  async converged(ids: readonly string[]): Promise<void> {
    await until(`equal digests at ${ids.join(', ')}`, REACH_MS, async () => {
      const states = await Promise.all(ids.map((id) => this.org(id).api.status()))
      const digests = states.map(({ digests: { ops, state } }) => `${ops}/${state}`)
      return new Set(digests).size === 1
    })
  }

  /** Cuts every connection between two groups, at both ends. */
  async part(left: readonly string[], right: readonly string[]): Promise<void> {
    for (const id of left) unwrap(await this.org(id).api.block(right))
    for (const id of right) unwrap(await this.org(id).api.block(left))
  }

  /** Lets two groups speak again. */
  async heal(left: readonly string[], right: readonly string[]): Promise<void> {
    for (const id of left) unwrap(await this.org(id).api.unblock(right))
    for (const id of right) unwrap(await this.org(id).api.unblock(left))
  }

  /** Ends all daemons and removes their homes. */
  async end(): Promise<void> {
    await Promise.all(this.everyone.map((org) => org.down()))
    endServices(this.founders)
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** What a proposal of the demo says unless its pitch says otherwise. */
const plain = (): Omit<ProposalInput, 'title' | 'slot'> => ({
  kind: 'upgrade',
  track: 'standard',
  summary: '',
  scope: {
    objectives: ['It works'],
    nonGoals: ['Anything else'],
    compatibility: ['With all that is there'],
    performance: ['As before'],
    variability: ['None'],
  },
  components: [],
  subjects: [],
  reversible: true,
})
