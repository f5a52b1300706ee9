/** Adopted ballots that resume a halted rollout (design §3.9), by the proposal that it is of. */
import type { OpCid } from '../../op/ids.ts'
import type { ResumeRecord } from '../../proposal/rollout/record.ts'
import type { Ballot } from '../ballot.ts'

/** What a ballot would resume, and which statements it clears; undefined for any other ballot. */
export function resumedBy({
  proposal: { op },
  body,
}: Pick<Ballot, 'proposal' | 'body'>):
  | { readonly target: OpCid; readonly clears: readonly OpCid[] }
  | undefined {
  const target = body.resumes && op.refs[body.resumes.ballot]
  if (target === undefined || !body.resumes) return undefined
  return { target, clears: body.resumes.clears.flatMap((position) => op.refs[position] ?? []) }
}

/** The resumes of each rollout, by CID. */
export function adoptedResumes(
  ballots: readonly Ballot[],
  outcomes: ReadonlyMap<OpCid, { readonly outcome: string }>,
): ReadonlyMap<OpCid, readonly ResumeRecord[]> {
  const byTarget = new Map<OpCid, ResumeRecord[]>()
  for (const ballot of ballots) {
    const resumed = ballot.rest ? undefined : resumedBy(ballot)
    if (!resumed || outcomes.get(ballot.id)?.outcome !== 'adopted') continue
    const record = { ballot: ballot.id, clears: resumed.clears }
    const others = byTarget.get(resumed.target) ?? []
    byTarget.set(resumed.target, [...others, record].sort(byBallot))
  }
  return byTarget
}

const byBallot = (a: ResumeRecord, b: ResumeRecord): number => (a.ballot < b.ballot ? -1 : 1)
