/**
 * Cards: what the others need to know about an organisation before it is a member. The root signs
 * all of it and the node key countersigns, so neither can be swapped on the way.
 */
import { z } from 'zod'
import { ID_PATTERN } from '../../src/charter/schema.ts'
import { encodeValue } from '../../src/op/cbor.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { isKeyId } from '../../src/op/key-id.ts'
import type { Signer } from '../../src/op/operation.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { profileSchema } from './profile.ts'

/** Domain separation: a card's signature is good for nothing else. */
const DOMAIN = new TextEncoder().encode('folkmoot/card/v1\0')
/** Longest text of a card, in bytes. */
export const MAX_CARD_BYTES = 32 * 1024

const key = z.custom<KeyId>((value) => typeof value === 'string' && isKeyId(value), 'must be a key')
const signature = z.string().regex(/^[0-9a-f]{128}$/, 'must be a signature: 128 hex digits')
const bodySchema = z.strictObject({
  v: z.literal(1),
  id: z.string().regex(ID_PATTERN, 'must be lower-case letters, digits, -'),
  name: z.string().max(128),
  root: key,
  node: key,
  addresses: z.array(z.string().max(256)).max(32),
  ...profileSchema.shape,
})

/** The shape of a card. */
export const cardSchema = z.strictObject({
  card: bodySchema,
  signatures: z.strictObject({ root: signature, node: signature }),
})

/** What a card says. */
export type CardBody = z.infer<typeof bodySchema>
/** A card with the signatures of its root and its node key, hex. */
export type Card = z.infer<typeof cardSchema>

/** Signs a card with both keys. */
export function signCard(body: CardBody, { root, node }: { root: Signer; node: Signer }): Card {
  const message = messageOf(body)
  const hex = (signer: Signer): string => Buffer.from(signer.sign(message)).toString('hex')
  return { card: body, signatures: { root: hex(root), node: hex(node) } }
}

/** A card as the text of a file. */
export const formatCard = (card: Card): string => `${JSON.stringify(card, null, 2)}\n`

/** Reads a card and checks both signatures; refuses (`card-malformed`, `card-changed`). */
export function readCard(text: string, verifier: Verifier, where = 'the card'): Result<Card> {
  if (Buffer.byteLength(text) > MAX_CARD_BYTES) return malformed(where, 'it is too long')
  const parsed = cardSchema.safeParse(parseJson(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return malformed(where, `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is no card'}`)
  }
  return verifyCard(parsed.data, verifier)
}

/** Checks both signatures of a card; refuses (`card-changed`). */
export function verifyCard(card: Card, verifier: Verifier): Result<Card> {
  const message = messageOf(card.card)
  for (const who of ['root', 'node'] as const) {
    const sig = Uint8Array.from(Buffer.from(card.signatures[who], 'hex'))
    const signer = card.card[who]
    if (!verifier.acceptsKey(signer) || !verifier.verify(sig, message, signer))
      return changed(card, who)
  }
  return accept(card)
}

function messageOf(body: CardBody): Uint8Array {
  return Uint8Array.from([...DOMAIN, ...encodeValue(body)])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const changed = ({ card }: Card, who: 'root' | 'node') =>
  refuse(
    'card-changed',
    `card of ${card.id} was changed after it was signed: signature does not match (${who} key)`,
    `ask ${card.id} for a fresh card (\`folkmoot card\`)`,
  )

const malformed = (where: string, what: string) =>
  refuse('card-malformed', `${where} is no card: ${what}`, 'ask for a fresh card (`folkmoot card`)')
