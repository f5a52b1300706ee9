/** Commands about registers: one for each kind, made from the table of kinds (§3.4). */
import type { Field } from '../../../src/register/field.ts'
import { expectedOf, isMany } from '../../../src/register/field.ts'
import type { RegisterKind } from '../../../src/register/kind.ts'
import { REGISTER_KINDS } from '../../../src/register/kinds.ts'
import { type Command, defineCommand, type Example } from '../command.ts'
import type { OptionSpec, OptionSpecs } from '../command-outline.ts'
import { REGISTER_ACTIONS } from '../register-actions.ts'
import { DRY_RUN, OUT } from './shared.ts'

const overview = defineCommand({
  name: 'register kinds',
  about: 'every register: how many rows it has, and what is wrong',
  isDefault: true,
  examples: [{ run: 'folkmoot register', does: 'where something is missing, late or malformed' }],
  run: async (_input, context) => (await import('../acts/registers.ts')).overview(context),
})

const COMMON = {
  clear: { kind: 'list', value: 'field', about: 'with set: fields to empty' },
  in: { kind: 'text', value: 'document', about: 'the document, where a register has several' },
  format: {
    kind: 'text',
    value: 'format',
    choices: ['csv', 'json', 'markdown', 'ics'],
    about: 'with export (default: by the name of the file, else csv)',
  },
  out: { ...OUT, about: 'with export: the file; - is standard output' },
  escalate: { kind: 'flag', about: 'with lint: open an escalation for each error' },
  within: {
    kind: 'duration',
    value: 'time',
    about: 'with --escalate: how long those whose move it is have (default: 2d)',
  },
  dryRun: DRY_RUN,
} as const

/** The command of one kind. */
const commandOf = (kind: RegisterKind): Command =>
  defineCommand({
    name: `register ${kind.kind}`,
    about: kind.about,
    args: {
      action: {
        about: 'list, add, set, remove or show a row, lint, report, export (default: list)',
        choices: REGISTER_ACTIONS,
        optional: true,
      },
      row: { about: 'with add, set, remove, show: id of the row', optional: true },
    },
    options: { ...fieldOptions(kind), ...COMMON },
    examples: examplesOf(kind),
    run: async (input, context) =>
      (await import('../acts/registers.ts')).onRegister(kind, input, context),
  })

const fieldOptions = ({ fields }: RegisterKind): OptionSpecs =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, optionOf(field)]))

function optionOf(field: Field): OptionSpec {
  const needed = field.required ? ', needed' : ''
  const about = `${field.about} (${expectedOf(field)}${needed})`
  if (field.shape === 'word')
    return {
      kind: 'text',
      value: 'word',
      choices: field.words,
      about: field.about + (needed && ' (needed)'),
    }
  if (field.shape === 'count') return { kind: 'number', value: 'n', about }
  return { kind: isMany(field) ? 'list' : 'text', value: VALUES[field.shape], about }
}

const VALUES = {
  line: 'text',
  prose: 'text',
  date: 'date',
  moment: 'moment',
  amount: 'amount',
  currency: 'code',
  digest: 'digest',
  url: 'address',
  member: 'id',
  members: 'id',
  components: 'id',
  rows: 'row',
  lines: 'text',
  shares: 'id=n',
} as const

function examplesOf({ kind, example, report, calendar }: RegisterKind): [Example, ...Example[]] {
  const { row, fields, does } = example
  return [
    { run: `folkmoot register ${kind} add ${row} ${fields}`, does },
    { run: `folkmoot register ${kind}`, does: 'all rows' },
    { run: `folkmoot register ${kind} lint`, does: 'what is wrong, and what would mend it' },
    ...(report ? [{ run: `folkmoot register ${kind} report`, does: report.about }] : []),
    {
      run: `folkmoot register ${kind} export -o ${kind}.${calendar ? 'ics' : 'csv'}`,
      does: calendar ? 'for a calendar' : 'for a spreadsheet',
    },
  ]
}

const securityTxt = defineCommand({
  name: 'register security-txt',
  about: 'a member’s disclosure policies as a security.txt (RFC 9116), to be signed and published',
  options: {
    by: { kind: 'text', value: 'id', about: 'the member (default: us)' },
    out: OUT,
  },
  examples: [
    {
      run: 'folkmoot register security-txt -o security.txt',
      does: 'what that member wrote itself into `register policies`, and nobody else',
    },
    { run: 'folkmoot register security-txt --by globex', does: 'where to write to Globex' },
  ],
  run: async (input, context) => (await import('../acts/registers.ts')).securityTxt(input, context),
})

/** Commands about registers. */
export const REGISTER_COMMANDS: readonly Command[] = [
  overview,
  ...REGISTER_KINDS.map(commandOf),
  securityTxt,
]
