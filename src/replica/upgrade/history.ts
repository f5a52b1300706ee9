/**
 * What an upgrade took, from the log: times of stages, who waited for whom, gates as they came to
 * hold, overrides, deviations, participation. By the clocks of those who said it: a function of the
 * operations that are held, the same at every node that holds them.
 */
import type { Gate } from '../../ballot/verdict.ts'
import type { OpCid } from '../../op/ids.ts'
import { judgeGate } from '../../proposal/gates/judge.ts'
import type { Ballot } from '../ballot.ts'
import type { Standing } from '../outcomes.ts'
import type { ReplicaReader } from '../reader.ts'

/** Most words whose effect on gates is replayed; later ones are left out. */
export const MAX_REPLAYED = 512

/** One step of an upgrade. */
export interface StepTime {
  readonly step: string
  readonly from: number
  /** Null while it goes on. */
  readonly to: number | null
}

/** How long a member took in a step, from when the step began. */
export interface Wait {
  readonly step: string
  readonly stakeholder: string
  /** Null where it said nothing. */
  readonly afterMs: number | null
}

/** A gate at the moment when it opened or shut. */
export interface GateChange {
  readonly gate: string
  readonly at: number
  readonly met: boolean
  readonly sentence: string
}

/** What one member did. */
export interface Participation {
  readonly stakeholder: string
  readonly stance: string
  readonly comments: number
  readonly attestations: number
  readonly reports: number
}

/** What went otherwise than planned in a stage of the rollout. */
export interface Deviation {
  readonly stage: string
  readonly stakeholder: string
  readonly deviations: readonly string[]
  readonly rationale: string
}

/** Everything that the log says about an upgrade. */
export interface UpgradeHistory {
  readonly id: OpCid
  readonly title: string
  readonly author: string
  readonly outcome: string
  readonly steps: readonly StepTime[]
  /** The slowest first; those who said nothing last. */
  readonly waits: readonly Wait[]
  readonly gates: readonly GateChange[]
  /** Words beyond those whose effect on gates is replayed. */
  readonly notReplayed: number
  readonly overrides: readonly { readonly gate: string; readonly ballot: OpCid }[]
  readonly deviations: readonly Deviation[]
  readonly halts: readonly {
    readonly stakeholder: string
    readonly at: number
    readonly reason: string
  }[]
  readonly participation: readonly Participation[]
}

