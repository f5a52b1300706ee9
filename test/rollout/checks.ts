/** What must hold of every world, by rules written down a second time and in another way. */

import { unwrap } from '../../src/op/refusal.ts'
import { compare, parseQuantity } from '../../src/proposal/rollout/quantity.ts'
import type { Deed, Message, Org, World } from './world.ts'

/** Everything that is wrong with a world that was played; nothing, if all is well. */
export const faultsOf = (world: World): string[] => [
  ...world.orgs.flatMap((org) => org.deeds.flatMap((deed) => openedAfterHalt(world, org, deed))),
  ...world.orgs.flatMap(begunTwice),
  ...apart(world),
]

/** Whoever has heard a halt that no ballot cleared opens nothing more. */
function openedAfterHalt(world: World, { id }: Org, { turn, heard }: Deed): string[] {
  if (turn.kind !== 'deploy') return []
  const halting = haltingIn(world, heard)
  return halting.length === 0
    ? []
    : [`${id} opened ${turn.stage} though it had heard ${halting.join(', ')}`]
}

/** What halts, told by going through everything one by one. */
function haltingIn({ plan, cohorts }: World, heard: readonly Message[]): string[] {
  const named = new Set(heard.flatMap((one) => (one.kind === 'resume' ? one.record.clears : [])))
  const said = heard.flatMap((one) => (one.kind === 'resume' ? [] : one))
  const isCleared = ({ record: { key, seq } }: (typeof said)[number]): boolean =>
    said.some(({ record }) => named.has(record.cid) && record.key === key && record.seq >= seq)
  const open = said.filter((one) => !isCleared(one))
  const stops = open.flatMap((one) =>
    one.kind === 'halt' ? [`stop of ${one.record.stakeholder}`] : [],
  )
  const stages = plan.stages.flatMap(({ name, failureLimit }, at) => {
    const failed = new Set<string>()
    const breaches: string[] = []
    for (const one of open) {
      if (one.kind !== 'report' || one.record.stage !== name) continue
      const { stakeholder, status, metrics } = one.record
      if (!cohorts[at]?.includes(stakeholder) || status === 'rolled-back') continue
      const isBreach =
        plan.indicators.length > 0 &&
        metrics.some(({ value }) => compare(value, '>', unwrap(parseQuantity('50%'))))
      if (isBreach) breaches.push(`breach by ${stakeholder}`)
      if (isBreach || status === 'failed') failed.add(stakeholder)
    }
    return failed.size > failureLimit ? [...breaches, `failures in ${name}`] : breaches
  })
  return [...stops, ...stages]
}

/** No hook is begun twice in a stage and attempt. */
function begunTwice({ id, deeds }: Org): string[] {
  const seen = new Set<string>()
  return deeds.flatMap(({ turn: { kind, stage, attempt } }) => {
    const name = `${kind} ${stage} ${attempt}`
    const isTwice = kind === 'deploy' && seen.has(name)
    seen.add(name)
    return isTwice ? [`${id} began ${name} twice`] : []
  })
}

/** Whoever heard the same sees the same stages. */
function apart(world: World): string[] {
  const seen = world.orgs.map((org) => {
    const { state, stages, moved, attempt, halts } = world.course(org)
    const words = stages.map(({ progress, members }) => [
      progress,
      members.map(({ status }) => status),
    ])
    return JSON.stringify([state, words, moved, attempt, halts])
  })
  const different = new Set(seen)
  return different.size > 1 ? [`they end apart: ${[...different].join(' | ')}`] : []
}
