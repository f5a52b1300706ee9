/** `record`: the decision record. */
import { decisionMarkdown } from '../../../src/replica/decision/markdown.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need, usageError } from '../errors.ts'
import { writeResult } from '../files.ts'
import { withNode } from '../node-access.ts'

interface RecordInput {
  readonly proposal: string
  readonly markdown: boolean
  readonly out: string | undefined
}

/** Prints the record, or writes it to a file: Markdown, or with `--json` the same as data. */
export function record(input: RecordInput, context: Context): Promise<Report | undefined> {
  const { proposal, markdown, out } = input
  if (markdown && context.json)
    throw usageError('--markdown and --json are two forms', 'leave one of them out')
  return withNode(context, 'any', async ({ api }) => {
    const found = need(await api.deliberation.record(proposal))
    const text = decisionMarkdown(found)
    if (out === undefined) return { data: found, text: text.trimEnd() }
    const content = context.json ? `${JSON.stringify(found, null, 2)}\n` : text
    if (!writeResult(context, out, content)) return undefined
    return { data: { file: out }, text: `✓ ${out}: the record of ${found.proposal.id}` }
  })
}
