/** All commands, in the order in which help lists them. */
import type { Command } from './command.ts'
import { CHARTER_COMMANDS } from './commands/charter.ts'
import { DECIDING_COMMANDS } from './commands/deciding.ts'
import { KEY_COMMANDS } from './commands/keys.ts'
import { NODE_COMMANDS } from './commands/node.ts'
import { PEER_COMMANDS } from './commands/peers.ts'
import { RECORD_COMMANDS } from './commands/records.ts'
import { SETTING_COMMANDS } from './commands/settings.ts'
import { STARTING_COMMANDS } from './commands/starting.ts'

/** What the groups of commands are about. */
export const GROUPS: { readonly [name: string]: string } = {
  charter: 'check charters, show the one in force',
  config: 'the settings of this node',
  keys: 'the keys that speak for members',
  peers: 'the nodes of the others',
}

/** All commands. */
export const COMMANDS: readonly Command[] = [
  ...STARTING_COMMANDS,
  ...NODE_COMMANDS,
  ...CHARTER_COMMANDS,
  ...DECIDING_COMMANDS,
  ...RECORD_COMMANDS,
  ...PEER_COMMANDS,
  ...KEY_COMMANDS,
  ...SETTING_COMMANDS,
]
