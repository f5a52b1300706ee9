/** Which statements about a rollout count (design §3.9): by whom they are, never when they came. */
import type { Held } from '../../chain/held.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import type {
  CloseRecord,
  HaltRecord,
  ReportRecord,
  RolloutRecords,
  RolloutStatement,
} from '../../proposal/rollout/record.ts'
import type { Eligibility } from '../eligibility.ts'
import type { Entry } from '../entry.ts'
import type { Topic } from '../topics.ts'
import type { Planned } from './planned.ts'

/** What was said about a rollout; resumes are ballots of their own. */
export type RolloutSaid = Omit<RolloutRecords, 'resumes'>

/** Who may speak on a rollout. */
export interface RolloutForum {
  readonly planned: Planned | undefined
  readonly membership: Eligibility
}

/** Counts statements about one rollout, each once. */
export class RolloutCount {
  private readonly forum: RolloutForum
  private readonly reports: ReportRecord[] = []
  private readonly halts: HaltRecord[] = []
  private readonly closes: CloseRecord[] = []

  constructor(forum: RolloutForum) {
    this.forum = forum
  }

  /** What counts so far; grows with what is heard next. */
  get said(): RolloutSaid {
    return { reports: this.reports, halts: this.halts, closes: this.closes }
  }

  /** Hears a report. Whether its author is in that stage is for the plan to say. */
  hearReport(entry: Topic['reports'][number]): void {
    const statement = this.statement(entry)
    if (!statement) return
    const { stage, attempt, status, metrics, mitigations = [], note, supersedes } = entry.body
    const replaced = resolve(entry.held, supersedes)
    const report = { stage, attempt, status, metrics, mitigations, note, supersedes: replaced }
    this.reports.push({ ...statement, ...report })
  }

  /** Hears a "stop" of somebody whom the rollout touches. */
  hearHalt(entry: Topic['halts'][number]): void {
    const statement = this.statement(entry)
    if (!statement || !this.forum.planned?.mayHalt.has(statement.stakeholder)) return
    this.halts.push({ ...statement, reason: entry.body.reason })
  }

  /** Hears the record of a stage, by its cohort, an owner or the author. */
  hearClose(entry: Topic['closes'][number]): void {
    const statement = this.statement(entry)
    if (!statement || !this.forum.planned?.mayHalt.has(statement.stakeholder)) return
    const { stage, deviations, mitigations, rationale } = entry.body
    this.closes.push({ ...statement, stage, deviations, mitigations, rationale })
  }

  private statement({ held }: Entry<unknown>): RolloutStatement | undefined {
    const { planned, membership } = this.forum
    const stakeholder: StakeholderId | undefined = planned && membership.speakerOf(held)
    if (stakeholder === undefined) return undefined
    const { cid, key, seq, at } = held.op
    return { cid, key, seq, at, stakeholder, seenAt: held.seenAt }
  }
}

/** The references that positions point at; positions past the end point at nothing. */
const resolve = ({ op }: Held, positions: readonly number[]): OpCid[] =>
  positions.flatMap((position) => op.refs[position] ?? [])
