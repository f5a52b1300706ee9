/** A scenario from its text, or an error that names every place where the text is wrong. */
import { formatProblem } from '../../src/charter/problem.ts'
import { parseKnown, ScenarioError } from '../scenario/catalogue.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Reads a scenario; throws `ScenarioError` with one line for each problem. */
export function readScenario(
  text: string,
  file: string,
  strategies: readonly string[] = [],
): Scenario {
  const parsed = parseKnown(text, strategies)
  if (parsed.ok) return parsed.scenario
  const lines = parsed.problems.map((found) => formatProblem(found, file))
  throw new ScenarioError(
    'bad-scenario',
    lines.join('\n'),
    'folkmoot-sim schema prints what may stand where',
  )
}
