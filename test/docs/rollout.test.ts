/** The page on rollouts: its plan is one, its commands are commands with these options, its hook runs. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { readProposal } from '../../node/cli/proposal-file.ts'
import { COMMANDS } from '../../node/cli/tree.ts'
import { readHookOutput } from '../../node/hooks/hook-output.ts'
import { rollbackPlanSchema, rolloutPlanSchema } from '../../src/proposal/rollout/plan.ts'
import { metric } from '../support/rollout.ts'
import { blockOf, commandsOf, readDocument } from './guide.ts'

const page = readDocument('docs/rollout.md')

test('its plan is read as it says', () => {
  const text = `title: Gateway 4\nslot: gateway@main\ntext: all of it\n${blockOf(page, 'yaml')}`
  const { rollout, rollback } = readProposal({ text, file: 'upgrade.yaml' }, {})
  expect(rolloutPlanSchema.parse(rollout)).toMatchObject({
    stages: [
      { name: 'canary', cohort: { stakeholders: ['acme'] }, minReports: 'all', failureLimit: 0 },
      { name: 'operators', cohort: { function: 'operator' }, minReports: 2, inconclusiveLimit: 1 },
      { name: 'everyone', cohort: { share: { num: 1, den: 1 } }, soak: 0, reversible: false },
    ],
    indicators: [{ metric: 'error-rate', op: '>', value: { num: 1, den: 20 } }],
    activation: { notBefore: Date.UTC(2031, 2, 1, 9) },
  })
  expect(rollout?.stages[0]?.success).toEqual([
    { metric: 'error-rate', op: '<=', value: { num: 1, den: 100 }, window: 600_000 },
    { metric: 'p99', op: '<', value: { num: 250, den: 1 }, window: 600_000 },
  ])
  expect(rollbackPlanSchema.parse(rollback)).toMatchObject({ owner: 'acme', onHalt: true })
})

test('its hook is one, tried without changing anything', () => {
  const env = { ...process.env, FOLKMOOT_DRY_RUN: '1' }
  const script = blockOf(page, 'sh')
  const answer = execFileSync('/bin/sh', ['-c', script], { input: '{}\n', env, encoding: 'utf8' })
  expect(readHookOutput(answer)).toMatchObject({
    metrics: [metric('error-rate', '0.4%'), metric('p99', 180)],
    note: 'restarted',
    fault: undefined,
  })
})

test.each(commandsOf(page).map(({ line }) => line))('%s', (line) => {
  const [, first = '', second = ''] = line.split(/\s+/)
  const named = COMMANDS.find(({ name }) => name === `${first} ${second}` || name === first)
  const command =
    named ?? COMMANDS.find(({ name, isDefault }) => isDefault && name.startsWith(first))
  const options = [...line.matchAll(/ --([a-z-]+)/g)].map(([, option = '']) => option)
  expect(command).toBeDefined()
  for (const option of options) expect(command?.options).toHaveProperty(option)
})
