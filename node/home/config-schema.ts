/** Every setting of a node: its values, its default and what it is for. One table, no others. */
import { multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { hooksSchema, queriesSchema } from '../hooks/hook-settings.ts'

/** How the steward goes about a duty (design §6.4): by itself, after asking, or not at all. */
export const DUTY_MODES = ['auto', 'ask', 'off'] as const
/** How the steward goes about a duty. */
export type DutyMode = (typeof DUTY_MODES)[number]

/** How often a digest is written. */
export const DIGEST_RHYTHMS = ['off', 'daily', 'weekly'] as const
/** How often a digest is written. */
export type DigestRhythm = (typeof DIGEST_RHYTHMS)[number]

const mode = z.enum(DUTY_MODES)
/** A mode for all tracks, or one for each track by name, `*` for the rest. */
const duty = z.union([mode, z.record(z.string(), mode)], {
  error: `must be ${DUTY_MODES.join(', ')}, or a map from track to one of them ("*" for the rest)`,
})
/** A mode for all tracks, or by track. */
export type DutySetting = z.infer<typeof duty>

const address = z.string().refine(isMultiaddr, 'must be a multiaddr such as /ip4/0.0.0.0/tcp/4001')
const between = (min: number, max: number) => z.int().min(min).max(max)

/** Log levels, from the most to the least talkative. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
/** Most addresses in a list. */
const MAX_ADDRESSES = 32
const HOUR_MS = 3_600_000
/** Farthest that a clock may be set off, either way. */
const MAX_CLOCK_OFFSET_MS = 10 * 365 * 24 * HOUR_MS

const SHAPE = {
  name: z.string().max(200),
  stakeholder: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower case letters, digits and "-"')
    .nullable(),
  listen: z.array(address).max(MAX_ADDRESSES),
  announce: z.array(address).max(MAX_ADDRESSES),
  logLevel: z.enum(LOG_LEVELS),
  clockOffsetMs: between(-MAX_CLOCK_OFFSET_MS, MAX_CLOCK_OFFSET_MS),
  syncIntervalMs: between(1_000, HOUR_MS),
  // The network library dials 100 at most.
  'dial.maxParallel': between(1, 100),
  'dial.timeoutMs': between(100, 60_000),
  'dial.minBackoffMs': between(100, 60_000),
  'dial.maxBackoffMs': between(1_000, HOUR_MS),
  maxConnections: between(1, 10_000),
  allowLoopback: z.boolean(),
  allowPrivate: z.boolean(),
  'store.maxMib': between(16, 1_048_576).nullable(),
  'artefacts.maxMib': between(64, 1_048_576),
  // 0 lets the system choose, for tests.
  'api.port': between(0, 65_535).nullable(),
  'digest.every': z.enum(DIGEST_RHYTHMS),
  'digest.hour': between(0, 23),
  'steward.seal': duty,
  'steward.checkpoint': z.enum(['auto', 'off']),
  'steward.rollout': duty,
  'rollout.hooks': hooksSchema,
  'rollout.prometheus': z.url({ protocol: /^https?$/ }).nullable(),
  'rollout.metrics': queriesSchema,
  'rollout.watchMs': between(1_000, HOUR_MS),
}

/** The schema of all settings, by dotted name. */
export const configSchema = z.strictObject(SHAPE)
/** All settings, by dotted name. */
export type Config = z.infer<typeof configSchema>
/** The dotted name of a setting. */
export type ConfigKey = keyof Config

/** What holds when nobody says otherwise. */
export const DEFAULTS: Config = {
  name: '',
  stakeholder: null,
  listen: ['/ip4/0.0.0.0/tcp/4001'],
  announce: [],
  logLevel: 'info',
  clockOffsetMs: 0,
  syncIntervalMs: 20_000,
  'dial.maxParallel': 16,
  'dial.timeoutMs': 10_000,
  'dial.minBackoffMs': 1_000,
  'dial.maxBackoffMs': 30_000,
  maxConnections: 300,
  allowLoopback: false,
  allowPrivate: true,
  'store.maxMib': null,
  'artefacts.maxMib': 20_480,
  'api.port': null,
  'digest.every': 'off',
  'digest.hour': 7,
  'steward.seal': 'auto',
  'steward.checkpoint': 'auto',
  'steward.rollout': 'auto',
  'rollout.hooks': {},
  'rollout.prometheus': null,
  'rollout.metrics': {},
  'rollout.watchMs': 60_000,
}

/** One line about each setting, for `config show`, the written file and the manual. */
export const DESCRIPTIONS: { readonly [key in ConfigKey]: string } = {
  name: 'name of the organisation, for people',
  stakeholder: 'its id in the charter',
  listen: 'addresses to listen on (multiaddrs)',
  announce: 'addresses that others can reach us at; empty: found out by itself',
  logLevel: `one of ${LOG_LEVELS.join(', ')}`,
  clockOffsetMs: 'added to the clock of this machine, in ms; tests and drills turn it',
  syncIntervalMs: 'mean time between two exchanges with a random peer, in ms',
  'dial.maxParallel': 'most members dialled at the same time',
  'dial.timeoutMs': 'patience with one dial, in ms',
  'dial.minBackoffMs': 'wait after a first failed dial, in ms',
  'dial.maxBackoffMs': 'longest wait between two dials of a member, in ms',
  maxConnections: 'most connections at the same time',
  allowLoopback: 'dial and announce addresses of this machine (demos and tests)',
  allowPrivate: 'dial and announce addresses of private networks',
  'store.maxMib': 'largest size of the store, in MiB; null: the disk is the limit',
  'artefacts.maxMib': 'room for artefacts, in MiB; what is not pinned goes when it is reached',
  'api.port': 'serve the API on 127.0.0.1 too, for holders of a token; null: on the socket only',
  'digest.every': 'write a digest into the home: off, daily, or weekly on Mondays',
  'digest.hour': 'at which hour of the day, in UTC',
  'steward.seal': 'seal verdicts: auto, ask or off, for all or by track',
  'steward.checkpoint': 'issue checkpoints: auto or off',
  'steward.rollout': 'run the hooks of rollouts: auto, ask or off, for all or by track',
  'rollout.hooks': 'what deploys and rolls back, by component, "*" for any other',
  'rollout.prometheus': 'where metrics are asked for; null: hooks and people bring them',
  'rollout.metrics': 'a query of Prometheus for each metric',
  'rollout.watchMs': 'time between two looks at the indicators of a rollout, in ms',
}

/** All setting names. */
export const CONFIG_KEYS: readonly ConfigKey[] = configSchema.keyof().options

/** True for the name of a setting. */
export const isConfigKey = (key: string): key is ConfigKey =>
  CONFIG_KEYS.some((known) => known === key)

/** True for settings that take a list. */
export const isListKey = (key: ConfigKey): boolean => Array.isArray(DEFAULTS[key])

/** The mode of a duty on a track: the track's own, else that of `*`, else `auto`. */
export const dutyMode = (setting: DutySetting, track: string): DutyMode =>
  typeof setting === 'string' ? setting : (setting[track] ?? setting['*'] ?? 'auto')

function isMultiaddr(text: string): boolean {
  try {
    multiaddr(text)
    return true
  } catch {
    return false
  }
}
