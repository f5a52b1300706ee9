/** The table of capabilities as a page of Markdown. */
import { type Capability, LAST_CAPABILITY, testNameOf } from './capability.ts'

/** Where the page is, from the root of the repository. */
export const CAPABILITIES_PAGE = 'docs/capabilities.md'

const PARTS: readonly { readonly title: string; readonly last: number }[] = [
  { title: 'Roles and decision rules', last: 20 },
  { title: 'Plan, test together, stage, roll back', last: 35 },
  { title: 'Security, integrity, accountability', last: 52 },
  { title: 'Disclosure, and working together', last: LAST_CAPABILITY },
]

/** The page; the same rows give the same bytes, in whatever order they are. */
export function capabilitiesPage(rows: readonly Capability[]): string {
  const sorted = rows.toSorted((a, b) => a.number - b.number)
  const parts = PARTS.flatMap(({ title, last }, i) => {
    const first = (PARTS[i - 1]?.last ?? 0) + 1
    const own = sorted.filter(({ number }) => number >= first && number <= last)
    return own.length === 0 ? [] : ['', `## ${title} (${first}–${last})`, ...own.flatMap(lines)]
  })
  return `${[...INTRODUCTION, ...parts].join('\n')}\n`
}

const INTRODUCTION = [
  '# What Folkmoot can do',
  '',
  'Each entry: what it is, the commands that do it, the tests that show it. Numbers are those of the list of what a',
  'coalition needs; a number that is missing is not done yet. `npm run capabilities` writes this page from',
  '`test/capabilities/rows/`; a command or a test that does not exist fails the tests.',
]

function lines({ number, sentence, commands, tests }: Capability): string[] {
  return [
    '',
    `**${number}.** ${sentence}  `,
    `Commands: ${commands.map((name) => `\`folkmoot ${name}\``).join(', ')}  `,
    'Shown by:',
    ...tests.map(testLine),
  ]
}

function testLine(text: string): string {
  const { path, title } = testNameOf(text) ?? { path: text, title: text }
  return `- ${title} ([${path}](../${path}))`
}
