/** How an organisation's hooks are set (design §3.9, §6.8). */
import { z } from 'zod'

/** Longest a hook may run, and how long it may by default, in ms. */
export const MAX_HOOK_MS = 24 * 3_600_000
/** Patience with a command or a webhook, in ms, unless the settings say otherwise. */
export const DEFAULT_HOOK_MS = 10 * 60_000
/** Most tries of a hook that did nothing. */
export const MAX_TRIES = 20
/** Tries unless the settings say otherwise. */
export const DEFAULT_TRIES = 5
/** Shortest patience with a hook, in ms. */
export const MIN_HOOK_MS = 100
/** Most words of a command, hooks by component. */
export const MAX_ENTRIES = 64

const shared = {
  timeoutMs: z.int().min(MIN_HOOK_MS).max(MAX_HOOK_MS).exactOptional(),
  tries: z.int().min(1).max(MAX_TRIES).exactOptional(),
}

/** Runs a program: the event on its standard input, what it measured on its standard output. */
const commandHook = z.strictObject({
  command: z.array(z.string().min(1)).min(1).max(MAX_ENTRIES),
  /** A file that must have the settled digest, or the command is not run; `{name}`, `{digest}`. */
  artefact: z.string().min(1).exactOptional(),
  ...shared,
})
/** Posts the event, signed with the secret in that file. */
const webhookHook = z.strictObject({
  webhook: z.url({ protocol: /^https?$/ }),
  secretFile: z.string().min(1),
  ...shared,
})

/** One hook. */
export const hookSchema = z.union([commandHook, webhookHook], {
  error: 'must have a command (a list of words), or a webhook (a URL) and a secretFile',
})
/** A hook that runs a program. */
export type CommandHook = z.infer<typeof commandHook>
/** A hook that is posted. */
export type WebhookHook = z.infer<typeof webhookHook>
/** One hook. */
export type Hook = CommandHook | WebhookHook

/** What hooks are for. */
export const HOOK_KINDS = ['deploy', 'rollback'] as const
/** What a hook is for. */
export type HookKind = (typeof HOOK_KINDS)[number]

const hookPair = z.strictObject({
  deploy: hookSchema.exactOptional(),
  rollback: hookSchema.exactOptional(),
})

/** Hooks by component, `*` for any other. */
export const hooksSchema = z
  .record(z.string(), hookPair)
  .refine((hooks) => Object.keys(hooks).length <= MAX_ENTRIES, `at most ${MAX_ENTRIES} components`)
/** Hooks by component. */
export type Hooks = z.infer<typeof hooksSchema>

/** Queries that give one number each, by metric. */
export const queriesSchema = z.record(z.string(), z.string().min(1))

/** The hook of a component: its own, else that of `*`. */
export const hookFor = (hooks: Hooks, component: string, kind: HookKind): Hook | undefined =>
  (Object.hasOwn(hooks, component) ? hooks[component]?.[kind] : undefined) ?? hooks['*']?.[kind]
