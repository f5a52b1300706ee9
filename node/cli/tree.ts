/** All commands, in the order in which help lists them. */
import type { Command } from './command.ts'
import { ARTEFACT_COMMANDS } from './commands/artefacts.ts'
import { ATTESTING_COMMANDS } from './commands/attesting.ts'
import { CHARTER_COMMANDS } from './commands/charter.ts'
import { COUNCIL_COMMANDS } from './commands/council.ts'
import { DECIDING_COMMANDS } from './commands/deciding.ts'
import { DISPUTE_COMMANDS } from './commands/disputes.ts'
import { DOCUMENT_COMMANDS } from './commands/documents.ts'
import { ESCALATION_COMMANDS } from './commands/escalations.ts'
import { KEEPING_COMMANDS } from './commands/keeping.ts'
import { KEY_COMMANDS } from './commands/keys.ts'
import { NODE_COMMANDS } from './commands/node.ts'
import { NOTE_COMMANDS } from './commands/notes.ts'
import { PEER_COMMANDS } from './commands/peers.ts'
import { RECORD_COMMANDS } from './commands/records.ts'
import { RECOURSE_COMMANDS } from './commands/recourse.ts'
import { REGISTER_COMMANDS } from './commands/registers.ts'
import { REPORT_COMMANDS } from './commands/reports.ts'
import { ROLLOUT_COMMANDS } from './commands/rollout.ts'
import { SEAL_COMMANDS } from './commands/seals.ts'
import { SETTING_COMMANDS } from './commands/settings.ts'
import { STARTING_COMMANDS } from './commands/starting.ts'
import { TOKEN_COMMANDS } from './commands/tokens.ts'
import { UPGRADE_COMMANDS } from './commands/upgrades.ts'

/** All commands. */
export const COMMANDS: readonly Command[] = [
  ...STARTING_COMMANDS,
  ...NODE_COMMANDS,
  ...CHARTER_COMMANDS,
  ...DECIDING_COMMANDS,
  ...DOCUMENT_COMMANDS,
  ...UPGRADE_COMMANDS,
  ...REGISTER_COMMANDS,
  ...ATTESTING_COMMANDS,
  ...RECOURSE_COMMANDS,
  ...DISPUTE_COMMANDS,
  ...COUNCIL_COMMANDS,
  ...ESCALATION_COMMANDS,
  ...ROLLOUT_COMMANDS,
  ...SEAL_COMMANDS,
  ...REPORT_COMMANDS,
  ...RECORD_COMMANDS,
  ...ARTEFACT_COMMANDS,
  ...NOTE_COMMANDS,
  ...PEER_COMMANDS,
  ...KEY_COMMANDS,
  ...TOKEN_COMMANDS,
  ...KEEPING_COMMANDS,
  ...SETTING_COMMANDS,
]
