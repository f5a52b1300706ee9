/** What `explain` says of a rollout: how far it is, what holds it, what would let it go on. */
import type { Fact } from '../../src/ballot/explain.ts'
import type { StageState } from '../../src/proposal/rollout/stage.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { readRollout } from '../../src/replica/rollout/rollouts.ts'
import { momentText } from './naming.ts'

/** One sentence on how far it is, one on the stage that has come, one on each halt. */
export function rolloutFacts(replica: Replica, ballot: Ballot): Fact[] {
  if (!ballot.planned) return []
  const found = readRollout(replica, ballot.id)
  if (!found.ok) return []
  const { course, basis } = found.value
  const isOver = ({ progress }: StageState) => progress === 'complete' || progress === 'closed'
  const through = course.stages.filter(isOver).length
  const current = course.stages.find((stage) => !isOver(stage))
  const mark = basis === 'provisional' ? ', PROVISIONAL' : ''
  const sentences = [
    `It is ${course.state}${mark}: ${through} of ${course.stages.length} stages are complete.`,
    ...(current ? [stageSentence(current)] : []),
    ...course.halts.map(
      ({ sentence }) => `Halted: ${sentence}; a ballot that names it lets it go on.`,
    ),
    ...(course.undo === undefined ? [] : [`Whoever has moved goes back: ${course.undo}.`]),
  ]
  return sentences.map((sentence) => ({ label: 'rollout', sentence }))
}

function stageSentence(stage: StageState): string {
  const { plan, progress, hold, healthy, needed, soakedAt } = stage
  const counts = `${healthy.length} of ${needed} are healthy`
  if (progress === 'soaking')
    return `Stage ${plan.name} soaks until ${momentText(soakedAt ?? 0)}: ${counts}.`
  return hold === undefined
    ? `Stage ${plan.name} is open: ${counts}.`
    : `Stage ${plan.name} is ${progress}: ${hold}.`
}
