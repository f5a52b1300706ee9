/** Commands about charters. */
import { defineCommand } from '../command.ts'
import { OUT } from './shared.ts'

const CARDS = {
  kind: 'list',
  value: 'file',
  about: 'cards of the members, for their roots',
} as const

const check = defineCommand({
  name: 'charter check',
  about: 'check a charter and say what it risks',
  args: { file: { about: 'the charter, YAML; a draft needs no roots' } },
  options: { cards: CARDS },
  examples: [
    {
      run: 'folkmoot charter check charter.yaml',
      does: 'errors with line and path, risks with a fix; needs no home',
    },
    {
      run: 'folkmoot charter check charter.yaml --cards *.card',
      does: 'roots need not be written down',
    },
  ],
  run: async (input, context) => (await import('../acts/charter.ts')).check(input, context),
})

const explain = defineCommand({
  name: 'charter explain',
  about: 'say who can decide, block or act under a charter, alone or together',
  args: { file: { about: 'the charter, YAML; a draft needs no roots' } },
  options: {
    track: { kind: 'text', value: 'track', about: 'this track only' },
    cards: CARDS,
  },
  examples: [
    {
      run: 'folkmoot charter explain charter.yaml',
      does: 'every power on every track, by member, function, jurisdiction and provider',
    },
    { run: 'folkmoot charter explain charter.yaml --track emergency', does: 'one track' },
  ],
  run: async (input, context) => (await import('../acts/charter.ts')).explain(input, context),
})

const diff = defineCommand({
  name: 'charter diff',
  about: 'say who gains and who loses what power from one charter to another',
  args: {
    before: { about: 'a charter, YAML' },
    after: { about: 'the charter that is to follow it, YAML' },
  },
  options: { cards: CARDS },
  examples: [
    {
      run: 'folkmoot charter diff charter.yaml next-charter.yaml',
      does: 'members, powers, rules and risks that change; drafts need no roots',
    },
  ],
  run: async (input, context) => (await import('../acts/charter.ts')).diff(input, context),
})

const start = defineCommand({
  name: 'charter new',
  about: 'start a charter from a preset',
  args: { preset: { about: 'the preset; asked for on a terminal', optional: true } },
  options: {
    name: { kind: 'text', value: 'name', about: 'what the coalition is called' },
    members: {
      kind: 'list',
      value: 'member',
      about: 'id, or id:weight, or id:weight:function+function',
    },
    out: OUT,
  },
  examples: [
    { run: 'folkmoot charter new', does: 'asks what it needs to know; prints the draft' },
    {
      run: 'folkmoot charter new small-team --name Gateway --members acme globex initech umbrella -o charter.yaml',
      does: 'without questions, into a file',
    },
    {
      run: 'folkmoot charter new consortium --name Grove --members ash:2:maintainer+operator birch:1:auditor',
      does: 'with weights and functions',
    },
  ],
  run: async (input, context) => (await import('../acts/charter-new.ts')).start(input, context),
})

const show = defineCommand({
  name: 'charter show',
  about: 'the charter in force, or the one that an amendment proposes, as YAML',
  isDefault: true,
  options: {
    amendment: { kind: 'text', value: 'id', about: 'the charter that this amendment proposes' },
  },
  examples: [
    { run: 'folkmoot charter show > next.yaml', does: 'a start for an amendment' },
    {
      run: 'folkmoot charter show --amendment x4m2k7ra > next.yaml',
      does: 'what is voted on; `charter explain next.yaml` says who could do what under it',
    },
  ],
  run: async (input, context) => (await import('../acts/charter.ts')).show(input, context),
})

/** Commands about charters. */
export const CHARTER_COMMANDS = [check, explain, diff, start, show]
