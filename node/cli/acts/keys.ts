/** `keys list` and `keys delegate`. */
import { CAPABILITIES } from '../../../src/op/type.ts'
import type { KeyLine } from '../../api/node-api.ts'
import { isNodeKeySealed, openNodeKey, sealNodeKey, unsealNodeKey } from '../../home/node-key.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { capabilitiesIn, delegationDraft } from '../delegation.ts'
import { homeOf, withNode } from '../node-access.ts'
import { submitAsRoot, wouldSign } from '../root-signing.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { moment } from '../view/time.ts'
import { coalitionOf } from './ratify.ts'

/** Lists all keys that speak for members. */
export const list = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api, home }) => {
    const keys = await api.keys()
    const own = new Set<string>(Object.values(home.identity))
    const text = tableLines(columnsFor(own), keys, context.print).join('\n')
    return { data: { keys }, text: text || 'no keys are known yet' }
  })

const columnsFor = (own: ReadonlySet<string>): readonly Column<KeyLine>[] => [
  { title: 'KEY', of: ({ key }) => key.slice(0, 16), style: () => 'title' },
  { title: 'OF', of: ({ stakeholder }) => stakeholder ?? 'no member' },
  { title: 'ROLE', of: ({ role, key }) => (own.has(key) ? `${role}, ours` : role) },
  { title: 'MAY', of: mayText, shrinks: true },
  { title: 'SINCE', of: ({ delegatedAt }) => (delegatedAt === null ? '' : moment(delegatedAt)) },
  { title: 'OPS', of: ({ lastSeq }) => String(lastSeq + 1) },
  {
    title: 'CUT',
    of: ({ cut }) => (cut === null ? '' : cutText(cut)),
    style: () => 'bad',
  },
]

/** What counts of a key is what came before: operations are numbered from 0. */
const cutText = ({ reason, seq }: NonNullable<KeyLine['cut']>): string =>
  reason === 'forked' ? `forked at ${seq}` : `${reason} from ${seq} on`

const mayText = ({ role, can }: KeyLine): string =>
  role === 'root' ? '' : can.length === CAPABILITIES.length ? 'all' : can.join(',')

interface DelegateInput {
  readonly can: string | undefined
  readonly label: string | undefined
  readonly dryRun: boolean
}

/** Lets the node key of this home speak for us. */
export const delegate = (input: DelegateInput, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api, home, now }) => {
    const coalition = coalitionOf(home)
    const can = capabilitiesIn(input.can)
    const options = { can, ...(input.label !== undefined && { label: input.label }) }
    await openNodeKey(home.layout, context.io)
    const draft = delegationDraft(home, coalition, options)
    if (input.dryRun) return signedReport([wouldSign(draft)], '')
    const { node } = home.identity
    const before = (await api.keys()).find(({ key }) => key === node)?.can ?? []
    const more = CAPABILITIES.filter((one) => before.includes(one) && !can.includes(one))
    const task = { home, api, now, coalition, drafts: () => [draft] }
    const signed = await submitAsRoot(context, task)
    const report = signedReport(signed, `✓ ${node} may ${can.join(', ')}`)
    return more.length === 0 ? report : { ...report, next: addsUp(more, can) }
  })

/** A delegation takes nothing away: a key that may less is another key. */
const addsUp = (more: readonly string[], can: readonly string[]): string[] => [
  `It may ${more.join(', ')} too, by an earlier delegation: delegations add up.`,
  '',
  'For a key that may only this:',
  `  folkmoot stop; folkmoot keys rotate --revoke-old --can ${can.join(',')}; folkmoot up`,
]

/** Seals the node key with a passphrase: from then on whoever starts the node gives it. */
export async function seal(context: Context): Promise<Report> {
  const { layout } = homeOf(context)
  const key = await sealNodeKey(layout, context.io)
  return {
    data: { key, sealed: isNodeKeySealed(layout) },
    text: `✓ ${layout.nodeKey} is sealed; the node starts with its passphrase only`,
    next: ['', 'Next:', '  FOLKMOOT_PASSPHRASE_FILE=<file> folkmoot up'],
  }
}

/** Takes the seal off the node key. */
export async function unseal(context: Context): Promise<Report> {
  const { layout } = homeOf(context)
  const key = await unsealNodeKey(layout, context.io)
  return {
    data: { key, sealed: isNodeKeySealed(layout) },
    text: `✓ ${layout.nodeKey} is not sealed: who reads it is the node`,
  }
}
