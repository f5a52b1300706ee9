/**
 * Runs the shared vectors for StrykerJS, in its own process: nothing else may kill a mutant. What it
 * instruments is run once, to see which vectors come to which place; then each mutant is run as it would
 * be written (`changed.ts`), those vectors first that told most mutants before it.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import type { InstrumenterContext } from '@stryker-mutator/api/core'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner'
import type { Check } from '../vectors/runner/checks.ts'
import { COST } from '../vectors/runner/names.ts'
import { Reloader } from './changed.ts'

/** The entry of the vectors. */
const ENTRY = 'test/vectors/runner/checks.ts'
/** The sources as they are written; the process itself runs where they are instrumented. */
const ROOT = new URL('../../', import.meta.url)

/** Processor time that one vector may take, in ms, at least: unchanged, none takes a fifth of it. */
const MAX_VECTOR_MS = 500
/** The beginnings of the names of those vectors to which a file comes, to save the others; all unless given. */
const ONLY = process.env.VECTORS?.split(',')

interface Checks {
  readonly vectorChecks: () => Check[]
}

/** The instrumented sources and this runner talk by a global. */
const shared = globalThis as unknown as {
  __stryker__?: InstrumenterContext
  __vector__?: () => void
}
const context = (): InstrumenterContext => {
  shared.__stryker__ ??= {}
  return shared.__stryker__
}

/** The vectors as a test runner. */
class VectorRunner implements TestRunner {
  private readonly reloader = new Reloader(ROOT.href)
  /** How many mutants each vector told. */
  private readonly told = new Map<string, number>()

  /** Each mutant has modules of its own, and so what they evaluate once, when they load. */
  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true }
  }

  async dryRun(): Promise<DryRunResult> {
    const { vectorChecks } = (await this.reloader.plain(
      pathToFileURL(resolve(ENTRY)).href,
    )) as Checks
    const tests = wanted(vectorChecks(), ONLY).map((check) => observed(check))
    const { mutantCoverage } = context()
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) }
  }

  async mutantRun({
    activeMutant,
    testFilter,
    disableBail,
  }: MutantRunOptions): Promise<MutantRunResult> {
    const url = pathToFileURL(activeMutant.fileName).href
    const entry = new URL(ENTRY, ROOT).href
    try {
      const { vectorChecks } = (await this.reloader.changed(entry, url, activeMutant)) as Checks
      const checks = wanted(wanted(vectorChecks(), ONLY), testFilter)
      const tests = this.run(this.inOrder(checks), !disableBail)
      return toMutantRunResult({ status: DryRunStatus.Complete, tests })
    } catch (error) {
      return { status: MutantRunStatus.Error, errorMessage: String(error) }
    }
  }

  /** Answers before costs; of either first what told most. */
  private inOrder(checks: readonly Check[]): Check[] {
    const isCost = ({ name }: Check): number => Number(name.startsWith(`${COST}:`))
    const toldBy = ({ name }: Check): number => this.told.get(name) ?? 0
    return checks.toSorted((a, b) => isCost(a) - isCost(b) || toldBy(b) - toldBy(a))
  }

  private run(checks: readonly Check[], bails: boolean): TestResult[] {
    const results: TestResult[] = []
    for (const check of checks) {
      const result = resultOf({ ...check, run: () => inTime(check.run) })
      results.push(result)
      if (result.status !== TestStatus.Failed) continue
      this.told.set(check.name, (this.told.get(check.name) ?? 0) + 1)
      if (bails) break
    }
    return results
  }
}

/** Those whose names begin as is said. */
const wanted = (
  checks: readonly Check[],
  names: readonly string[] | undefined,
): readonly Check[] =>
  names === undefined
    ? checks
    : checks.filter(({ name }) => names.some((one) => name.startsWith(one)))

/** Runs a vector, while the instrumented sources note to what place it comes. */
function observed(check: Check): TestResult {
  context().currentTestId = check.name
  try {
    return resultOf(check)
  } finally {
    delete context().currentTestId
  }
}

function resultOf({ name, run }: Check): TestResult {
  const started = performance.now()
  const test = () => ({ id: name, name, timeSpentMs: performance.now() - started })
  try {
    run()
    return { ...test(), status: TestStatus.Success }
  } catch (error) {
    return { ...test(), status: TestStatus.Failed, failureMessage: String(error) }
  }
}

const CALL = new Script('__vector__()')

/** Runs what may never end; throws where it takes too long, once it had the processor for so long. */
function inTime(run: () => void, timeout = 2 * MAX_VECTOR_MS): void {
  shared.__vector__ = run
  const before = process.cpuUsage()
  try {
    CALL.runInThisContext({ timeout })
  } catch (error) {
    const { user, system } = process.cpuUsage(before)
    if (!isExpiry(error) || user + system >= MAX_VECTOR_MS * 1_000) throw error
    inTime(run, 4 * timeout)
  }
}

const isExpiry = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'

/** What StrykerJS looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'vectors', VectorRunner)]
