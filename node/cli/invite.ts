/**
 * Invites: the founding operation and the members' cards. An invite proves itself: the CID of the
 * founding operation is the coalition's id, and every card is signed.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { coalitionFound } from '../../src/charter/ops.ts'
import type { Charter } from '../../src/charter/schema.ts'
import type { CoalitionId, KeyId } from '../../src/op/ids.ts'
import { isKeyId } from '../../src/op/key-id.ts'
import { decodeOp, type SignedOp, signingInput } from '../../src/op/operation.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { readBody } from '../../src/op/type.ts'
import { readPrivateFile, writeFileAtomic } from '../home/files.ts'
import type { HomeLayout } from '../home/layout.ts'
import { type Card, cardSchema, verifyCard } from './card.ts'

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64')
const key = z.custom<KeyId>((value) => typeof value === 'string' && isKeyId(value), 'must be a key')

/** Most operations of roots in an invite. */
const MAX_ROOTS_OPS = 100_000

const inviteSchema = z.strictObject({
  v: z.literal(1),
  coalition: z.string(),
  name: z.string(),
  founding: z.strictObject({ bytes: base64, sig: base64 }),
  cards: z.array(cardSchema).max(1_000),
  /** Where node keys are known to be now, beside what the cards say; not signed, only dialled. */
  addresses: z
    .array(z.strictObject({ key, addresses: z.array(z.string().max(256)).max(32) }))
    .max(1_000),
  /** What the members' roots have said; of the reader's own, it must be all (`root-chain.ts`). */
  roots: z
    .array(z.strictObject({ bytes: base64, sig: base64.nullable() }))
    .max(MAX_ROOTS_OPS)
    .default([]),
})

/** An invite as it is written. */
export type InviteFile = z.infer<typeof inviteSchema>

/** An invite that proved itself. */
export interface Invite {
  readonly file: InviteFile
  readonly coalition: CoalitionId
  readonly charter: Charter
  readonly founding: SignedOp
  /** What the members' roots have said, as far as the inviter knew; not verified. */
  readonly roots: readonly SignedOp[]
}

/** Addresses by node key. */
export type Addresses = InviteFile['addresses']

/** Puts an invite together. */
export const makeInvite = (
  { coalition, charter, founding }: Omit<Invite, 'file' | 'roots'>,
  cards: readonly Card[],
  addresses: Addresses = [],
): InviteFile => ({
  v: 1,
  coalition,
  name: charter.name,
  founding: { bytes: toBase64(founding.bytes), sig: toBase64(founding.sig ?? new Uint8Array()) },
  cards: [...cards],
  addresses,
  roots: [],
})

/** Operations as an invite carries them. */
export const carriedOps = (ops: readonly SignedOp[]): InviteFile['roots'] =>
  ops.map(({ bytes, sig }) => ({ bytes: toBase64(bytes), sig: sig && toBase64(sig) }))

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))

/** An invite as the text of a file. */
export const formatInvite = (invite: InviteFile): string => `${JSON.stringify(invite, null, 2)}\n`

/** Reads an invite and checks all of it; refuses `invite-malformed`, `invite-changed`, `card-changed`. */
export function readInvite(text: string, verifier: Verifier): Result<Invite> {
  const parsed = inviteSchema.safeParse(parseJson(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return malformed(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is no invite'}`)
  }
  const file = parsed.data
  const founding = readFounding(file, verifier)
  if (!founding.ok) return founding
  for (const card of file.cards) {
    const checked = verifyCard(card, verifier)
    if (!checked.ok) return checked
  }
  const roots = file.roots.map(({ bytes, sig }) => ({
    bytes: fromBase64(bytes),
    sig: sig === null ? null : fromBase64(sig),
  }))
  return accept({ file, roots, ...founding.value })
}

function readFounding(
  file: InviteFile,
  verifier: Verifier,
): Result<Omit<Invite, 'file' | 'roots'>> {
  const bytes = fromBase64(file.founding.bytes)
  const sig = fromBase64(file.founding.sig)
  const op = decodeOp(bytes)
  if (!op.ok) return malformed(`the founding operation: ${op.message}`)
  const { cid, key: founder, type, coalition } = op.value
  if (cid !== file.coalition) return changed('its founding operation is not that of the coalition')
  if (type !== coalitionFound.type || coalition !== null)
    return malformed('its operation founds no coalition')
  if (!verifier.acceptsKey(founder) || !verifier.verify(sig, signingInput(bytes), founder))
    return changed('the signature of its founding operation does not match')
  const body = readBody(op.value, coalitionFound)
  if (!body.ok) return malformed(`its charter: ${body.message}`)
  return accept({ coalition: cid, charter: body.value.charter, founding: { bytes, sig } })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const FRESH = 'ask a member for a fresh invite (`folkmoot invite`)'
const malformed = (what: string) => refuse('invite-malformed', `this is no invite: ${what}`, FRESH)
const changed = (what: string) =>
  refuse('invite-changed', `the invite was changed on its way: ${what}`, FRESH)

/** The invite that this home founded or joined by, to be written again. */
const pathOf = (layout: HomeLayout): string => join(layout.dir, 'invite.json')

/** Keeps an invite in the home. */
export const keepInvite = (layout: HomeLayout, invite: InviteFile): void =>
  writeFileAtomic(pathOf(layout), formatInvite(invite))

/** The text of the invite that the home keeps, if any. */
export const keptInvite = (layout: HomeLayout): string | undefined =>
  readPrivateFile(pathOf(layout))?.toString('utf8')
