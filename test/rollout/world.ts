/**
 * Organisations that take part in one rollout, each with what it has heard and its own clock; messages
 * come late, twice and in any order. One of them may lie. What they do is what `turnOf` tells them.
 */
import type { OpCid, StakeholderId } from '../../src/op/ids.ts'
import { cohortsOf } from '../../src/proposal/rollout/cohort.ts'
import { type Course, courseOf } from '../../src/proposal/rollout/course.ts'
import { REPORT_STATUSES, type ReportStatus } from '../../src/proposal/rollout/ops.ts'
import type { RolloutPlan } from '../../src/proposal/rollout/plan.ts'
import type {
  HaltRecord,
  ReportRecord,
  ResumeRecord,
  RolloutRecords,
} from '../../src/proposal/rollout/record.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Rollout } from '../../src/replica/rollout/rollout.ts'
import { type RolloutTurn, turnOf } from '../../src/replica/rollout/turn.ts'
import { Dice } from '../convergence/moot.ts'
import { keyIdOf } from '../support/key-ids.ts'
import { metric, plainStage } from '../support/rollout.ts'

/** Something that was said, as it travels. */
export type Message =
  | { readonly kind: 'report'; readonly record: ReportRecord }
  | { readonly kind: 'halt'; readonly record: HaltRecord }
  | { readonly kind: 'resume'; readonly record: ResumeRecord }

/** Something that an organisation began. */
export interface Deed {
  readonly turn: RolloutTurn
  /** What it had heard by then. */
  readonly heard: readonly Message[]
}

/** How organisations see a rollout; tests break it. */
export type Sight = (scene: Parameters<typeof courseOf>[0]) => Course

/** One organisation. */
export interface Org {
  readonly id: StakeholderId
  readonly heard: Message[]
  /** Its clock is that much ahead, in ms. */
  readonly aheadMs: number
  readonly inbox: Message[]
  readonly deeds: Deed[]
  seq: number
}

/** A world of one seed. */
export class World {
  readonly dice: Dice
  readonly orgs: readonly Org[]
  readonly plan: RolloutPlan
  readonly cohorts: readonly (readonly StakeholderId[])[]
  readonly rollback = { steps: ['back'], onHalt: true }
  private readonly sight: Sight
  private nowMs = 0
  private said = 0

