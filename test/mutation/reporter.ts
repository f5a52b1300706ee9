/** Keeps what a run of StrykerJS found and makes the page of it; a comparison that is left fails the run. */
import { execFileSync } from 'node:child_process'
import type { schema } from '@stryker-mutator/api/core'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import type { Reporter } from '@stryker-mutator/api/report'
import { report } from './report.ts'
import { readResult, withReport, writeResult } from './result.ts'

class VectorReporter implements Reporter {
  onMutationTestReportReady(found: Readonly<schema.MutationTestResult>): void {
    const result = withReport(readResult(), found, commitHere())
    writeResult(result)
    if (!report(result)) process.exitCode = 1
  }
}

/** The commit that is checked out; whether its sources and vectors are as they were committed. */
function commitHere(): string {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', words, { encoding: 'utf8' }).trim()
  const commit = git('rev-parse', '--short', 'HEAD')
  const isClean = git('status', '--porcelain', '--', 'src', 'test/vectors') === ''
  return isClean ? commit : `${commit} with changes`
}

/** What StrykerJS looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'vectors', VectorReporter)]
