/** Commands about seals that wait for a person (`steward.seal: ask`). */
import { defineCommand } from '../command.ts'
import { PROPOSAL_ID } from './shared.ts'

const list = defineCommand({
  name: 'seals list',
  about: 'seals that wait for our answer, where `steward.seal` is `ask`',
  isDefault: true,
  examples: [{ run: 'folkmoot seals', does: 'unanswered ones become decline' }],
  run: async (_input, context) => (await import('../acts/seals.ts')).list(context),
})

const approve = defineCommand({
  name: 'seals approve',
  about: 'seal as the node decided',
  args: { proposal: PROPOSAL_ID },
  examples: [{ run: 'folkmoot seals approve x4m2k7ra', does: 'signed by the running node' }],
  run: async (input, context) => (await import('../acts/seals.ts')).answer(input, true, context),
})

const decline = defineCommand({
  name: 'seals decline',
  about: 'seal decline, whatever the node decided',
  args: { proposal: PROPOSAL_ID },
  examples: [{ run: 'folkmoot seals decline x4m2k7ra', does: 'for good: a seal is said once' }],
  run: async (input, context) => (await import('../acts/seals.ts')).answer(input, false, context),
})

/** Commands about seals. */
export const SEAL_COMMANDS = [list, approve, decline]
