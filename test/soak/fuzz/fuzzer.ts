/**
 * Gives a decoder inputs with something wrong about them, for as long as asked. What comes to a new
 * kind of answer is kept and changed further, so that a run goes deeper than its seeds.
 */
import { Dice } from '../../convergence/moot.ts'
import { corpusOf } from './corpus.ts'

/** A decoder under test. */
export interface Target<Input> {
  readonly name: string
  /** Share of all inputs that it gets. */
  readonly share: number
  /** Good inputs, and those that once did harm. */
  readonly seeds: readonly Input[]
  /** An input with something wrong about it. */
  readonly mangle: (input: Input, dice: Dice, other: Input) => Input
  /** Takes an input; says what kind of answer it gave. Throws where a promise was broken. */
  readonly run: (input: Input) => string | Promise<string>
  /** The input in a form that can be written down. */
  readonly show: (input: Input) => string
  /** Reads what `show` wrote: such a target has a corpus in the repository. */
  readonly read?: (shown: string) => Input
}

/** A target whose inputs are nobody else's business. */
export interface Runnable {
  readonly name: string
  readonly share: number
  /** Its inputs can be written down and read again. */
  readonly hasCorpus: boolean
  readonly fuzz: (inputs: number, seed: number) => Promise<FuzzReport>
}

/** A target, to be run among others. */
export const runnable = <Input>(target: Target<Input>): Runnable => ({
  name: target.name,
  share: target.share,
  hasCorpus: target.read !== undefined,
  fuzz: (inputs, seed) => {
    const { read } = target
    const corpus = read ? corpusOf(target.name).map((shown) => read(shown)) : []
    return fuzz({ ...target, seeds: [...target.seeds, ...corpus] }, inputs, seed)
  },
})

/** Something that must not happen. */
export interface Finding {
  readonly target: string
  readonly what: 'threw' | 'hung'
  readonly why: string
  readonly input: string
}

/** What came of a run. */
export interface FuzzReport {
  readonly inputs: number
  /** Kinds of answers that were seen. */
  readonly kinds: number
  readonly slowestMs: number
  /** Inputs whose answers were new, as they can be written down. */
  readonly kept: readonly string[]
  readonly findings: readonly Finding[]
}

/** Longest that one input may take, in ms of this machine's time, were it busy with other things. */
export const PATIENCE_MS = 5_000
/** Inputs that are kept because their answer was new. */
const MAX_KEPT = 500
/** Findings after which a target has had enough. */
const MAX_FINDINGS = 5

/** Runs a target on so many inputs; the same seed gives the same inputs. */
export async function fuzz<Input>(
  target: Target<Input>,
  inputs: number,
  seed: number,
): Promise<FuzzReport> {
  const dice = new Dice(seed)
  const pool = [...target.seeds]
  const kinds = new Set<string>()
  const findings: Finding[] = []
  let slowestMs = 0
  let done = 0
  for (; done < inputs && findings.length < MAX_FINDINGS; done++) {
    const isSeed = done < target.seeds.length
    const seedInput = pool[isSeed ? done : dice.int(0, pool.length - 1)]
    if (seedInput === undefined) break
    const input = isSeed ? seedInput : target.mangle(seedInput, dice, dice.pick(pool))
    const startedAt = performance.now()
    try {
      const kind = await target.run(input)
      if (!kinds.has(kind) && pool.length < target.seeds.length + MAX_KEPT) pool.push(input)
      kinds.add(kind)
    } catch (error) {
      findings.push(findingOf(target, input, 'threw', error))
    }
    const tookMs = performance.now() - startedAt
    if (tookMs > PATIENCE_MS) findings.push(findingOf(target, input, 'hung', `${tookMs} ms`))
    slowestMs = Math.max(slowestMs, tookMs)
  }
  const kept = pool.slice(target.seeds.length).map((input) => target.show(input))
  return { inputs: done, kinds: kinds.size, slowestMs, kept, findings }
}

function findingOf<Input>(
  target: Target<Input>,
  input: Input,
  what: Finding['what'],
  error: unknown,
): Finding {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { target: target.name, what, why, input: target.show(input) }
}
