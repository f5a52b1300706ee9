/** A digest as Markdown; what people wrote has no power in it. */
import { escaped } from '../../../src/replica/decision/verbatim.ts'
import { momentText } from '../naming.ts'
import type { Digest, DigestSection } from './shape.ts'

/** The digest as a page, ending in a line feed. */
export function digestMarkdown(digest: Digest): string {
  const { coalition, charterVersion, from, to, happened, due, stakeholder } = digest
  const whose = stakeholder === null ? '' : ` at the node of ${escaped(stakeholder)}`
  return `${[
    `# ${escaped(coalition.name)}: ${momentText(from)} to ${momentText(to)}`,
    '',
    `As first seen${whose}, under charter version ${charterVersion}.`,
    ...part('What happened', happened, 'Nothing.'),
    ...part('What is due', due, 'Nothing.'),
  ].join('\n')}\n`
}

const part = (title: string, sections: readonly DigestSection[], none: string): string[] => [
  '',
  `## ${title}`,
  ...(sections.length === 0 ? ['', none] : sections.flatMap(section)),
]

const section = ({ title, lines }: DigestSection): string[] => [
  '',
  `### ${title}`,
  '',
  ...lines.map((line) => `- ${escaped(line)}`),
]
