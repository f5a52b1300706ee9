/** The manual of registers, made from the table of kinds. */

import { formatsOf } from '../../src/register/export.ts'
import { expectedOf, type Field } from '../../src/register/field.ts'
import type { RegisterKind } from '../../src/register/kind.ts'
import { REGISTER_KINDS } from '../../src/register/kinds.ts'
import { optionName } from '../../src/register/rows.ts'

const INTRODUCTION = `# Registers

A register is a document that every member may edit, whose rows members keep together: \`folkmoot register\` lists all of them,
\`folkmoot register <kind>\` one. Rows are keyed by an id that you choose. Members who change different fields of a row at the same time both succeed; where they set one field to
different values, one is shown and \`lint\` names both until somebody sets it again. A row that somebody wrote by hand (\`folkmoot doc edit\`)
and that is malformed is shown with a \`!\`, is named by \`lint\`, and neither computed with nor exported.

\`\`\`
folkmoot register <kind> [list]                   the rows
folkmoot register <kind> add <row> --field …      a new row; \`--dry-run\` shows what would be signed
folkmoot register <kind> set <row> --field …      changes fields; \`--clear field\` empties one
folkmoot register <kind> remove <row>             takes a row away
folkmoot register <kind> show <row>               one row, and what is wrong with it
folkmoot register <kind> lint [--escalate]        what is wrong and what would mend it; exits with 1 on errors
folkmoot register <kind> report                   what is computed from the rows, where there is something
folkmoot register <kind> export -o file           .csv, .json, .md, and .ics where rows have dates
folkmoot register security-txt -o security.txt    our disclosure policies, as RFC 9116 has them
\`\`\`

This page is made from the table of kinds in \`src/register/kinds.ts\`, as are the commands and the API.
`

/** The page. */
export const registersPage = (): string => [INTRODUCTION, ...REGISTER_KINDS.map(section)].join('\n')

function section(kind: RegisterKind): string {
  const { example, report, speaksFor, othersWrite = [] } = kind
  const rows = Object.entries(kind.fields).map(([name, field]) => fieldRow(kind, name, field))
  return [
    `## ${kind.kind}`,
    '',
    `${capital(kind.about)}.`,
    ...(speaksFor === undefined
      ? []
      : [
          '',
          `A row speaks for the member in \`${speaksFor}\`: one that another member wrote is an error, and in no report or file.${othersWrite.map((field) => ` But \`${field}\` anybody may write.`).join('')}`,
        ]),
    ...(report ? ['', `\`report\`: ${report.about}.`] : []),
    ...(formatsOf(kind).includes('ics')
      ? ['', 'Dates leave as a calendar: `export -o file.ics`.']
      : []),
    '',
    '| option | what | what is right |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '```',
    `folkmoot register ${kind.kind} add ${example.row} ${example.fields}`,
    '```',
    '',
  ].join('\n')
}

function fieldRow({ defaults }: RegisterKind, name: string, field: Field): string {
  const standard = defaults?.[name]
  const needed = field.required ? (standard === undefined ? ', needed' : `, else ${standard}`) : ''
  return `| \`--${optionName(name)}\` | ${field.about} | ${expectedOf(field).replaceAll('|', '\\|')}${needed} |`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
