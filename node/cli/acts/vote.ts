/** `vote`, `comment`, `withdraw`: what people say on a proposal. */
import type { Choice } from '../../../src/ballot/ops.ts'
import { isOpCid } from '../../../src/op/cid.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import type { CommentInput } from '../../../src/replica/acts.ts'
import type { NodeApi } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { plain } from '../view/text.ts'

interface VoteInput {
  readonly proposal: string
  readonly choice: Choice
  readonly because: string | undefined
  readonly dryRun: boolean
}

/** Votes. */
export const vote = (input: VoteInput, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { title } = need(await api.proposal(input.proposal))
    const { choice, because, dryRun } = input
    const signed = need(await api.vote(input.proposal, choice, because, { dryRun }))
    return signedReport([signed], `✓ voted ${choice} on "${plain(title)}"`)
  })

interface CommentCommand {
  readonly proposal: string
  readonly text: string
  readonly kind: CommentInput['kind'] | undefined
  readonly disposition: string | undefined
  readonly answers: string | undefined
  readonly dryRun: boolean
}

/** Argues on a proposal. */
export const comment = (input: CommentCommand, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const detail = need(await api.proposal(input.proposal))
    const answers =
      input.answers === undefined ? undefined : answered(detail.comments, input.answers)
    const kind = input.kind ?? (answers === undefined ? 'concern' : 'answer')
    const body: CommentInput = {
      proposal: cidOf(detail.id),
      kind,
      text: input.text,
      ...(input.disposition !== undefined && { disposition: input.disposition }),
      ...(answers !== undefined && { answers }),
    }
    const signed = need(await api.comment(body, { dryRun: input.dryRun }))
    return signedReport([signed], `✓ ${kind} on "${plain(detail.title)}"`)
  })

function answered(comments: readonly { readonly id: string }[], given: string): OpCid {
  const found = comments.filter(({ id }) => id.startsWith(given) || id.endsWith(given))
  const [first] = found
  if (first !== undefined && found.length === 1) return cidOf(first.id)
  throw new CliError(
    found.length === 0 ? 'unknown-id' : 'ambiguous-id',
    found.length === 0 ? `no comment is called "${given}"` : `"${given}" may be several comments`,
    '`folkmoot show` lists the comments of a proposal',
  )
}

function cidOf(text: string): OpCid {
  if (isOpCid(text)) return text
  throw new CliError('bad-answer', `"${text}" is not an operation`, 'see `folkmoot doctor`')
}

interface WithdrawInput {
  readonly proposal: string
  readonly because: string | undefined
  readonly dryRun: boolean
}

/** Takes our own proposal back. */
export const withdraw = (input: WithdrawInput, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { title } = need(await api.proposal(input.proposal))
    const signed = need(await withdrawn(api, input))
    return signedReport([signed], `✓ withdrew "${plain(title)}"`)
  })

const withdrawn = (api: NodeApi, { proposal, because, dryRun }: WithdrawInput) =>
  api.withdraw(proposal, because, { dryRun })
