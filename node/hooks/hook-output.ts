/** What a hook answers: JSON with a status, metrics and a note, all of which it may leave out. */
import { z } from 'zod'
import { MAX_ROLLOUT_TEXT, type Metric } from '../../src/proposal/rollout/ops.ts'
import { MAX_METRICS, metricName } from '../../src/proposal/rollout/plan.ts'
import { readMeasured } from '../../src/proposal/rollout/quantity.ts'

/** What a hook can say of itself. */
const ANSWERS = ['healthy', 'degraded', 'failed', 'inconclusive'] as const

const outputSchema = z.object({
  status: z.enum(ANSWERS).optional(),
  metrics: z.record(metricName, z.union([z.number(), z.string()])).optional(),
  note: z.string().optional(),
})

/** An answer, read. */
export interface HookOutput {
  readonly status: (typeof ANSWERS)[number] | undefined
  readonly metrics: readonly Metric[]
  readonly note: string | undefined
  /** What could not be read of it; undefined where all could. */
  readonly fault: string | undefined
}

const SILENT: HookOutput = { status: undefined, metrics: [], note: undefined, fault: undefined }

/**
 * Reads an answer: the JSON that begins with the last line that begins with `{`. What a program prints
 * besides is its own business; but what begins as an answer and cannot be read is no good news.
 */
export function readHookOutput(text: string): HookOutput {
  const answer = answerIn(text)
  if (answer === undefined) return SILENT
  const json = parsed(answer) ?? parsed(answer.split('\n')[0] ?? '')
  if (json === undefined) return { ...SILENT, fault: 'its answer begins as JSON and is none' }
  const read = outputSchema.safeParse(json.value)
  if (!read.success) return { ...SILENT, fault: faultOf(read.error) }
  const { status, note } = read.data
  const given = Object.entries(read.data.metrics ?? {})
  if (given.length > MAX_METRICS)
    return { ...SILENT, fault: `${given.length} metrics; at most ${MAX_METRICS} are read` }
  const metrics: Metric[] = []
  for (const [metric, written] of given) {
    const value = readMeasured(written)
    if (!value.ok) return { ...SILENT, fault: `metric ${metric}: ${value.message}` }
    metrics.push({ metric, value: value.value })
  }
  return { status, metrics, note: note === undefined ? note : clipped(note), fault: undefined }
}

/** Text that fits into a report, in the normal form of operations. */
export const clipped = (text: string): string =>
  text.toWellFormed().normalize('NFC').slice(0, MAX_ROLLOUT_TEXT).toWellFormed()

/** From the last line that begins an object to the end. */
function answerIn(text: string): string | undefined {
  const at = `\n${text}`.lastIndexOf('\n{')
  return at < 0 ? undefined : text.slice(at).trim()
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const faultOf = ({ issues: [issue] }: z.ZodError): string =>
  `its answer${issue?.path.length ? ` at ${issue.path.join('.')}` : ''}: ${issue?.message ?? 'does not fit'}`
