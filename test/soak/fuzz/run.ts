/** All decoders, each with its share of the inputs; memory is watched over the whole run. */

import { keep } from './corpus.ts'
import { FILE_TARGETS } from './file-targets.ts'
import type { Finding, Runnable } from './fuzzer.ts'
import { NODE_TARGETS } from './node-targets.ts'
import { WIRE_TARGETS } from './wire-targets.ts'

/** Every target. */
export const TARGETS: readonly Runnable[] = [...WIRE_TARGETS, ...FILE_TARGETS, ...NODE_TARGETS]

/** How one target did. */
export interface TargetFigures {
  readonly inputs: number
  readonly kinds: number
  readonly slowestMs: number
  readonly perSecond: number
}

/** What came of all targets. */
export interface FuzzFigures {
  readonly inputs: number
  readonly seed: number
  readonly findings: readonly Finding[]
  /** How much the process grew from its first to its fullest moment, in MiB. */
  readonly growthMib: number
  readonly targets: Readonly<Record<string, TargetFigures>>
}

const MIB = 1024 * 1024

/** What may be chosen. */
export interface FuzzOptions {
  /** Only targets whose name holds this. */
  readonly only?: string
  /** Adds what is worth keeping to the corpus. */
  readonly save?: boolean
  readonly onTarget?: (name: string) => void
}

/** Runs so many inputs in all, on all targets or those whose name holds `only`. */
export async function fuzzAll(
  inputs: number,
  seed: number,
  { only = '', save = false, onTarget }: FuzzOptions = {},
): Promise<FuzzFigures> {
  const chosen = TARGETS.filter(({ name }) => name.includes(only))
  const shares = chosen.reduce((sum, { share }) => sum + share, 0)
  const startBytes = process.memoryUsage().rss
  let mostBytes = startBytes
  const findings: Finding[] = []
  const targets: Record<string, TargetFigures> = {}
  for (const target of chosen) {
    onTarget?.(target.name)
    const startedAt = performance.now()
    const wanted = Math.ceil((inputs * target.share) / shares)
    const report = await target.fuzz(wanted, seed)
    const seconds = (performance.now() - startedAt) / 1000
    mostBytes = Math.max(mostBytes, process.memoryUsage().rss)
    findings.push(...report.findings)
    if (save && target.hasCorpus) keep(target.name, report.kept)
    targets[target.name] = {
      inputs: report.inputs,
      kinds: report.kinds,
      slowestMs: Math.round(report.slowestMs),
      perSecond: Math.round(report.inputs / seconds),
    }
  }
  const done = Object.values(targets).reduce((sum, figures) => sum + figures.inputs, 0)
  const growthMib = Math.round((mostBytes - startBytes) / MIB)
  return { inputs: done, seed, findings, growthMib, targets }
}
