/**
 * Runs the shared vectors for StrykerJS, in its own process: nothing else may kill a mutant. A test
 * framework would start anew for each of more than a thousand mutants; this only switches between them.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { InstrumenterContext } from '@stryker-mutator/api/core'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner'
import type { Check } from '../vectors/runner/checks.ts'

/** The entry of the vectors in the sandbox, where the sources are mutated. */
const ENTRY = 'test/vectors/runner/checks.ts'

/** The instrumented sources and this runner talk by a global. */
const shared = globalThis as unknown as { __stryker__?: InstrumenterContext }
const context = (): InstrumenterContext => {
  shared.__stryker__ ??= {}
  return shared.__stryker__
}

/** The vectors as a test runner. */
class VectorRunner implements TestRunner {
  private checks: readonly Check[] | undefined

  /** What is evaluated once, when a module loads, needs a process of its own. */
  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: false }
  }

  async dryRun(): Promise<DryRunResult> {
    const tests = this.run(await this.load(), false)
    const { mutantCoverage } = context()
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) }
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, mutantActivation, testFilter, hitLimit, disableBail } = options
    const shared = context()
    if (mutantActivation === 'static') shared.activeMutant = activeMutant.id
    const checks = await this.load()
    const wanted = testFilter && new Set(testFilter)
    Object.assign(shared, { hitCount: 0, hitLimit, activeMutant: activeMutant.id })
    const tests = this.run(
      checks.filter(({ name }) => !wanted || wanted.has(name)),
      !disableBail,
    )
    const isEndless = determineHitLimitReached(shared.hitCount, hitLimit)
    return toMutantRunResult(isEndless ?? { status: DryRunStatus.Complete, tests })
  }

  private async load(): Promise<readonly Check[]> {
    if (this.checks) return this.checks
    const entry: { vectorChecks: () => Check[] } = await import(pathToFileURL(resolve(ENTRY)).href)
    this.checks = entry.vectorChecks()
    return this.checks
  }

  private run(checks: readonly Check[], bails: boolean): TestResult[] {
    const results: TestResult[] = []
    for (const check of checks) {
      const result = runOne(check)
      results.push(result)
      if (bails && result.status === TestStatus.Failed) break
    }
    return results
  }
}

function runOne({ name, run }: Check): TestResult {
  const started = performance.now()
  const test = () => ({ id: name, name, timeSpentMs: performance.now() - started })
  context().currentTestId = name
  try {
    run()
    return { ...test(), status: TestStatus.Success }
  } catch (error) {
    return { ...test(), status: TestStatus.Failed, failureMessage: String(error) }
  } finally {
    delete context().currentTestId
  }
}

/** What StrykerJS looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'vectors', VectorRunner)]
