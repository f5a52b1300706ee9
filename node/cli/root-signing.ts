/** What only a root signs: unsealed for the moment of signing, by the passphrase (design §2.3). */

import { isOpCid } from '../../src/op/cid.ts'
import type { CoalitionId, KeyId, OpCid } from '../../src/op/ids.ts'
import { normalised } from '../../src/op/nfc.ts'
import { type Envelope, type SignedOp, type Signer, signOp } from '../../src/op/operation.ts'
import type { Draft } from '../../src/replica/draft.ts'
import type { NodeApi, RootHead, Signed, WireOp } from '../api/node-api.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import { type RootHome, unsealRoot } from '../home/home.ts'
import { readPassphrase } from '../home/passphrase.ts'
import type { Context } from './context.ts'
import { CliError, need } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import type { NodeAccess } from './node-access.ts'

/** Asks for the passphrase and unseals the root key. */
export async function unsealSigner(context: Context, home: RootHome): Promise<Signer> {
  const passphrase = await readPassphrase(context.io)
  context.print.progress('unsealing the root key …')
  const signer = nodeSigner(await unsealRoot(home, passphrase))
  context.print.clearProgress()
  return signer
}

/** Where the next operation of a root goes. */
export interface RootPlace {
  readonly coalition: CoalitionId | null
  readonly seq: number
  readonly prev: OpCid | null
}

/** The operation that a root would sign at a place; throws where its text cannot be composed. */
export const rootEnvelope = (
  key: KeyId,
  { coalition, seq, prev }: RootPlace,
  draft: Draft,
  at: number,
): Envelope => ({
  v: 1,
  coalition,
  key,
  seq,
  prev,
  at,
  ...draft,
  body: need(normalised(draft.body)),
})

/** An operation with its signature and what was signed. */
export type SignedRootOp = ReturnType<typeof signOp>

/** Signs drafts one after the other, the first at `place`. */
export function signChain(
  root: Signer,
  place: RootPlace,
  drafts: readonly Draft[],
  at: number,
): SignedRootOp[] {
  let next = place
  return drafts.map((draft) => {
    const signed = signOp(rootEnvelope(root.key, next, draft, at), root)
    next = { coalition: next.coalition ?? signed.op.cid, seq: next.seq + 1, prev: signed.op.cid }
    return signed
  })
}

/** A founder's word that it takes part by the founding charter (design §3.3). */
export const ratification = (coalition: CoalitionId): Draft => ({
  type: 'charter.ratify',
  refs: [coalition],
  body: { charter: 0 },
})

/** A draft as `--dry-run` shows it. */
export const wouldSign = ({ type, refs, body }: Draft): Signed => ({
  cid: null,
  type,
  refs,
  body,
  dryRun: true,
})

/** Who signs what for whom. */
export interface RootTask {
  readonly home: RootHome
  /** The root, where it was unsealed already. */
  readonly root?: Signer
  readonly api: NodeApi
  readonly now: NodeAccess['now']
  readonly coalition: OpCid
  /** Called once the root is unsealed: what it does happens only with the right passphrase. */
  readonly drafts: () => readonly Draft[]
}

/**
 * Why a node keeps what our root said and does not count it yet: the root is ahead of its rate, or
 * nothing that is held names it. Both end by themselves.
 */
export type RootWait = 'too-fast' | 'unknown-root'

/** What our root signed; `waits` says why it does not count yet, if so. */
export interface RootSigned extends Signed {
  readonly waits: RootWait | null
}

/** Signs drafts with our root where its chain stands, and hands them to the node. */
export async function submitAsRoot(
  context: Context,
  task: RootTask,
): Promise<readonly RootSigned[]> {
  const { home, api, now, coalition } = task
  const place = placeAfter(need(await api.rootHead()), coalition)
  const root = task.root ?? (await unsealSigner(context, home))
  const drafts = task.drafts()
  const signed = signChain(root, place, drafts, now())
  const waiting = await submitAll(api, signed.map(wireOp))
  const wait = waiting.length === 0 ? null : await whyItWaits(api, root.key)
  return signed.map(({ op }, i) => {
    const { type, refs, body } = drafts[i] ?? op
    const waits = waiting.includes(op.cid) ? wait : null
    return { cid: op.cid, type, refs, body, dryRun: false, waits }
  })
}

function placeAfter({ seq, prev }: RootHead, coalition: OpCid): RootPlace {
  if (prev === null) return { coalition, seq, prev }
  if (isOpCid(prev)) return { coalition, seq, prev }
  throw new CliError('bad-answer', `"${prev}" is not an operation`, 'see `folkmoot doctor`')
}

/** An operation on its way. */
export const wireOp = ({ bytes, sig }: SignedOp): WireOp => ({
  bytes: Buffer.from(bytes).toString('base64'),
  sig: sig === null ? null : Buffer.from(sig).toString('base64'),
})

/** What of it waits. Throws where any of it is refused. */
async function submitAll(api: NodeApi, ops: readonly WireOp[]): Promise<readonly string[]> {
  const { refused: all, waiting } = await api.submit(ops)
  const [refused] = all
  if (refused === undefined) return waiting
  throw new CliError(refused.code, refused.message, 'nothing was published', { exit: EXIT.refused })
}

async function whyItWaits(api: NodeApi, root: KeyId): Promise<RootWait> {
  const known = await api.keys()
  return known.some(({ key }) => key === root) ? 'too-fast' : 'unknown-root'
}
