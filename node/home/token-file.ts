/**
 * Bearer tokens for the API over TCP (design §6.5): made once, shown once, kept as their sha256, so
 * that who reads the file has no token.
 */
import { hash, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { z } from 'zod'
import { HomeError } from './errors.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import type { HomeLayout } from './layout.ts'
import { SCOPES, type Scope } from './scope.ts'

/** Most tokens of one home. */
export const MAX_TOKENS = 100
/** Longest label of a token. */
export const MAX_TOKEN_LABEL = 100
const SECRET_BYTES = 32
const ID_BYTES = 4
const PREFIX = 'folkmoot_'

const tokenSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  label: z.string().min(1).max(MAX_TOKEN_LABEL),
  scope: z.enum(SCOPES),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.int(),
  expiresAt: z.int().nullable(),
})
const fileSchema = z.strictObject({ tokens: z.array(tokenSchema).max(MAX_TOKENS) })

/** A token as it is kept; times in ms. */
export type TokenRecord = z.infer<typeof tokenSchema>

/** What a new token is made from. */
export interface TokenRequest {
  readonly label: string
  readonly scope: Scope
  /** Of this machine's clock, in ms; `null`: never. */
  readonly expiresAt: number | null
}

type Place = Pick<HomeLayout, 'tokens'>

/** All tokens of a home. Throws `key-damaged`, `home-too-open`. */
export const readTokens = ({ tokens }: Place): readonly TokenRecord[] =>
  readJsonFile(tokens, fileSchema)?.tokens ?? []

/** Makes a token; its text is nowhere afterwards. Throws `token-invalid`. */
export function addToken(
  place: Place,
  { label, scope, expiresAt }: TokenRequest,
  now: number,
): { readonly text: string; readonly record: TokenRecord } {
  const known = readTokens(place)
  const fault = faultOf(label, expiresAt, known, now)
  if (fault) throw fault
  const text = PREFIX + randomBytes(SECRET_BYTES).toString('base64url')
  const id = randomBytes(ID_BYTES).toString('hex')
  const record = { id, label, scope, digest: digestOf(text), createdAt: now, expiresAt }
  writeJsonFile(place.tokens, { tokens: [...known, record] })
  return { text, record }
}

/** Takes a token back, by id or label; it is refused from then on. Throws `token-invalid`. */
export function revokeToken(place: Place, name: string): TokenRecord {
  const known = readTokens(place)
  const record = known.find(({ id, label }) => id === name || label === name)
  if (!record) throw invalid(`there is no token "${name}"`, 'folkmoot token list shows them')
  writeJsonFile(place.tokens, { tokens: known.filter((one) => one !== record) })
  return record
}

/** Finds the token that a text is, as the file says at that moment; it may have expired. */
export class TokenBook {
  private readonly place: Place
  private readAt = ''
  private known: ReadonlyMap<string, TokenRecord> = new Map()

  constructor(place: Place) {
    this.place = place
  }

  find(text: string): TokenRecord | undefined {
    this.renew()
    return this.known.get(digestOf(text))
  }

  private renew(): void {
    const stat = statSync(this.place.tokens, { bigint: true, throwIfNoEntry: false })
    // The file is always replaced, never changed in place.
    const version = stat ? `${stat.ino} ${stat.mtimeNs}` : ''
    if (version === this.readAt) return
    this.known = new Map(readTokens(this.place).map((record) => [record.digest, record]))
    this.readAt = version
  }
}

const digestOf = (text: string): string => hash('sha256', text)

function faultOf(
  label: string,
  expiresAt: number | null,
  known: readonly TokenRecord[],
  now: number,
): HomeError | undefined {
  if (label.length < 1 || label.length > MAX_TOKEN_LABEL)
    return invalid(`a label has 1 to ${MAX_TOKEN_LABEL} characters`, 'say who will use it')
  if (known.some((one) => one.label === label || one.id === label))
    return invalid(`there is a token "${label}" already`, `folkmoot token revoke ${label}, first`)
  if (expiresAt !== null && expiresAt <= now)
    return invalid('it would have expired already', 'give a time to come')
  return known.length < MAX_TOKENS
    ? undefined
    : invalid(`there are ${MAX_TOKENS} tokens already`, 'revoke one that nobody uses')
}

const invalid = (message: string, hint: string): HomeError =>
  new HomeError('token-invalid', message, hint)
