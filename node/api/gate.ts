/**
 * Who may ask (design §6.5). On the unix socket the file's mode has answered that. Over TCP a page
 * in a browser can reach us too, by our own address or by a name that it points there: so a request
 * must name this very host, come from no other origin, and carry a token whose scope suffices.
 */
import { type Refusal, refuse } from '../../src/op/refusal.ts'
import { SCOPES, type Scope } from '../home/scope.ts'
import type { TokenBook } from '../home/token-file.ts'

/** Lets requests in, or says why not. */
export interface Gate {
  /** May a request from there come in at all? */
  readonly enter: (request: Request) => Refusal | undefined
  /** May it do what takes that scope? */
  readonly allow: (request: Request, scope: Scope) => Refusal | undefined
}

/** Lets in all: who reached us was let in by somebody else. */
export const OPEN_GATE: Gate = { enter: () => undefined, allow: () => undefined }

/** Names under which loopback may be asked, without the port. */
const HOST_NAMES = ['127.0.0.1', 'localhost', '[::1]']
const BEARER = /^Bearer ([A-Za-z0-9_-]{1,200})$/

/** What a gate for TCP is made from. */
export interface TokenGateOptions {
  readonly tokens: TokenBook
  /** Where we listen; asked whenever a request comes, for it may be chosen by the system. */
  readonly port: () => number
  readonly now: () => number
}

/** Lets in who names this host and has a token. */
export class TokenGate implements Gate {
  private readonly options: TokenGateOptions

  constructor(options: TokenGateOptions) {
    this.options = options
  }

  /** Refuses `wrong-host` (DNS rebinding) and `foreign-origin` (a page of somebody else). */
  readonly enter = ({ headers }: Request): Refusal | undefined => {
    const hosts = HOST_NAMES.map((name) => `${name}:${this.options.port()}`)
    const host = headers.get('host')
    if (host === null || !hosts.includes(host.toLowerCase()))
      return refuse(
        'wrong-host',
        `this is not ${host ?? 'a host without a name'}`,
        `ask http://${hosts[0]}`,
      )
    return isForeign(headers, hosts)
      ? refuse('foreign-origin', 'a page of another origin may not ask this node')
      : undefined
  }

  /** Refuses `token-missing`, `token-unknown`, `token-expired`, `scope-too-small`. */
  readonly allow = ({ headers }: Request, scope: Scope): Refusal | undefined => {
    const given = headers.get('authorization')
    const [, text] = BEARER.exec(given ?? '') ?? []
    if (text === undefined)
      return refuse(
        'token-missing',
        given === null ? 'this takes a token' : 'the authorization header holds no bearer token',
        'make one with folkmoot token add, and send authorization: Bearer <token>',
      )
    const token = this.options.tokens.find(text)
    if (!token) return refuse('token-unknown', 'no such token', 'folkmoot token list shows all')
    if (token.expiresAt !== null && token.expiresAt <= this.options.now())
      return refuse('token-expired', `token ${token.label} has expired`, 'make another one')
    return SCOPES.indexOf(token.scope) >= SCOPES.indexOf(scope)
      ? undefined
      : refuse(
          'scope-too-small',
          `this takes a token of scope ${scope}; ${token.label} is of scope ${token.scope}`,
        )
  }
}

/** Browsers name the origin of what scripts and forms send, and how a request came about. */
function isForeign(headers: Headers, hosts: readonly string[]): boolean {
  const origin = headers.get('origin')
  if (origin !== null && !hosts.some((host) => origin.toLowerCase() === `http://${host}`))
    return true
  const site = headers.get('sec-fetch-site')
  return site !== null && site !== 'same-origin' && site !== 'none'
}
