/** A shard: the runs of a plan that one machine takes, `2/3` the second of three. */
import { accept, type Result, refuse } from '../../src/op/refusal.ts'

/** Most shards of a plan. */
export const MAX_SHARDS = 100_000

/** One of so many parts; counts from 1. */
export interface Shard {
  readonly part: number
  readonly of: number
}

/** All of a plan. */
export const WHOLE: Shard = { part: 1, of: 1 }

/** Reads `2/3`; refuses (`shard`) what names no part. */
export function parseShard(text: string): Result<Shard> {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text)
  const [part, of] = [Number(match?.[1]), Number(match?.[2])]
  if (match !== null && part >= 1 && part <= of && of <= MAX_SHARDS) return accept({ part, of })
  return refuse('shard', `"${text}" is no shard`, `write 1/3, 2/3, 3/3; at most ${MAX_SHARDS}`)
}

/** The runs of a shard: every so-manieth, because neighbours cost alike. */
export const dealt = <T>(runs: readonly T[], { part, of }: Shard): T[] =>
  runs.filter((_, i) => i % of === part - 1)