/** Gathers the history of a ballot. */
export function upgradeHistory(
  replica: Pick<ReplicaReader, 'ledger'>,
  ballot: Ballot,
  standing: Standing,
): UpgradeHistory {
  const { id, body, author, rolloutSaid } = ballot
  const votes = votesOf(ballot)
  const seals = sealsOf(replica, ballot)
  const settledAt = least(ballot.settlements.flatMap(({ cid }) => atOf(replica, cid) ?? []))
  const overridden = standing.overridden.get(id) ?? new Map<string, OpCid>()
  return {
    ...{ id, title: body.title, author },
    outcome: standing.outcomes.get(id)?.outcome ?? 'open',
    steps: [...ballotSteps(ballot, seals, settledAt), ...rolloutSteps(ballot)],
    waits: waitsOf(ballot, votes, seals),
    ...gateChanges(ballot),
    overrides: [...overridden].map(([gate, by]) => ({ gate, ballot: by })).sort(byGate),
    deviations: rolloutSaid.closes
      .map(({ stage, stakeholder, deviations, rationale }) => ({
        ...{ stage, stakeholder, deviations, rationale },
      }))
      .sort((a, b) => order(`${a.stage} ${a.stakeholder}`, `${b.stage} ${b.stakeholder}`)),
    halts: rolloutSaid.halts
      .map(({ stakeholder, at, reason }) => ({ stakeholder, at, reason }))
      .sort((a, b) => a.at - b.at || order(a.stakeholder, b.stakeholder)),
    participation: participationOf(ballot),
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byGate = (a: { readonly gate: string }, b: { readonly gate: string }): number =>
  order(a.gate, b.gate)

const atOf = ({ ledger }: Pick<ReplicaReader, 'ledger'>, cid: OpCid): number | undefined =>
  ledger.byCid.get(cid)?.op.at

const least = (moments: readonly number[]): number | undefined =>
  moments.length === 0 ? undefined : Math.min(...moments)
const most = (moments: readonly number[]): number | undefined =>
  moments.length === 0 ? undefined : Math.max(...moments)

/** When a member first said something in a step. */
type Moments = ReadonlyMap<string, number>

const votesOf = ({ positions }: Ballot): Moments =>
  new Map(
    [...positions].flatMap(([id, { votes }]) => {
      const at = least(votes.map((vote) => vote.at))
      return at === undefined ? [] : [[id, at]]
    }),
  )

const sealsOf = (replica: Pick<ReplicaReader, 'ledger'>, { board }: Ballot): Moments =>
  new Map(
    [...board.endorse, ...board.decline].flatMap(([id, cid]) => {
      const at = atOf(replica, cid)
      return at === undefined ? [] : [[id, at]]
    }),
  )

/** The planned windows, then what came of them: sealing ends with the first settlement. */
function ballotSteps(
  { body, windows }: Ballot,
  seals: Moments,
  settledAt: number | undefined,
): StepTime[] {
  const { deliberation, review, interop, demonstration = 0 } = windows
  let at = body.opensAt
  const early = Object.entries({ deliberation, review, interop, demonstration }).flatMap(
    ([step, lengthMs]): StepTime[] => {
      const from = at
      at += lengthMs
      return lengthMs === 0 ? [] : [{ step, from, to: at }]
    },
  )
  const firstSeal = least([...seals.values()])
  return [
    ...early,
    { step: 'voting', from: at, to: firstSeal ?? null },
    ...(firstSeal === undefined
      ? []
      : [{ step: 'settling', from: firstSeal, to: settledAt ?? null }]),
  ]
}

/** Each stage of the rollout from its first report to its last healthy one. */
function rolloutSteps({ planned, rolloutSaid }: Ballot): StepTime[] {
  return (planned?.plan.stages ?? []).flatMap(({ name }) => {
    const said = rolloutSaid.reports.filter(({ stage }) => stage === name)
    const from = least(said.map(({ at }) => at))
    const healthy = said.filter(({ status }) => status === 'healthy')
    const to = most(healthy.map(({ at }) => at)) ?? null
    return from === undefined ? [] : [{ step: `rollout: ${name}`, from, to }]
  })
}

function waitsOf(ballot: Ballot, votes: Moments, seals: Moments): Wait[] {
  const { deliberation, review, interop, demonstration = 0 } = ballot.windows
  const votingAt = ballot.body.opensAt + deliberation + review + interop + demonstration
  const members = ballot.electorate.members.map(({ id }) => id)
  const sealing = least([...seals.values()]) ?? votingAt
  const stages = (ballot.planned?.plan.stages ?? []).map(({ name }, i) => {
    const said = ballot.rolloutSaid.reports.filter(({ stage }) => stage === name)
    const first = new Map<string, number>()
    for (const { stakeholder, at } of said)
      first.set(stakeholder, Math.min(at, first.get(stakeholder) ?? at))
    const cohort = ballot.planned?.cohorts[i] ?? []
    return { step: `rollout: ${name}`, from: least([...first.values()]), who: cohort, first }
  })
  const steps = [
    { step: 'voting', from: votingAt, who: members, first: votes },
    { step: 'settling', from: sealing, who: members, first: seals },
    ...stages.flatMap(({ from, ...rest }) => (from === undefined ? [] : [{ ...rest, from }])),
  ]
  return steps.flatMap(({ step, from, who, first }) =>
    who
      .map((stakeholder) => {
        const at = first.get(stakeholder)
        return { step, stakeholder, afterMs: at === undefined ? null : Math.max(0, at - from) }
      })
      .sort(bySlowness),
  )
}

const bySlowness = (a: Wait, b: Wait): number =>
  (b.afterMs ?? -1) - (a.afterMs ?? -1) || order(a.stakeholder, b.stakeholder)

/** Gates as each word on the ballot opened or shut them, in the order of their authors' clocks. */
function gateChanges({
  gateScene,
  track,
  body,
}: Ballot): Pick<UpgradeHistory, 'gates' | 'notReplayed'> {
  const { attestations, comments } = gateScene
  const all = [...attestations, ...comments].sort((a, b) => a.at - b.at || order(a.cid, b.cid))
  const words = all.slice(0, MAX_REPLAYED)
  const before = new Map<string, boolean>()
  const changes: GateChange[] = []
  const moments = [{ at: body.opensAt, cid: undefined }, ...words]
  const known = new Set<OpCid>()
  for (const { at, cid } of moments) {
    if (cid !== undefined) known.add(cid)
    const scene = {
      ...gateScene,
      attestations: attestations.filter((one) => known.has(one.cid)),
      comments: comments.filter((one) => known.has(one.cid)),
    }
    for (const [name, parameters] of Object.entries(track.gates)) {
      const gate: Gate = judgeGate(name, parameters, scene)
      if (before.get(name) === gate.met) continue
      before.set(name, gate.met)
      changes.push({ gate: name, at, met: gate.met, sentence: gate.sentence })
    }
  }
  return { gates: changes, notReplayed: all.length - words.length }
}

function participationOf({ tally, gateScene, rolloutSaid, charter }: Ballot): Participation[] {
  const stances = new Map(
    tally.lines.map(({ stakeholder, stance }) => [String(stakeholder), stance]),
  )
  const count = (list: readonly { readonly stakeholder: string }[], id: string): number =>
    list.filter(({ stakeholder }) => stakeholder === id).length
  return charter.stakeholders.map(({ id }) => ({
    stakeholder: id,
    stance: stances.get(id) ?? 'does not vote on it',
    comments: count(gateScene.comments, id),
    attestations: count(gateScene.attestations, id),
    reports: count(rolloutSaid.reports, id),
  }))
}
