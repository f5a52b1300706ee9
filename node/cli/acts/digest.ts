/** `digest`: what happened, and what is due. */

import { digestMarkdown } from '../../api/digest/markdown.ts'
import type { Digest, DigestSection } from '../../api/digest/shape.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need, usageError } from '../errors.ts'
import { writeResult } from '../files.ts'
import { withNode } from '../node-access.ts'
import { readSince } from '../since.ts'
import type { Paint } from '../view/paint.ts'
import { plain } from '../view/text.ts'
import { moment } from '../view/time.ts'

interface DigestInput {
  readonly since: string | undefined
  readonly markdown: boolean
  readonly out: string | undefined
}

/** Prints the digest, or writes it to a file: text, Markdown, or with `--json` data. */
export function digest(
  { since, markdown, out }: DigestInput,
  context: Context,
): Promise<Report | undefined> {
  if (markdown && context.json)
    throw usageError('--markdown and --json are two forms', 'leave one of them out')
  return withNode(context, 'any', async ({ api, now }) => {
    const from = readSince(since, now())
    const found = need(await api.reports.digest({ from }))
    const text = markdown || out !== undefined ? digestMarkdown(found) : plainText(found, context)
    if (out === undefined) return { data: found, text: text.trimEnd() }
    const content = context.json ? `${JSON.stringify(found, null, 2)}\n` : text
    if (!writeResult(context, out, content)) return undefined
    return { data: { file: out }, text: `✓ ${out}: the digest up to ${moment(found.to)}` }
  })
}

function plainText({ from, to, happened, due }: Digest, { print }: Context): string {
  const { paint } = print
  return [
    `${moment(from)} to ${moment(to)}`,
    ...part('What happened', happened, paint),
    ...part('What is due', due, paint),
  ].join('\n')
}

const part = (title: string, sections: readonly DigestSection[], paint: Paint): string[] => [
  '',
  paint('title', title),
  ...(sections.length === 0 ? ['  nothing'] : sections.flatMap((one) => section(one, paint))),
]

const section = ({ title, lines }: DigestSection, paint: Paint): string[] => [
  `  ${paint('dim', title)}`,
  ...lines.map((line) => `    ${plain(line)}`),
]
