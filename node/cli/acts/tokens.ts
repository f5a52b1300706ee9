/** `token`: who may use the API over TCP. Works on the home's file, with or without a daemon. */
import type { Scope } from '../../home/scope.ts'
import { addToken, readTokens, revokeToken, type TokenRecord } from '../../home/token-file.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { homeOf } from '../node-access.ts'
import { type Column, tableLines } from '../view/table.ts'
import { moment } from '../view/time.ts'

/** Lists tokens. */
export async function list(context: Context): Promise<Report> {
  const tokens = readTokens(homeOf(context).layout).map(withoutDigest)
  const text = tableLines(columnsAt(context.io.now()), tokens, context.print).join('\n')
  return { data: { tokens }, text: text || 'no tokens: the API is for the socket only' }
}

/** Makes a token and shows it, this once. */
export async function add(
  given: {
    readonly label: string
    readonly scope: Scope | undefined
    readonly expires: number | undefined
  },
  context: Context,
): Promise<Report> {
  const { layout, config } = homeOf(context)
  const now = context.io.now()
  const { label, scope = 'read', expires } = given
  const expiresAt = expires === undefined ? null : now + expires
  const { text, record } = addToken(layout, { label, scope, expiresAt }, now)
  const port = config.values['api.port']
  const isServed = port !== null
  return {
    data: { token: text, ...withoutDigest(record) },
    text,
    next: isServed
      ? [`curl -H "Authorization: Bearer …" http://127.0.0.1:${port}/v1/status`]
      : ['folkmoot config set api.port 7077', 'then start the daemon again'],
  }
}

/** Takes a token back. */
export async function revoke(
  { token }: { readonly token: string },
  context: Context,
): Promise<Report> {
  const record = revokeToken(homeOf(context).layout, token)
  return { data: withoutDigest(record), text: `✓ ${record.label} (${record.id}) is revoked` }
}

type Shown = Omit<TokenRecord, 'digest'>

const withoutDigest = ({ digest: _, ...shown }: TokenRecord): Shown => shown

const columnsAt = (now: number): readonly Column<Shown>[] => [
  { title: 'ID', of: ({ id }) => id },
  { title: 'LABEL', of: ({ label }) => label, style: () => 'title', shrinks: true },
  { title: 'SCOPE', of: ({ scope }) => scope },
  { title: 'MADE', of: ({ createdAt }) => moment(createdAt) },
  {
    title: 'GOOD UNTIL',
    of: ({ expiresAt }) => (expiresAt === null ? 'it is revoked' : moment(expiresAt)),
    style: ({ expiresAt }) => (expiresAt !== null && expiresAt <= now ? 'warn' : 'dim'),
  },
]
