/** Commands with which members write documents together. */
import { defineCommand } from '../command.ts'
import { DRY_RUN, OUT } from './shared.ts'

const DOCUMENT = {
  about: 'id of the document: a unique beginning, or its last characters',
} as const
const AT = {
  kind: 'list',
  value: 'version',
  about: 'as it was after these edits, or at this freeze',
} as const
const TITLE = {
  kind: 'text',
  value: 'text',
  about: 'in one line (default: from the file)',
} as const
const EDITORS = {
  kind: 'list',
  value: 'member',
  about: 'only these members may edit (default: all)',
} as const
const FUNCTIONS = {
  kind: 'list',
  value: 'function',
  about: 'only members with one of these functions may edit',
} as const
const SCHEMA = { kind: 'text', value: 'word', about: 'what it is for: runbook, risk' } as const

const list = defineCommand({
  name: 'doc list',
  about: 'list documents, the latest change first',
  isDefault: true,
  examples: [{ run: 'folkmoot doc list', does: 'what we write together' }],
  run: async (_input, context) => (await import('../acts/documents.ts')).list(context),
})

const create = defineCommand({
  name: 'doc new',
  carries: true,
  about: 'begin a document',
  args: { title: { about: 'its title' } },
  options: {
    kind: {
      kind: 'text',
      value: 'kind',
      choices: ['text', 'map'],
      about: 'prose, or data by name (default: text)',
    },
    editors: EDITORS,
    functions: FUNCTIONS,
    schema: SCHEMA,
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot doc new "Gateway runbook"', does: 'prints the id that others edit' },
    {
      run: 'folkmoot doc new Risks --kind map --functions auditor maintainer',
      does: 'data, which only some may edit',
    },
  ],
  run: async (input, context) => (await import('../acts/writing.ts')).create(input, context),
})

const importFile = defineCommand({
  name: 'doc import',
  carries: true,
  about: 'begin a document with the content of a file: Markdown, YAML or JSON',
  args: { file: { about: 'the file; - is standard input' } },
  options: {
    title: TITLE,
    kind: {
      kind: 'text',
      value: 'kind',
      choices: ['text', 'map'],
      about: 'default: data for .yaml, .yml and .json, else prose',
    },
    editors: EDITORS,
    functions: FUNCTIONS,
    schema: SCHEMA,
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot doc import runbook.md', does: 'its title is the first heading' },
    { run: 'folkmoot doc import risks.yaml --title Risks', does: 'each key can be set by itself' },
  ],
  run: async (input, context) => (await import('../acts/writing.ts')).importFile(input, context),
})

const edit = defineCommand({
  name: 'doc edit',
  carries: true,
  about: 'change a document in your editor, or from a file; only what you changed is signed',
  args: { document: DOCUMENT },
  options: {
    from: { kind: 'text', value: 'file', about: 'the new content; - is standard input' },
    base: {
      kind: 'list',
      value: 'version',
      about: 'the version that the new content was written over (default: the latest)',
    },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot doc edit x4m2k7ra',
      does: 'opens $EDITOR; what others write meanwhile is kept',
    },
    {
      run: 'folkmoot doc edit x4m2k7ra --from runbook.md --dry-run',
      does: 'shows the edits that would be signed',
    },
    {
      run: 'folkmoot doc edit x4m2k7ra --from runbook.md --base k2p9w3ze',
      does: 'merges with what was written since that version',
    },
  ],
  run: async (input, context) => (await import('../acts/writing.ts')).edit(input, context),
})

const show = defineCommand({
  name: 'doc show',
  about: 'what a document says, who may edit it, where choices conflict',
  args: { document: DOCUMENT },
  options: { at: AT },
  examples: [
    { run: 'folkmoot doc show x4m2k7ra', does: 'as it stands' },
    { run: 'folkmoot doc show x4m2k7ra --at k2p9w3ze', does: 'as it was after an edit' },
  ],
  run: async (input, context) => (await import('../acts/documents.ts')).show(input, context),
})

const diff = defineCommand({
  name: 'doc diff',
  about: 'what differs between two versions, line by line',
  args: { document: DOCUMENT },
  options: {
    from: { kind: 'list', value: 'version', about: 'default: the last freeze, else the beginning' },
    to: { kind: 'list', value: 'version', about: 'default: the latest' },
  },
  examples: [
    { run: 'folkmoot doc diff x4m2k7ra', does: 'what was written since it was frozen' },
    { run: 'folkmoot doc diff x4m2k7ra --from k2p9w3ze', does: 'since one edit' },
  ],
  run: async (input, context) => (await import('../acts/documents.ts')).diff(input, context),
})

const history = defineCommand({
  name: 'doc history',
  about: 'every edit, by whom, and why one does not count',
  args: { document: DOCUMENT },
  examples: [{ run: 'folkmoot doc history x4m2k7ra', does: 'oldest first, void ones last' }],
  run: async (input, context) => (await import('../acts/documents.ts')).history(input, context),
})

const blame = defineCommand({
  name: 'doc blame',
  about: 'who wrote what stands there',
  args: { document: DOCUMENT },
  examples: [{ run: 'folkmoot doc blame x4m2k7ra', does: 'text by span, data by place' }],
  run: async (input, context) => (await import('../acts/documents.ts')).blame(input, context),
})

const freeze = defineCommand({
  name: 'doc freeze',
  carries: true,
  about: 'fix what a document says now, for proposals to cite',
  args: { document: DOCUMENT },
  options: { at: AT, dryRun: DRY_RUN },
  examples: [
    {
      run: 'folkmoot doc freeze x4m2k7ra',
      does: 'its digest; writing goes on, the frozen version stays',
    },
  ],
  run: async (input, context) => (await import('../acts/documents.ts')).freeze(input, context),
})

const exportFile = defineCommand({
  name: 'doc export',
  about: 'write a document to a file: Markdown as it is, data as YAML or JSON',
  args: { document: DOCUMENT },
  options: {
    out: { ...OUT, required: true },
    format: {
      kind: 'text',
      value: 'format',
      choices: ['text', 'yaml', 'json'],
      about: 'default: by the name of the file',
    },
    at: AT,
  },
  examples: [
    { run: 'folkmoot doc export x4m2k7ra -o runbook.md', does: 'and says which version it is' },
    { run: 'folkmoot doc export x4m2k7ra -o - --format json', does: 'for other programs' },
  ],
  run: async (input, context) => (await import('../acts/documents.ts')).exportFile(input, context),
})

/** Commands with which members write documents together. */
export const DOCUMENT_COMMANDS = [
  list,
  create,
  importFile,
  edit,
  show,
  diff,
  history,
  blame,
  freeze,
  exportFile,
]
