/** Commands on the way into a coalition: keys, card, founding, joining, ratifying. */
import { defineCommand } from '../command.ts'
import { DRY_RUN, OUT, PROPOSAL_ID } from './shared.ts'

const init = defineCommand({
  name: 'init',
  about: 'make keys and settings of a new node',
  options: {
    id: {
      kind: 'text',
      value: 'id',
      required: true,
      about: 'short name in the charter: lower case letters, digits, "-"',
    },
    name: { kind: 'text', value: 'name', about: 'name of the organisation, for people' },
    listen: { kind: 'list', value: 'address', about: 'where to listen (/ip4/0.0.0.0/tcp/4001)' },
    announce: { kind: 'list', value: 'address', about: 'where the others can reach us' },
    functions: { kind: 'text', value: 'list', about: 'what we do: maintainer,operator' },
    jurisdictions: { kind: 'text', value: 'list', about: 'whose law we are under: EU,US' },
    provider: { kind: 'text', value: 'name', about: 'who hosts the node' },
    timeZone: {
      kind: 'text',
      value: 'zone',
      about: 'where our people work: Europe/Zurich; the card says it',
    },
    root: {
      kind: 'text',
      value: 'file',
      about: 'the root key of a backup (root.age) instead of a new one',
    },
  },
  examples: [
    { run: 'folkmoot init --id acme --name "Acme Corp"', does: 'asks for a passphrase twice' },
    {
      run: 'FOLKMOOT_PASSPHRASE_FILE=pass folkmoot init --id acme --announce /dns4/moot.acme.example/tcp/4001',
      does: 'without a terminal; the others dial that address',
    },
    {
      run: 'folkmoot init --id acme --root backup/root.age && folkmoot join fresh.invite',
      does: 'after a host was lost: the same organisation with a new node key',
    },
  ],
  run: async (input, context) => (await import('../acts/init.ts')).init(input, context),
})

const card = defineCommand({
  name: 'card',
  about: 'what the others need to know about us, signed by our root key',
  options: { out: OUT, dryRun: DRY_RUN },
  examples: [
    { run: 'folkmoot card -o acme.card', does: 'writes our card, to be sent to who founds' },
    { run: 'folkmoot card --dry-run', does: 'shows what the card would say' },
  ],
  run: async (input, context) => (await import('../acts/card.ts')).card(input, context),
})

const found = defineCommand({
  name: 'found',
  about: 'found a coalition on a charter',
  args: { charter: { about: 'the charter, YAML' } },
  options: {
    cards: { kind: 'list', value: 'file', about: 'cards of the members' },
    out: OUT,
    acceptRisk: { kind: 'list', value: 'code', about: 'found in spite of these findings' },
    noRatify: { kind: 'flag', about: 'do not ratify yet' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot found charter.yaml --cards *.card',
      does: 'roots come from the cards; writes the invite',
    },
    {
      run: 'folkmoot found charter.yaml --cards *.card --dry-run',
      does: 'shows findings and what would be signed',
    },
  ],
  run: async (input, context) => (await import('../acts/found.ts')).found(input, context),
})

const invite = defineCommand({
  name: 'invite',
  about: 'write the invite to our coalition again, with the addresses known now',
  options: { out: OUT },
  examples: [{ run: 'folkmoot invite -o example.invite', does: 'for members, present and future' }],
  run: async (input, context) => (await import('../acts/invite.ts')).invite(input, context),
})

const join = defineCommand({
  name: 'join',
  about: 'join a coalition by its invite',
  args: { invite: { about: 'the invite, a file' } },
  options: { dryRun: DRY_RUN },
  examples: [
    { run: 'folkmoot join example.invite', does: 'checks the invite and delegates our node key' },
    { run: 'folkmoot join example.invite --dry-run', does: 'checks it and changes nothing' },
  ],
  run: async (input, context) => (await import('../acts/join.ts')).join(input, context),
})

const ratify = defineCommand({
  name: 'ratify',
  about: 'ratify the founding charter with our root key',
  options: { dryRun: DRY_RUN },
  examples: [
    { run: 'folkmoot charter show && folkmoot ratify', does: 'read it first; then it is our word' },
  ],
  run: async (input, context) => (await import('../acts/ratify.ts')).ratify(input, context),
})

const accept = defineCommand({
  name: 'accept',
  about: 'accept the next charter of an amendment with our root key',
  args: { proposal: PROPOSAL_ID },
  options: { dryRun: DRY_RUN },
  examples: [{ run: 'folkmoot accept x4m2k7ra', does: 'we would be a member under that charter' }],
  run: async (input, context) => (await import('../acts/ratify.ts')).accept(input, context),
})

/** Commands on the way into a coalition. */
export const STARTING_COMMANDS = [init, card, found, invite, join, ratify, accept]