  constructor(seed: number, sight: Sight = courseOf) {
    this.dice = new Dice(seed)
    this.sight = sight
    const { dice } = this
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, dice.int(3, 6)) as StakeholderId[]
    this.orgs = ids.map((id) => {
      return { id, heard: [], aheadMs: dice.int(-50, 50), inbox: [], deeds: [], seq: 0 }
    })
    const members = ids.map((id) => ({ id, functions: [] }))
    this.plan = randomPlan(dice)
    this.cohorts = cohortsOf(this.plan, { members, seed: `seed ${seed}` })
  }

  /** Everybody acts, lies, hears and waits, at random; then everything is heard and time passes. */
  play(steps: number): void {
    for (let step = 0; step < steps; step++) this.step()
    for (const org of this.orgs) while (org.inbox.length > 0) this.hear(org, 1)
    this.nowMs += 1_000_000
  }

  /** The rollout as an organisation sees it. */
  course(org: Org, sight = this.sight): Course {
    const { plan, rollback, cohorts } = this
    const records = recordsOf(org.heard)
    return sight({ plan, rollback, cohorts, records, now: this.nowMs + org.aheadMs })
  }

  private step(): void {
    const { dice } = this
    const org = dice.pick(this.orgs)
    const roll = dice.roll()
    if (roll < 0.35) this.hear(org, 1)
    else if (roll < 0.45) this.nowMs += dice.int(1, 60)
    else if (roll < 0.75) this.act(org)
    else if (roll < 0.9) this.finish(org)
    else if (roll < 0.92) this.halt(org)
    else if (roll < 0.94) this.resume(org)
    else if (org === this.orgs[0]) this.lie(org)
  }

  /** Some messages reach it, from anywhere in its inbox; some come twice. */
  private hear(org: Org, count: number): void {
    const { dice } = this
    for (let i = 0; i < count; i++) {
      const [message] = org.inbox.splice(dice.int(0, Math.max(0, org.inbox.length - 1)), 1)
      if (!message) return
      const known = org.heard.some((one) => idOf(one) === idOf(message))
      if (!known) org.heard.push(seenAt(message, this.nowMs + org.aheadMs))
      if (dice.chance(0.1)) org.inbox.push(message)
    }
  }

  /** It begins what is its turn. */
  private act(org: Org): void {
    const turn = this.turn(org)
    if (!turn) return
    org.deeds.push({ turn, heard: [...org.heard] })
    this.report(org, turn.stage, turn.kind === 'deploy' ? 'started' : 'rolled-back', turn.attempt)
  }

  private turn(org: Org): RolloutTurn | undefined {
    const course = this.course(org)
    // cast: a turn asks of a ballot who it is and what was reported, nothing else.
    const ballot = {
      id: 'rollout',
      rolloutSaid: recordsOf(org.heard),
    } as Pick<Ballot, 'rolloutSaid'> as Ballot
    return turnOf({ ballot, course } as Rollout, org.id)
  }

  /** What it began comes to an end. */
  private finish(org: Org): void {
    const { dice } = this
    const course = this.course(org)
    const begun = course.standing.find(
      ({ stakeholder, status }) => stakeholder === org.id && status === 'started',
    )
    if (!begun) return
    const status = dice.chance(0.85)
      ? 'healthy'
      : dice.pick<ReportStatus>(['failed', 'inconclusive', 'degraded'])
    this.report(org, begun.stage, status, course.attempt)
  }

  private report(org: Org, stage: string, status: ReportStatus, attempt: number): void {
    const standing = this.course(org).standing.filter(
      (report) =>
        report.stakeholder === org.id && (status === 'rolled-back' || report.stage === stage),
    )
    const errors = this.dice.chance(0.04) ? '90%' : '1%'
    this.say(org, {
      kind: 'report',
      record: {
        ...this.statement(org),
        ...{ stage, attempt, status, mitigations: [], note: undefined },
        metrics: status === 'healthy' ? [metric('errors', errors)] : [],
        supersedes: standing.map(({ cid }) => cid),
      },
    })
  }

  private halt(org: Org): void {
    this.say(org, { kind: 'halt', record: { ...this.statement(org), reason: 'stop' } })
  }

  /** A ballot that everybody adopted clears what its author knew of. */
  private resume(org: Org): void {
    const { halts } = this.course(org)
    const clears = halts.flatMap(({ statements }) => statements)
    if (clears.length === 0) return
    const ballot = `resume-${this.said++}` as OpCid
    this.say(org, { kind: 'resume', record: { ballot, clears } })
  }

  /** A faulty member says anything about any stage, to some before others. */
  private lie(org: Org): void {
    const { dice } = this
    const before = org.heard.flatMap((one) => (one.kind === 'report' ? one.record.cid : []))
    this.say(org, {
      kind: 'report',
      record: {
        ...this.statement(org),
        stage: dice.pick(this.plan.stages).name,
        ...{ attempt: dice.int(0, 2), status: dice.pick(REPORT_STATUSES) },
        ...{ metrics: dice.chance(0.1) ? [metric('errors', '99%')] : [], mitigations: [] },
        note: undefined,
        supersedes: dice.some(before, 3),
      },
    })
  }

  private statement(org: Org) {
    const at = this.nowMs + org.aheadMs
    const cid = `cid-${String(this.said++).padStart(5, '0')}` as OpCid
    return { cid, stakeholder: org.id, key: keyIdOf(org.id), seq: org.seq++, at, seenAt: at }
  }

  private say(org: Org, message: Message): void {
    org.heard.push(message)
    for (const other of this.orgs) if (other !== org) other.inbox.push(message)
  }
}

/** Everything that an organisation has heard. */
export function recordsOf(heard: readonly Message[]): RolloutRecords {
  return {
    reports: heard.flatMap((one) => (one.kind === 'report' ? one.record : [])),
    halts: heard.flatMap((one) => (one.kind === 'halt' ? one.record : [])),
    resumes: heard.flatMap((one) => (one.kind === 'resume' ? one.record : [])),
    closes: [],
  }
}

const idOf = (message: Message): OpCid =>
  message.kind === 'resume' ? message.record.ballot : message.record.cid

function seenAt(message: Message, at: number): Message {
  if (message.kind === 'resume') return message
  return message.kind === 'report'
    ? { kind: 'report', record: { ...message.record, seenAt: at } }
    : { kind: 'halt', record: { ...message.record, seenAt: at } }
}

/** Two to four stages over shares of the members, with limits at random. */
function randomPlan(dice: Dice): RolloutPlan {
  const count = dice.int(2, 4)
  const stages = Array.from({ length: count }, (_, at) =>
    plainStage(`s${at}`, {
      cohort: { share: { num: at + 1, den: count } },
      soak: dice.pick([0, 20, 100]),
      minReports: dice.pick(['all', 1]),
      failureLimit: dice.int(0, 1),
      inconclusiveLimit: dice.int(0, 2),
    }),
  ).filter((_, at) => at < count)
  const indicators = dice.chance(0.7) ? [{ ...metric('errors', '50%'), op: '>' as const }] : []
  return { stages, indicators, builds: [] }
}
