/**
 * What helps somebody else to help: versions, limits, settings, findings, status and the last lines
 * of the log, in one JSON file. Nothing of it is secret: settings that may hold secrets lose their
 * texts, lines of the log lose what looks like a token.
 */
import * as chain from '../../../src/chain/limits.ts'
import * as documents from '../../../src/document/limits.ts'
import * as op from '../../../src/op/limits.ts'
import { PROTOCOL } from '../../../src/op/type.ts'
import type { NodeStatus } from '../../api/node-api.ts'
import { packageVersion } from '../../api/version.ts'
import type { Config } from '../../home/config-schema.ts'
import * as network from '../../network/limits.ts'
import type { Check } from './check.ts'

/** Most lines of a log, the last ones. */
export const MAX_LOG_LINES = 1_000
/** Longest line, in UTF-16 units; what is longer is cut. */
export const MAX_LINE_LENGTH = 4_000
/** What stands where something was left out. */
export const REDACTED = '[left out]'

/** What a bundle is made of. */
export interface BundleParts {
  readonly madeAt: number
  readonly config: Config
  readonly checks: readonly Check[]
  /** Of the running daemon; null where none runs. */
  readonly status: NodeStatus | null
  /** Of a log, if one was given. */
  readonly log: string
}

/** Settings whose texts may be anything: commands with passwords in them, addresses with tokens. */
const FREE_TEXT: ReadonlySet<keyof Config> = new Set([
  'rollout.hooks',
  'rollout.metrics',
  'rollout.prometheus',
])
/** What looks like a token, a password in an address, or a private key. */
const SECRETS: readonly RegExp[] = [
  /(?<=Bearer\s+)[\w.~+/=-]+/gi,
  /(?<=:\/\/)[^/\s@]+(?=@)/g,
  /(?<=folkmoot-(?:node|root)-key-1:)[0-9a-f]+/g,
  /AGE-SECRET-KEY-1[0-9A-Z]+/g,
  /(?<=folkmoot_)[\w-]{20,}/g,
]

/** The bundle as it is written. */
export const supportBundle = ({ madeAt, config, checks, status, log }: BundleParts): string =>
  `${JSON.stringify(
    {
      folkmoot: packageVersion(),
      protocol: PROTOCOL,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      madeAt: new Date(madeAt).toISOString(),
      checks,
      status,
      config: redactedConfig(config),
      limits: limits(),
      log: redactedLines(log),
    },
    null,
    2,
  )}\n`

/** Settings without texts that may be secret. */
export const redactedConfig = (config: Config): object =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      FREE_TEXT.has(key as keyof Config) ? withoutTexts(value) : value,
    ]),
  )

/** The last lines of a log, without what looks like a secret. */
export const redactedLines = (log: string): string[] =>
  log
    .split('\n')
    .filter((line) => line !== '')
    .slice(-MAX_LOG_LINES)
    .map((line) => SECRETS.reduce((text, secret) => text.replace(secret, REDACTED), line))
    .map((line) => line.slice(0, MAX_LINE_LENGTH))

function withoutTexts(value: unknown): unknown {
  if (typeof value === 'string') return REDACTED
  if (Array.isArray(value)) return value.map(withoutTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutTexts(one)]))
}

/** Every limit by its name. */
const limits = (): object =>
  Object.fromEntries(
    [op, chain, documents, network]
      .flatMap((area) => Object.entries(area))
      .filter(([, value]) => typeof value === 'number' || typeof value === 'object'),
  )
