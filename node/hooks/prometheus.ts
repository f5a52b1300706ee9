/** Metrics from Prometheus: one instant query for each, one number in answer. */
import { z } from 'zod'
import type { Metric } from '../../src/proposal/rollout/ops.ts'
import { readMeasured } from '../../src/proposal/rollout/quantity.ts'
import { messageOf } from '../home/errors.ts'

/** Patience with one query, in ms. */
const QUERY_MS = 10_000

/** Where to ask, and what. */
export interface Monitor {
  readonly url: string
  /** PromQL by metric. */
  readonly queries: { readonly [metric: string]: string }
}

/** What was measured, and what could not be. */
export interface Measurement {
  readonly metrics: readonly Metric[]
  readonly faults: readonly string[]
}

const sample = z.tuple([z.number(), z.string()])
const answerSchema = z.object({
  status: z.literal('success'),
  data: z.union([
    z.object({ resultType: z.literal('scalar'), result: sample }),
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
  ]),
})

/** Asks for these metrics of those that a query is set for; what cannot be measured is a fault. */
export async function measure(
  { url, queries }: Monitor,
  wanted: Iterable<string>,
  signal: AbortSignal,
): Promise<Measurement> {
  const names = [...new Set(wanted)].filter((name) => Object.hasOwn(queries, name))
  const asked = await Promise.all(
    names.map(async (metric) => {
      try {
        return { metric, value: await query(url, queries[metric] ?? '', signal) }
      } catch (error) {
        return { metric, fault: `${metric}: ${messageOf(error)}` }
      }
    }),
  )
  const metrics: Metric[] = []
  const faults: string[] = []
  for (const { metric, value, fault } of asked) {
    const read = value === undefined ? undefined : readMeasured(value)
    if (read?.ok) metrics.push({ metric, value: read.value })
    else faults.push(fault ?? `${metric}: ${read?.message ?? 'no one number in answer'}`)
  }
  return { metrics, faults }
}

/** The one number that a query gives; undefined where it gives none, or several. */
async function query(url: string, text: string, signal: AbortSignal): Promise<string | undefined> {
  const address = new URL(`${url.replace(/\/$/, '')}/api/v1/query`)
  address.searchParams.set('query', text)
  const answer = await fetch(address, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(QUERY_MS)]),
  })
  const { data } = answerSchema.parse(await answer.json())
  if (data.resultType === 'scalar') return data.result[1]
  return data.result.length === 1 ? data.result[0]?.value[1] : undefined
}
