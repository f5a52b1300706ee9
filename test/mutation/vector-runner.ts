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

/** Processor time that one vector may take, in ms: unchanged, none takes a tenth of it. */
const MAX_VECTOR_MS = 3_000
/** How much longer it may take by the clock where others have the processor. */
const MAX_WAIT = 10

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
    const tests = vectorChecks().map((check) => observed(check))
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
      const wanted = testFilter && new Set(testFilter)
      const checks = vectorChecks().filter(({ name }) => !wanted || wanted.has(name))
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

/** Runs what may never end; throws where it takes too long. */
function inTime(run: () => void): void {
  shared.__vector__ = run
  const before = process.cpuUsage()
  try {
    CALL.runInThisContext({ timeout: MAX_VECTOR_MS })
  } catch (error) {
    const { user, system } = process.cpuUsage(before)
    const isStarved = isExpiry(error) && (user + system) / 1000 < MAX_VECTOR_MS / 2
    if (!isStarved) throw error
    CALL.runInThisContext({ timeout: MAX_WAIT * MAX_VECTOR_MS })
  }
}

const isExpiry = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'

/** What StrykerJS looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'vectors', VectorRunner)]
