/** What a run of a sweep left behind: one line of JSON, the same bytes on every machine. */
import { z } from 'zod'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { RunVerdict } from '../run-result.ts'

/** How a run ends; see `RunVerdict`. */
export const VERDICTS = ['pass', 'fail', 'expected-unsafe'] as const satisfies RunVerdict[]

const rowSchema = z.strictObject({
  run: z.string(),
  plan: z.string(),
  index: z.int().min(0),
  cell: z.record(z.string(), z.string()),
  scenario: z.string(),
  seed: z.int().min(0),
  verdict: z.enum(VERDICTS),
  /** Assumptions that did not hold, in sentences. */
  outside: z.array(z.string()),
  traceHash: z.string(),
  events: z.int().min(0),
  simulatedMs: z.number().min(0),
  oracles: z.array(z.looseObject({ name: z.string(), ok: z.boolean(), checked: z.int().min(0) })),
  situations: z.record(z.string(), z.int().min(0)),
  metrics: z.record(z.string(), z.number()),
})

/** A run's line. */
export type Row = z.infer<typeof rowSchema>

/** A row as its line, without the line feed. */
export const formatRow = (row: Row): string => JSON.stringify(row)

/** Reads a line; refuses (`row-malformed`). */
export function readRow(line: string, where: string): Result<Row> {
  const parsed = rowSchema.safeParse(jsonOf(line))
  if (parsed.success) return accept(parsed.data)
  const [issue] = parsed.error.issues
  const what = `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'unknown'}`
  return refuse('row-malformed', `${where} is no result: ${what}`, 'give what `run --plan` wrote')
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
