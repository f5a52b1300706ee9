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
}

/** Runs a hook; what certainly did nothing is tried again, later and later. */
export async function runHook(
  hook: Hook,
  event: HookEvent,
  context: HookContext,
): Promise<HookOutcome> {
  const most = hook.tries ?? DEFAULT_TRIES
  for (let tries = 1; ; tries++) {
    const last = await tryOnce(hook, event, context)
    const isOver = last.end !== 'nothing' || tries >= most || context.signal.aborted
    if (isOver) return outcomeOf(last, tries)
    const wait = Math.min(LAST_TRY_AGAIN_MS, FIRST_TRY_AGAIN_MS * 2 ** (tries - 1))
    await context.sleep(Math.max(wait, last.againInMs ?? 0), context.signal)
  }
}

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
