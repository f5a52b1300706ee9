/** `rollout hooks`: what this node would run, and a try of it (design §6.8). */
import { setTimeout as sleep } from 'node:timers/promises'
import { formatQuantity } from '../../../src/proposal/rollout/quantity.ts'
import type { HookEvent } from '../../hooks/hook-event.ts'
import { runHook } from '../../hooks/hook-run.ts'
import { type Hook, type HookKind, hookFor } from '../../hooks/hook-settings.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { homeOf } from '../node-access.ts'
import { plain } from '../view/text.ts'

interface HooksCommand {
  readonly test: 'test' | undefined
  readonly kind: HookKind | undefined
  readonly component: string | undefined
  readonly dryRun: boolean
}

/** Lists our hooks, or tries one. */
export async function hooks(input: HooksCommand, context: Context): Promise<Report> {
  const {
    stakeholder,
    'rollout.hooks': set,
    'steward.rollout': mode,
  } = homeOf(context).config.values
  if (input.test === undefined) {
    const lines = Object.entries(set).flatMap(([component, pair]) =>
      (['deploy', 'rollback'] as const).flatMap((kind) => {
        const hook = pair[kind]
        return hook ? [`${component} ${kind}: ${plain(hookText(hook))}`] : []
      }),
    )
    const text = lines.length > 0 ? lines.join('\n') : 'no hooks are set: rollouts are by hand'
    return { data: { mode, hooks: set }, text }
  }
  const { kind, component = '*', dryRun } = input
  if (kind === undefined) throw usageError('which hook?', 'folkmoot rollout hooks test deploy')
  const hook = hookFor(set, component, kind)
  if (!hook)
    throw new CliError(
      'no-hook',
      `no hook is set for ${component} ${kind}`,
      `folkmoot config set rollout.hooks '{ "${component}": { ${kind}: { command: [./${kind}.sh] } } }'`,
    )
  const event = sampleEvent(kind, component, { stakeholder, at: context.io.now() })
  if (dryRun) return { data: { event, hook }, text: JSON.stringify(event, null, 2) }
  return tried(hook, event, context)
}

async function tried(hook: Hook, event: HookEvent, context: Context): Promise<Report> {
  const outcome = await runHook({ ...hook, tries: 1 }, event, {
    signal: context.io.signal,
    wake: context.io.signal,
    sleep: (ms) => sleep(ms),
    now: () => context.io.now(),
    calledOff: () => undefined,
  })
  const metrics = outcome.metrics.map(({ metric, value }) => `${metric} ${formatQuantity(value)}`)
  const isWell = outcome.status === 'done' || outcome.status === 'healthy'
  return {
    data: { event, outcome },
    text: [
      `${isWell ? '✓' : '✗'} ${outcome.status}${outcome.note === '' ? '' : `: ${plain(outcome.note)}`}`,
      ...(metrics.length === 0 ? [] : [`  measured ${metrics.join(', ')}`]),
    ].join('\n'),
    ...(!isWell && { exit: EXIT.failed }),
  }
}

const hookText = (hook: Hook): string => ('command' in hook ? hook.command.join(' ') : hook.webhook)

/** An event as a hook gets it, about nothing: `dryRun` says that nothing is to be changed. */
function sampleEvent(
  kind: HookKind,
  component: string,
  { stakeholder, at }: { readonly stakeholder: string | null; readonly at: number },
): HookEvent {
  const slot = `${component === '*' ? 'example' : component}@main`
  return {
    specversion: '1.0',
    id: `test:${kind}:${at}`,
    source: `urn:folkmoot:test:${stakeholder ?? 'nobody'}`,
    type: `org.folkmoot.rollout.${kind}`,
    subject: 'test',
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: {
      ...{ kind, proposal: 'test', title: 'A try of the hook', slot, stage: 'test', attempt: 0 },
      components: component === '*' ? [] : [component],
      stakeholder: stakeholder ?? 'nobody',
      why: 'folkmoot rollout hooks test',
      artefacts: [],
      replaces: null,
      rollback: [],
      basis: 'none',
      dryRun: true,
    },
  }
}
