/** Which addresses are dialled and announced: those of this machine and of private networks are a setting. */
import { BlockList, isIP, isIPv6 } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { LruCache } from '../crypto/lru.ts'

/** What the settings allow. */
export interface AddressRules {
  readonly allowLoopback: boolean
  readonly allowPrivate: boolean
}

/** `invalid`: no multiaddr, or one that nobody can dial. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'invalid'

/** Most addresses whose kind is remembered. */
const MAX_CACHED = 10_000
const V4_BITS = 32

const LOOPBACK = blockList(['127.0.0.0/8', '::1/128'])
/** RFC 1918, carrier NAT, link-local; RFC 4193, link-local. */
const PRIVATE = blockList([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
])
const UNSPECIFIED = blockList(['0.0.0.0/32', '::/128'])

const kinds = new LruCache<string, AddressKind>(MAX_CACHED, computeKind)

/** The kind of an address. */
export const kindOf = (address: string): AddressKind => kinds.get(address)

/** True for an address that the settings let us dial and announce. */
export function isAllowed(address: string, rules: AddressRules): boolean {
  const kind = kindOf(address)
  if (kind === 'loopback') return rules.allowLoopback
  return kind === 'public' || (kind === 'private' && rules.allowPrivate)
}

function computeKind(address: string): AddressKind {
  const host = hostOf(address)
  if (host === undefined) return 'invalid'
  if (isIP(host) === 0) return host === 'localhost' ? 'loopback' : 'public'
  const family = isIPv6(host) ? 'ipv6' : 'ipv4'
  if (UNSPECIFIED.check(host, family)) return 'invalid'
  if (LOOPBACK.check(host, family)) return 'loopback'
  return PRIVATE.check(host, family) ? 'private' : 'public'
}

function hostOf(address: string): string | undefined {
  try {
    return multiaddr(address).getComponents()[0]?.value
  } catch {
    return undefined
  }
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', bits = V4_BITS] = subnet.split('/')
    list.addSubnet(net, Number(bits), isIPv6(net) ? 'ipv6' : 'ipv4')
  }
  return list
}
