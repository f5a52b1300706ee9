/** Commands with which people have decided what they disagree on (design §3.8). */
import { defineCommand } from '../command.ts'
import { DRY_RUN, PROPOSAL_ID } from './shared.ts'

const appeal = defineCommand({
  name: 'appeal',
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

/** Commands with which people have decided what they disagree on. */
export const RECOURSE_COMMANDS = [appeal]
