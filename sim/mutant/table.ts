/** The table of mutants: each broken rule with the oracle, scenario and seed that catch it. */
import type { RunResult } from '../run-result.ts'
import { runScenario } from '../run-scenario.ts'
import { loadScenario } from '../scenario/catalogue.ts'
import type { Mutant } from './mutants.ts'

/** Seeds within which each mutant must be caught. */
export const MOST_SEEDS = 200

/** How a mutant was caught. */
export interface Catch {
  readonly mutant: Mutant
  readonly seed: number
  readonly oracles: readonly string[]
  readonly sentence: string
}

/** The first seed with which an oracle catches a mutant; undefined where none does. */
export function hunt(mutant: Mutant, most = MOST_SEEDS): Catch | undefined {
  const scenario = loadScenario(mutant.scenario)
  for (let seed = 1; seed <= most; seed++) {
    const failed = failures(runScenario(scenario, seed, mutant.options))
    const [first] = failed
    if (!first) continue
    const oracles = failed.map(({ name }) => name)
    return { mutant, seed, oracles, sentence: first.failure?.sentence ?? '' }
  }
  return undefined
}

const failures = ({ oracles, verdict }: RunResult) =>
  verdict === 'fail' ? oracles.filter(({ ok }) => !ok) : []

/** `docs/simulator-mutants.md`. */
export function mutantTable(catches: readonly Catch[]): string {
  const rows = catches.map(
    ({ mutant, seed, oracles, sentence }) =>
      `| \`${mutant.name}\` | ${mutant.about} | ${oracles.map((name) => `\`${name}\``).join(', ')} | \`folkmoot-sim run ${mutant.scenario} --seed ${seed} --mutant ${mutant.name}\` | ${sentence} |`,
  )
  return `# Mutants of the simulator

Rules broken on purpose, one at a time, to see that the oracles have teeth. Each is a switch that only
tests set; each is caught within ${MOST_SEEDS} seeds. Made by \`npm run sim:mutants\`; ${catches.length} mutants.

| mutant | what is broken | caught by | see it | what it says |
|---|---|---|---|---|
${rows.join('\n')}
`
}
