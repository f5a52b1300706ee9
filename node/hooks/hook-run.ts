/** One run of a hook, to its end (design §3.9): what it came to, never an exception. */
import type { Metric } from '../../src/proposal/rollout/ops.ts'
import type { HookEvent } from './hook-event.ts'
import { clipped, readHookOutput } from './hook-output.ts'
import { DEFAULT_HOOK_MS, DEFAULT_TRIES, type Hook } from './hook-settings.ts'
import type { HookTry } from './hook-try.ts'
import { postWebhook } from './post-webhook.ts'
import { runCommand } from './run-command.ts'

/** First wait before it is tried again, and the longest, in ms. */
export const FIRST_TRY_AGAIN_MS = 1_000
/** The longest wait between two tries, in ms. */
export const LAST_TRY_AGAIN_MS = 60_000
/** The longest that the other side may ask us to wait before we come again, in ms. */
export const MAX_RETRY_AFTER_MS = 10 * 60_000

/** What a hook came to. */
export interface HookOutcome {
  readonly status: 'done' | 'healthy' | 'degraded' | 'failed' | 'inconclusive'
  readonly metrics: readonly Metric[]
  readonly note: string
  readonly tries: number
}

/** What a run needs besides the hook. */
export interface HookContext {
  readonly signal: AbortSignal
  /** Waits; rejects never, returns early when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly now: () => number
  /** Ends a wait between two tries: whether it may be tried again is then asked at once. */
  readonly wake: AbortSignal
  /** Why it must not be tried now, nor again; undefined while it may. */
  readonly calledOff: () => string | undefined
}

/**
 * Runs a hook; what certainly did nothing is tried again, later and later. Before every try it is asked
 * whether it is still wanted: whoever has heard a halt begins nothing more.
 */
export async function runHook(
  hook: Hook,
  event: HookEvent,
  context: HookContext,
): Promise<HookOutcome> {
  const most = hook.tries ?? DEFAULT_TRIES
  for (let tries = 1; ; tries++) {
    const off = context.calledOff() ?? (context.wake.aborted ? 'it was called off' : undefined)
    if (off !== undefined) return calledOff(off, tries - 1)
    const last = await tryOnce(hook, event, context)
    const isOver = last.end !== 'nothing' || tries >= most || context.signal.aborted
    if (isOver) return outcomeOf(last, tries)
    const signal = AbortSignal.any([context.signal, context.wake])
    await context.sleep(waitMs(tries, last), signal)
  }
}

/** How long it is waited after so many tries. */
export const waitMs = (tries: number, { againInMs = 0 }: Pick<HookTry, 'againInMs'>): number =>
  Math.max(
    Math.min(LAST_TRY_AGAIN_MS, FIRST_TRY_AGAIN_MS * 2 ** (tries - 1)),
    Math.min(MAX_RETRY_AFTER_MS, againInMs),
  )

const calledOff = (why: string, tries: number): HookOutcome => ({
  status: 'inconclusive',
  metrics: [],
  note: clipped(
    `${tries === 0 ? 'it was not run' : 'it did nothing, and was not tried again'}: ${why}`,
  ),
  tries,
})

const tryOnce = (hook: Hook, event: HookEvent, context: HookContext): Promise<HookTry> => {
  const timeoutMs = hook.timeoutMs ?? DEFAULT_HOOK_MS
  return 'command' in hook
    ? runCommand(hook.command, event, { timeoutMs, signal: context.signal })
    : postWebhook(hook, event, { timeoutMs, signal: context.signal, now: context.now })
}

/** What a last try is reported as. */
function outcomeOf({ end, output, why }: HookTry, tries: number): HookOutcome {
  const { status, metrics, note, fault } = readHookOutput(output)
  const said = [note, fault, end === 'did' ? undefined : why].filter((one) => one !== undefined)
  const common = { metrics, tries, note: clipped(said.join('; ')) }
  if (end === 'failed') return { ...common, status: 'failed' }
  if (end !== 'did' || fault !== undefined) return { ...common, status: 'inconclusive' }
  return { ...common, status: status ?? 'done' }
}
