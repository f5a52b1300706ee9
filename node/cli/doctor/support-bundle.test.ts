import { expect, test } from 'vitest'
import { DEFAULTS } from '../../home/config-schema.ts'
import {
  MAX_LINE_LENGTH,
  MAX_LOG_LINES,
  REDACTED,
  redactedConfig,
  redactedLines,
  supportBundle,
} from './support-bundle.ts'

test('settings that may hold secrets keep their shape and lose their texts', () => {
  const hook = { command: ['deploy', '--password', 'hunter2'], timeoutMs: 1_000 }
  const config = {
    ...DEFAULTS,
    'rollout.hooks': { payments: { deploy: hook } },
    'rollout.prometheus': 'https://me:hunter2@metrics.example',
  }
  const shown = redactedConfig(config)
  expect(JSON.stringify(shown)).not.toContain('hunter2')
  expect(shown).toMatchObject({
    listen: DEFAULTS.listen,
    'rollout.hooks': {
      payments: { deploy: { command: [REDACTED, REDACTED, REDACTED], timeoutMs: 1_000 } },
    },
  })
})

test('of a log the last lines stay, without what looks like a secret', () => {
  const lines = Array.from({ length: MAX_LOG_LINES + 5 }, (_, i) => `line ${i}`)
  expect(redactedLines(lines.join('\n'))).toEqual(lines.slice(5))
  const seed = 'ab'.repeat(32)
  const said = [
    'authorization: Bearer fm_abc-123=',
    'posting to https://user:hunter2@hooks.example/x',
    `folkmoot-node-key-1:${seed}:${'cd'.repeat(32)}`,
    'AGE-SECRET-KEY-1QQQQ',
    'x'.repeat(MAX_LINE_LENGTH + 1),
  ]
  const left = redactedLines(said.join('\n'))
  expect(left.join()).not.toMatch(/abc-123|hunter2|abab|QQQQ/)
  expect(left[0]).toBe(`authorization: Bearer ${REDACTED}`)
  expect(left.at(-1)).toHaveLength(MAX_LINE_LENGTH)
})

test('a bundle says which limits hold, by name', () => {
  const parts = { madeAt: 0, config: DEFAULTS, checks: [], status: null, log: '' }
  expect(JSON.parse(supportBundle(parts))).toMatchObject({
    node: process.version,
    limits: { MAX_OP_BYTES: 262_144, MAX_STRANGERS: 8, DEFAULT_TIMINGS: { syncIdleMs: 30_000 } },
  })
})
