/** A duller world: each candidate takes one thing away that a failure may not need. */
import type { Scenario } from '../scenario/scenario.ts'

/** Scenarios like this one with one setting at its plainest. */
export function* calmer(scenario: Scenario): Generator<Scenario> {
  const { network, people, coalition } = scenario
  if (coalition.observers > 0) yield { ...scenario, coalition: { ...coalition, observers: 0 } }
  if (network.loss > 0 || network.duplication > 0)
    yield { ...scenario, network: { ...network, loss: 0, duplication: 0 } }
  if (network.bandwidth !== null) yield { ...scenario, network: { ...network, bandwidth: null } }
  if (people.revise > 0) yield { ...scenario, people: { ...people, revise: 0 } }
  if (people.timezones) yield { ...scenario, people: { ...people, timezones: false } }
  if (people.turnout < 1) yield { ...scenario, people: { ...people, turnout: 1 } }
  if (coalition.members.some(({ weight }) => weight !== 1)) yield withEqualWeights(scenario)
}

function withEqualWeights(scenario: Scenario): Scenario {
  const { coalition } = scenario
  const { charter } = coalition
  return {
    ...scenario,
    coalition: {
      ...coalition,
      members: coalition.members.map((member) => ({ ...member, weight: 1 })),
      charter: {
        ...charter,
        stakeholders: charter.stakeholders.map((one) => ({ ...one, weight: 1 })),
      },
    },
  }
}
