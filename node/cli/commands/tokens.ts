/** Commands about tokens for the API over TCP. */
import { SCOPES } from '../../home/scope.ts'
import { defineCommand } from '../command.ts'

const list = defineCommand({
  name: 'token list',
  about: 'the tokens of this node, without their text',
  isDefault: true,
  examples: [{ run: 'folkmoot token', does: 'who may ask what, and until when' }],
  run: async (_input, context) => (await import('../acts/tokens.ts')).list(context),
})

const add = defineCommand({
  name: 'token add',
  about: 'make a token for the API on 127.0.0.1 (config api.port); it is shown once',
  args: { label: { about: 'who or what will use it' } },
  options: {
    scope: {
      kind: 'text',
      value: 'scope',
      choices: SCOPES,
      about: 'read asks, operate also acts for us, admin also manages the node (default: read)',
    },
    expires: { kind: 'duration', value: 'time', about: 'how long it is good (default: for ever)' },
  },
  examples: [
    { run: 'folkmoot token add grafana', does: 'may ask everything, and change nothing' },
    { run: 'folkmoot token add ci --scope operate --expires 90d', does: 'may attest and vote' },
  ],
  run: async (input, context) => (await import('../acts/tokens.ts')).add(input, context),
})

const revoke = defineCommand({
  name: 'token revoke',
  about: 'take a token back; a running daemon refuses it at once',
  args: { token: { about: 'its id or label' } },
  examples: [{ run: 'folkmoot token revoke ci', does: 'the next request with it fails' }],
  run: async (input, context) => (await import('../acts/tokens.ts')).revoke(input, context),
})

/** Commands about tokens for the API over TCP. */
export const TOKEN_COMMANDS = [list, add, revoke]
