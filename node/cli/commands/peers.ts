/** Commands about the nodes of the others. */
import { defineCommand } from '../command.ts'

const WHO = {
  who: { about: 'stakeholder ids, keys or peer ids', many: true },
} as const

const list = defineCommand({
  name: 'peers list',
  about: 'the nodes of the others, and who is connected',
  isDefault: true,
  examples: [{ run: 'folkmoot peers', does: 'who is reachable, how fast, and where' }],
  run: async (_input, context) => (await import('../acts/peers.ts')).list(context),
})

const block = defineCommand({
  name: 'peers block',
  about: 'have no connection with these nodes',
  args: WHO,
  examples: [{ run: 'folkmoot peers block globex', does: 'until unblocked' }],
  run: async (input, context) => (await import('../acts/peers.ts')).block(input, context),
})

const unblock = defineCommand({
  name: 'peers unblock',
  about: 'connect with these nodes again',
  args: WHO,
  examples: [{ run: 'folkmoot peers unblock globex initech', does: 'dialled at once' }],
  run: async (input, context) => (await import('../acts/peers.ts')).unblock(input, context),
})

/** Commands about the nodes of the others. */
export const PEER_COMMANDS = [list, block, unblock]
