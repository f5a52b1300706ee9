/**
 * Gates that an adopted ballot has count as met (design §3.8): laid over the ballots that they hold
 * open, so that nothing of those ballots follows from another but this.
 */
import { contingencyRules } from '../../ballot/contingency.ts'
import { type Gate, verdict } from '../../ballot/verdict.ts'
import type { OpCid } from '../../op/ids.ts'
import type { Ballot } from '../ballot.ts'

/** Gates by name, each with the ballot that overrides it. */
export type GateOverrides = ReadonlyMap<string, OpCid>

/** The gates of each ballot that adopted ballots override; of several for one gate the lowest CID. */
export function gateOverrides(
  ballots: readonly Ballot[],
  outcomes: ReadonlyMap<OpCid, { readonly outcome: string }>,
): ReadonlyMap<OpCid, GateOverrides> {
  const byTarget = new Map<OpCid, Map<string, OpCid>>()
  for (const ballot of ballots) {
    const named = ballot.rest ? undefined : overriddenBy(ballot)
    if (!named || outcomes.get(ballot.id)?.outcome !== 'adopted') continue
    const gates = byTarget.get(named.ballot) ?? new Map<string, OpCid>()
    byTarget.set(named.ballot, gates)
    const before = gates.get(named.gate)
    if (before === undefined || ballot.id < before) gates.set(named.gate, ballot.id)
  }
  return byTarget
}

/** The gate that a ballot would have count as met, and on which ballot. */
export function overriddenBy({
  proposal,
  body,
}: Pick<Ballot, 'proposal' | 'body'>):
  | { readonly ballot: OpCid; readonly gate: string }
  | undefined {
  const target = body.overrides && proposal.op.refs[body.overrides.ballot]
  return target && body.overrides ? { ballot: target, gate: body.overrides.gate } : undefined
}

/** A ballot with these gates counting as met, and marked. */
export function withOverrides(ballot: Ballot, overrides: GateOverrides): Ballot {
  const gates = ballot.gates.map((gate) => overridden(gate, overrides.get(gate.gate)))
  const { tally, gateScene, electorate, track, withdrawn, body, provisional } = ballot
  const input = { tally, electorate, track, withdrawn, gates }
  const judged = { gateScene, tally, withdrawn, gates, verdict: verdict(input) }
  if (!provisional) return { ...ballot, ...judged, provisional }
  const { contingency } = provisional
  const rules = contingencyRules({ ...input, contingency, reversible: body.reversible })
  return { ...ballot, ...judged, provisional: { ...provisional, rules } }
}

const overridden = (gate: Gate, by: OpCid | undefined): Gate =>
  by === undefined
    ? gate
    : {
        ...gate,
        met: true,
        overriddenBy: by,
        sentence: `OVERRIDDEN by ballot ${by}; without that: ${gate.sentence}`,
      }
