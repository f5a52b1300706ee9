/** Commands about disputes, their panels and mediators (design §3.8). */

import { defineCommand } from '../command.ts'
import type { ArgumentSpec } from '../command-outline.ts'
import { DRY_RUN } from './shared.ts'

const DISPUTE_ID = {
  about: 'id of the dispute: a unique beginning, or its last characters',
} as const satisfies ArgumentSpec

const list = defineCommand({
  name: 'disputes list',
  about: 'disputes, and how they stand',
  isDefault: true,
  examples: [{ run: 'folkmoot disputes', does: 'who disputes what, and who is to rule' }],
  run: async (_input, context) => (await import('../acts/disputes.ts')).list(context),
})

const show = defineCommand({
  name: 'disputes show',
  about: 'one dispute: grounds, panel, mediators, rulings',
  args: { dispute: DISPUTE_ID },
  examples: [{ run: 'folkmoot disputes show p7w2m4kd', does: 'everything that was said on it' }],
  run: async (input, context) => (await import('../acts/disputes.ts')).show(input, context),
})

const open = defineCommand({
  name: 'disputes open',
  carries: true,
  about: 'open a dispute among members',
  args: {
    kind: { about: 'what is disputed', choices: ['severity', 'priority', 'ownership'] },
    subject: { about: 'in a few words' },
  },
  options: {
    party: { kind: 'list', value: 'id', about: 'a party; two or more' },
    because: { kind: 'text', value: 'text', required: true, about: 'the grounds' },
    about: { kind: 'text', value: 'id', about: 'the proposal that it bears on' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot disputes open severity "CVE-2031-7" --party acme --party globex --because "acme says low"',
      does: 'parties sit on no panel of it',
    },
  ],
  run: async (input, context) => (await import('../acts/disputes.ts')).open(input, context),
})

const panel = defineCommand({
  name: 'disputes panel',
  carries: true,
  about: 'seat the panel that a settlement draws: nobody chooses it',
  args: { dispute: DISPUTE_ID },
  options: {
    settlement: {
      kind: 'text',
      value: 'id',
      about: 'draw by this settlement (default: the first seen after the dispute)',
    },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot disputes panel p7w2m4kd', does: 'members that are no party are drawn' },
  ],
  run: async (input, context) => (await import('../acts/disputes.ts')).seat(input, context),
})

const mediator = defineCommand({
  name: 'disputes mediator',
  carries: true,
  about: 'as a party, propose a mediator or accept the one proposed',
  args: { dispute: DISPUTE_ID, member: { about: 'id of the member who would mediate' } },
  options: { dryRun: DRY_RUN },
  examples: [
    {
      run: 'folkmoot disputes mediator p7w2m4kd umbrella',
      does: 'umbrella may rule once every party has said so',
    },
  ],
  run: async (input, context) => (await import('../acts/disputes.ts')).mediate(input, context),
})

const rule = defineCommand({
  name: 'disputes rule',
  carries: true,
  about: 'rule, on the panel or as the mediator; a ruling stays',
  args: { dispute: DISPUTE_ID, ruling: { about: 'what we rule, in the words of the others' } },
  options: {
    because: { kind: 'text', value: 'text', required: true, about: 'why' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot disputes rule p7w2m4kd high --because "no login is needed"',
      does: 'a majority of the seats settles the dispute',
    },
  ],
  run: async (input, context) => (await import('../acts/disputes.ts')).rule(input, context),
})

const close = defineCommand({
  name: 'disputes close',
  carries: true,
  about: 'as a party, say that we have nothing more to ask for',
  args: { dispute: DISPUTE_ID },
  options: {
    because: { kind: 'text', value: 'text', about: 'how it was settled' },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot disputes close p7w2m4kd', does: 'it is settled once every party says so' },
  ],
  run: async (input, context) => (await import('../acts/disputes.ts')).close(input, context),
})

/** Commands about disputes. */
export const DISPUTE_COMMANDS = [list, show, open, panel, mediator, rule, close]
