/**
 * What happens in the long haul: members propose, vote and write, upgrades roll out, daemons go and
 * come back, the coalition splits and heals. One thing after the other, chosen by a seed.
 */
import type { ApiClient } from '../../../node/api/client.ts'
import { ApiError } from '../../../node/api/errors.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import type { ProposalInput } from '../../../src/replica/acts.ts'
import { Dice } from '../../convergence/moot.ts'
import { simpleProposal, UPGRADE_SCOPE } from '../../support/coalition.ts'
import { plainStage } from '../../support/rollout.ts'
import type { HaulMember } from './member.ts'
import { waitPatiently } from './patience.ts'

/** How long a split lasts at least and how long a daemon stays away, in ms. */
const AWAY_MS = 8_000
/** Chance that a member votes, that its vote is yes, that a daemon is killed and not stopped. */
const VOTES = 0.95
const SAYS_YES = 0.9
const IS_KILLED = 0.5
/** Lines of the document that all write. */
const LINES = 20

/** What has happened how often. */
export interface Happenings {
  ballots: number
  upgrades: number
  edits: number
  stops: number
  kills: number
  splits: number
  /** Acts that a node refused or that met one on its way down. */
  refusals: number
}

/** The coalition's life. */
export class Life {
  readonly happened: Happenings = {
    ballots: 0,
    upgrades: 0,
    edits: 0,
    stops: 0,
    kills: 0,
    splits: 0,
    refusals: 0,
  }
  /** Ballots that were opened, with the members that knew of them at first. */
  readonly opened: string[] = []
  private readonly members: readonly HaulMember[]
  private readonly dice: Dice
  private readonly document: string
  private number = 0

  private constructor(members: readonly HaulMember[], seed: number, document: string) {
    this.members = members
    this.dice = new Dice(seed)
    this.document = document
  }

  /** Begins with a document that everybody holds. */
  static async begin(members: readonly HaulMember[], seed: number): Promise<Life> {
    const [first] = members
    if (!first) throw new RangeError('a coalition has members')
    const created = await first.api.documents.create({
      kind: 'text',
      title: 'Runbook',
      editors: 'members',
    })
    const document = unwrap(created).cid ?? ''
    const content = Array.from({ length: LINES }, (_, i) => `${i}. nothing yet\n`).join('')
    unwrap(await first.api.documents.write({ id: document, content }))
    await waitPatiently('all hold the document', async () => {
      const reads = members.map(({ api }) => api.documents.read(document))
      return (await Promise.all(reads)).every((read) => read.ok)
    })
    return new Life(members, seed, document)
  }

  /** The next thing that happens; returns when it is over. */
  async step(): Promise<void> {
    const { dice } = this
    const roll = dice.roll()
    if (roll < 0.4) await this.decide(this.up)
    else if (roll < 0.5) await this.upgrade()
    else if (roll < 0.8) await this.write(dice.pick(this.up))
    else if (roll < 0.92) await this.churn()
    else await this.split()
  }

  private get up(): HaulMember[] {
    return this.members.filter(({ isUp }) => isUp)
  }

  /** Somebody of these proposes, and they vote; the ballot settles while life goes on. */
  private async decide(among: readonly HaulMember[], over: Partial<ProposalInput> = {}) {
    const { dice } = this
    const number = this.number++
    const input = { ...simpleProposal(`policy@n${number}`, `Decision ${number}`), ...over }
    const proposer = dice.pick(among)
    const id = await this.act(() => proposer.api.propose(input))
    if (id === undefined) return undefined
    this.happened.ballots++
    this.opened.push(id)
    await Promise.all(among.map((member) => this.vote(member, id)))
    return id
  }

  private async vote({ api }: HaulMember, id: string): Promise<void> {
    if (!this.dice.chance(VOTES)) return
    const choice = this.dice.chance(SAYS_YES) ? 'yes' : 'no'
    const isThere = async (): Promise<boolean> => (await api.proposal(id)).ok
    await waitPatiently('the proposal is there', isThere)
    await this.act(() => api.vote(id, choice, undefined))
  }

