/** Commands with which people have decided what they disagree on (design §3.8). */
import { defineCommand } from '../command.ts'
import { DRY_RUN, PROPOSAL_ID } from './shared.ts'

const appeal = defineCommand({
  name: 'appeal',
  carries: true,
  about: 'appeal against an adopted decision; all appeals share one ballot',
  args: { proposal: PROPOSAL_ID },
  options: {
    because: { kind: 'text', value: 'text', required: true, about: 'the grounds' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot appeal x4m2k7ra --because "the rollback was never tried"',
      does: 'hooks wait everywhere; opens the ballot that may set it aside',
    },
  ],
  run: async (input, context) => (await import('../acts/appeal.ts')).appeal(input, context),
})

const override = defineCommand({
  name: 'override',
  carries: true,
  about: 'ask that a gate count as met on a ballot, by a ballot of its own',
  args: { proposal: PROPOSAL_ID, gate: { about: 'the gate: interop, reviews, builds, …' } },
  options: {
    because: { kind: 'text', value: 'text', required: true, about: 'why; it stays on record' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot override x4m2k7ra interop --because "the test hub is down until Friday"',
      does: 'opens the ballot that decides it, on the track that the charter names',
    },
  ],
  run: async (input, context) => (await import('../acts/override.ts')).override(input, context),
})

const overrides = defineCommand({
  name: 'overrides',
  about: 'gates that were overridden, or that somebody asked to override',
  examples: [{ run: 'folkmoot overrides', does: 'what a retrospective has to look at' }],
  run: async (_input, context) => (await import('../acts/override.ts')).overrides(context),
})

/** Commands with which people have decided what they disagree on. */
export const RECOURSE_COMMANDS = [appeal, override, overrides]
