/** `charter new`: a draft from a preset, by options or by questions. */
import { parseCharter } from '../../../src/charter/parse.ts'
import {
  isPresetName,
  PRESET_NAMES,
  type PresetName,
  presetAudience,
  presetText,
} from '../../../src/charter/presets.ts'
import { formatProblem } from '../../../src/charter/problem.ts'
import { isTable, readSource } from '../../../src/charter/source.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { assertFree, writeResult } from '../files.ts'
import { stakeholderIdFault } from '../words.ts'

interface NewInput {
  readonly preset: string | undefined
  readonly name: string | undefined
  readonly members: readonly string[]
  readonly out: string | undefined
}

/** A member as it was given. */
interface Member {
  readonly id: string
  readonly weight: string
  readonly functions: readonly string[]
}

/** Writes a draft that `charter check` reads; roots come from cards when it is founded on. */
export async function start(input: NewInput, context: Context): Promise<Report | undefined> {
  const preset = presetNamed(input.preset ?? (await askPreset(context)))
  const name = input.name ?? (await ask(context, 'Name of the coalition: ', '--name'))
  const given = input.members.length > 0 ? input.members : await askMembers(context)
  const text = draftText(preset, name, given.map(memberOf))
  const out = input.out ?? '-'
  if (out !== '-') assertFree(context, out)
  for (const line of openPoints(text, out)) context.print.warn(line)
  if (context.json) return { data: { preset, name, yaml: text }, text }
  if (!writeResult(context, out, text)) return undefined
  return {
    data: { preset, name, file: out },
    text: `✓ ${out} is a draft on preset ${preset}`,
    next: ['', 'Next:', `  folkmoot charter check ${out}`, `  folkmoot charter explain ${out}`],
  }
}

const presetNamed = (name: string): PresetName => {
  if (isPresetName(name)) return name
  throw usageError(`there is no preset "${name}"`, `choose one of ${PRESET_NAMES.join(', ')}`)
}

async function ask({ io }: Context, question: string, instead: string): Promise<string> {
  const { askLine } = io
  if (askLine === undefined) throw usageError('there is no terminal to ask on', `give ${instead}`)
  return (await askLine(question)).trim()
}

/** By name, or by its number in the list. */
async function askPreset(context: Context): Promise<string> {
  const lines = PRESET_NAMES.map(
    (name, i) => `  ${i + 1}  ${name.padEnd(24)}${presetAudience(name)}`,
  )
  const question = `${lines.join('\n')}\nPreset, name or number: `
  const answer = await ask(context, question, `a preset: ${PRESET_NAMES.join(', ')}`)
  return PRESET_NAMES[Number(answer) - 1] ?? answer
}

async function askMembers(context: Context): Promise<string[]> {
  const answer = await ask(
    context,
    'Members, as id or id:weight or id:weight:function+function, with blanks between: ',
    '--members',
  )
  return answer.split(/[\s,]+/).filter((word) => word !== '')
}

function memberOf(given: string): Member {
  const [id = '', weight = '1', functions = ''] = given.split(':')
  const fault = stakeholderIdFault(id)
  if (fault !== undefined) throw usageError(fault, 'for example: acme:1:maintainer+operator')
  if (!/^[1-9]\d*$/.test(weight))
    throw usageError(`"${weight}" is no weight of ${id}`, 'weights are whole numbers from 1')
  return { id, weight, functions: functions.split('+').filter((name) => name !== '') }
}

const draftText = (preset: PresetName, name: string, members: readonly Member[]): string =>
  [
    `# ${presetAudience(preset)}`,
    '# What this does not say is as in the preset; say it here and it holds instead:',
    ...presetText(preset)
      .trimEnd()
      .split('\n')
      .map((line) => `#   ${line}`),
    `extends: ${preset}`,
    `name: ${JSON.stringify(name)}`,
    'purpose: ""',
    'stakeholders:',
    '  # Roots come from the cards of the members when the coalition is founded.',
    ...members.map(
      ({ id, weight, functions }) =>
        `  - { id: ${id}, weight: ${weight}, functions: [${functions.join(', ')}], jurisdictions: [] }`,
    ),
    ...ownFunctions(preset, members),
    '# Owners may veto what touches their component; `decidedBy: owners` leaves it to them alone.',
    'components: []',
    '',
  ].join('\n')

/** Functions that the members have and the preset does not define. */
function ownFunctions(preset: PresetName, members: readonly Member[]): string[] {
  const { plain } = readSource(presetText(preset))
  const defined = isTable(plain) ? plain.get('functions') : null
  const known = new Set(defined && isTable(defined) ? defined.keys() : [])
  const own = new Set(members.flatMap(({ functions }) => functions))
  const lines = [...own.difference(known)].map((name) => `  ${name}: { description: "" }`)
  return lines.length === 0 ? [] : ['functions:', ...lines]
}

/** What the draft still lacks: somebody in every chamber, for instance. */
function openPoints(text: string, out: string): string[] {
  const parsed = parseCharter(text, { isDraft: true })
  return parsed.ok
    ? []
    : parsed.problems.map((found) => formatProblem(found, out === '-' ? 'charter' : out))
}