  /** An upgrade that all roll out in one stage, once it is adopted. */
  private async upgrade(): Promise<void> {
    const all = plainStage('all', { soak: 500, minReports: 4 })
    const id = await this.decide(this.up, {
      kind: 'upgrade',
      scope: UPGRADE_SCOPE,
      rollout: { stages: [all], indicators: [], builds: [] },
      rollback: { steps: ['Start the version before.'], onHalt: false },
    })
    if (id === undefined) return
    this.happened.upgrades++
    await waitPatiently(
      'the upgrade is decided',
      async () => (await this.outcomeAt(this.dice.pick(this.up).api, id)) !== 'open',
    )
    const report = { proposal: id, status: 'healthy', metrics: [], mitigations: [] } as const
    for (const { api } of this.up) await this.act(() => api.rollouts.report(report))
  }

  /** A member changes a line of what it reads. */
  private async write({ api }: HaulMember): Promise<void> {
    const id = this.document
    await this.act(async () => {
      const read = await api.documents.read(id)
      if (!read.ok) return read
      const lines = read.value.text.split('\n')
      lines[this.dice.int(0, LINES - 1)] = `line ${this.happened.edits} ${'x'.repeat(20)}`
      const content = lines.slice(0, LINES).join('\n')
      const written = await api.documents.write({ id, base: read.value.heads, content })
      if (!written.ok) return written
      this.happened.edits++
      return { ok: true, value: { cid: null } }
    })
  }

  /** A daemon goes, politely or not, things happen without it, it comes back. */
  private async churn(): Promise<void> {
    const { dice, happened } = this
    const member = dice.pick(this.members.filter(({ stays }) => !stays))
    const isKilled = dice.chance(IS_KILLED)
    if (isKilled) happened.kills++
    else happened.stops++
    await member.down(isKilled ? 'SIGKILL' : 'SIGTERM')
    await this.decide(this.up)
    await pause(AWAY_MS * dice.roll())
    await member.up()
    await this.joined([member])
  }

  /** Two parts that do not hear each other, both at work; the smaller can decide nothing. */
  private async split(): Promise<void> {
    const { dice, members, happened } = this
    happened.splits++
    const shuffled = dice.shuffled(members)
    const at = dice.int(Math.ceil(members.length / 2), members.length - 2)
    const parts = [shuffled.slice(0, at), shuffled.slice(at)] as const
    await this.hear(parts, 'block')
    for (const part of parts) {
      await this.decide(part)
      await this.write(dice.pick(part))
    }
    await pause(AWAY_MS * dice.roll())
    await this.hear(parts, 'unblock')
    await this.joined(members)
  }

  private async hear(
    [left, right]: readonly [readonly HaulMember[], readonly HaulMember[]],
    how: 'block' | 'unblock',
  ): Promise<void> {
    const tell = async (ones: readonly HaulMember[], others: readonly HaulMember[]) => {
      const ids = others.map(({ id }) => id)
      for (const { api } of ones)
        await waitPatiently('a member is told', async () => (await api[how](ids)).ok)
    }
    await tell(left, right)
    await tell(right, left)
  }

  /** These are connected with everybody again. */
  private async joined(members: readonly HaulMember[]): Promise<void> {
    await waitPatiently('all are connected', async () => {
      const states = await Promise.all(members.map(({ api }) => api.status()))
      return states.every(({ peers }) => peers.connected === this.members.length - 1)
    })
  }

  /** How a ballot stands at a node. */
  async outcomeAt(api: ApiClient, id: string): Promise<string> {
    const detail = await api.proposal(id)
    return detail.ok ? detail.value.outcome : detail.code
  }

  private async act(
    what: () => Promise<{ readonly ok: boolean; readonly value?: { readonly cid: string | null } }>,
  ): Promise<string | undefined> {
    try {
      const done = await what()
      if (!done.ok) this.happened.refusals++
      return done.value?.cid ?? undefined
    } catch (error) {
      // A machine that is busy with other things may not answer in time.
      if (!(error instanceof ApiError)) throw error
      this.happened.refusals++
      return undefined
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
