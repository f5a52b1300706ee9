/** Keeps what a run of StrykerJS found and makes the page of it; a comparison that is left fails the run. */
import type { schema } from '@stryker-mutator/api/core'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import type { Reporter } from '@stryker-mutator/api/report'
import { report } from './report.ts'
import { readResult, withReport, writeResult } from './result.ts'

class VectorReporter implements Reporter {
  onMutationTestReportReady(found: Readonly<schema.MutationTestResult>): void {
    const result = withReport(readResult(), found)
    writeResult(result)
    if (!report(result)) process.exitCode = 1
  }
}

/** What StrykerJS looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'vectors', VectorReporter)]
