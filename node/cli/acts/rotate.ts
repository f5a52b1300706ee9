/** `keys rotate`: a new node key for this home, in place of an old or a stale one (design §2.3). */
import type { KeyId } from '../../../src/op/ids.ts'
import type { Signer } from '../../../src/op/operation.ts'
import type { Capability } from '../../../src/op/type.ts'
import { FRESH_KEY_NOTE, STALE_NOTE } from '../../../src/replica/local.ts'
import type { NodeApi, Signed } from '../../api/node-api.ts'
import {
  findRoot,
  type Home,
  isNodeKeyLost,
  renewNodeKey,
  replaceLostNodeKey,
} from '../../home/home.ts'
import { SqliteStore } from '../../store/sqlite-store.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { capabilitiesIn, delegationDraft } from '../delegation.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { type NodeAccess, withNode } from '../node-access.ts'
import { submitAsRoot, unsealSigner } from '../root-signing.ts'
import { signedReport } from '../view/signed.ts'
import { coalitionOf } from './ratify.ts'
import { lastGoodOf, revocation } from './revoke.ts'

interface RotateInput {
  /** What the new key may do, as it was typed; all, unless given. */
  readonly can: string | undefined
  readonly revokeOld: boolean
  readonly dryRun: boolean
}

/**
 * Makes a new node key, has the root delegate it, and forgets that the old one was stale. Where the
 * old one is lost, the new one is made first, for without a key no home opens.
 */
export async function rotate(input: RotateInput, context: Context): Promise<Report> {
  const can = capabilitiesIn(input.can)
  const isLost = isNodeKeyLost(context.homeDir)
  if (isLost && input.revokeOld) throw oldUnknown()
  if (isLost && input.dryRun) return signedReport([delegationShown(can)], '')
  const root = isLost ? await replaceLost(context) : undefined
  const done = await withNode(context, 'offline', async ({ api, home, now }) =>
    input.dryRun ? wouldRotate(home, api, input) : renew({ home, api, now, root }, input, context),
  )
  if (input.dryRun) return signedReport(done.signed, '')
  const wasStale = noteRenewal(done.home)
  const { node } = done.home.identity
  const after = isLost || input.revokeOld || wasStale ? [] : [revokeHint(done.old)]
  return {
    ...signedReport(done.signed, `✓ new node key ${node}\n${isLost ? LOST : KEPT}`),
    next: [...(wasStale ? [AFTER_LOSS] : []), '', 'Next:', '  folkmoot up', ...after],
  }
}

/** The root comes first: a wrong passphrase has changed nothing. */
async function replaceLost(context: Context): Promise<Signer> {
  const root = await unsealSigner(context, findRoot(context.homeDir))
  replaceLostNodeKey(context.homeDir)
  return root
}

const revokeHint = (old: string): string =>
  `  folkmoot keys revoke ${old.slice(0, 16)}     the old key speaks for us until then`

const LOST =
  '  the old one was lost; if others may have it: folkmoot keys list, folkmoot keys revoke'
const KEPT = '  the old one is kept under retired/'
const AFTER_LOSS =
  'The old key was stale: the new one seals only ballots that open after the others know it.'

interface Renewal {
  readonly home: Home
  /** The key that was replaced. */
  readonly old: KeyId
  readonly signed: readonly Signed[]
}

interface Renewing extends Pick<NodeAccess, 'home' | 'api' | 'now'> {
  /** The root that was unsealed before the home's key was made, just now. */
  readonly root: Signer | undefined
}

async function renew(
  { home, api, now, root }: Renewing,
  { revokeOld, can: given }: RotateInput,
  context: Context,
): Promise<Renewal> {
  const coalition = coalitionOf(home)
  const old = home.identity.node
  const lastGood = revokeOld ? await lastGoodOf(api, old) : null
  let renewed = home
  const signed = await submitAsRoot(context, {
    home,
    api,
    now,
    coalition,
    ...(root && { root }),
    drafts: () => {
      // Only here is the root unsealed: a wrong passphrase has changed nothing.
      if (!root) renewed = { ...home, identity: { ...home.identity, node: renewNodeKey(home) } }
      const ended = revokeOld ? [revocation(old, lastGood, 'replaced')] : []
      return [delegationDraft(renewed, coalition, { can: capabilitiesIn(given) }), ...ended]
    },
  })
  return { home: renewed, old, signed }
}

/** What would be signed; the new key is made only when it is. */
async function wouldRotate(
  home: Home,
  api: NodeApi,
  { revokeOld, can: given }: RotateInput,
): Promise<Renewal> {
  const { node } = home.identity
  const can = capabilitiesIn(given)
  if (!revokeOld) return { home, old: node, signed: [delegationShown(can)] }
  const end = revocation(node, await lastGoodOf(api, node), 'replaced')
  return { home, old: node, signed: [delegationShown(can), shown(end.type, end.body)] }
}

const FRESH = 'of the new key, made when it is signed'

const delegationShown = (can: readonly Capability[]): Signed =>
  shown('key.delegate', { key: FRESH, countersignature: FRESH, can })

const shown = (type: string, body: object): Signed => ({
  cid: null,
  type,
  refs: [],
  body,
  dryRun: true,
})

const oldUnknown = (): CliError =>
  new CliError(
    'key-missing',
    'node.key is lost, so this home does not know which key it was',
    'folkmoot keys rotate, then folkmoot keys list and folkmoot keys revoke <key>',
    { exit: EXIT.refused },
  )

/**
 * A key in place of a stale one seals only where the ballot's basis holds it (design §2.3). The
 * note comes after the new key: the other way round a crash would let the stale key sign again.
 */
function noteRenewal({ layout, identity }: Home): boolean {
  const store = SqliteStore.open(layout.store)
  try {
    const wasStale = [...store.notes()].some(([name]) => name === STALE_NOTE)
    if (!wasStale) return false
    const notes = [
      [FRESH_KEY_NOTE, identity.node],
      [STALE_NOTE, null],
    ] as const
    store.commit({ puts: [], drops: [], signatures: [], notes })
    return true
  } finally {
    store.close()
  }
}
