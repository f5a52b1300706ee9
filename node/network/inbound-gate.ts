/**
 * Connections on their way in, by where they come from (design §6.3): how many a second, how many
 * that have not finished their handshake, how many open. An address of IPv6 counts by its network:
 * whoever has one address there has all of them.
 */
import type { Multiaddr } from '@multiformats/multiaddr'
import { INBOUND_BURST_SECONDS, MAX_INBOUND_PER_SECOND } from './limits.ts'

/** How many connections may come from one place. */
export interface InboundLimits {
  readonly perSecond: number
  readonly pending: number
  readonly open: number
}

/** What the gate needs of a connection that has just been accepted. */
export interface Incoming {
  readonly remoteAddr: Multiaddr
  addEventListener(type: 'close', listener: () => void): void
}

/** What a gate is made from. */
export interface InboundGateParts {
  readonly limits: InboundLimits
  /** For connections from this very machine, on which other nodes may run. */
  readonly limitsHere: InboundLimits
  /** True for a place where a member is known to be: it has no part in what all others share. */
  readonly isKnown: (place: string) => boolean
  /** Inbound connections that are open now, by place. */
  readonly open: (place: string) => number
  /** In ms. */
  readonly now: () => number
}

interface Bucket {
  tokens: number
  at: number
}

interface Place extends Bucket {
  readonly pending: Set<string>
}

const MAPPED = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i
const HERE: ReadonlySet<string> = new Set(['127.0.0.1', '::1'])
/** Groups of an IPv6 address that name its network. */
const NETWORK_GROUPS = 4
const GROUPS = 8

/** True for this very machine, on which other nodes may run. */
export const isHere = (place: string | undefined): boolean => place !== undefined && HERE.has(place)

/** Counts who comes from where; forgets places from which nobody has come of late. */
export class InboundGate {
  private readonly parts: InboundGateParts
  private readonly places = new Map<string, Place>()
  /** What places share where no member is known to be: a handshake costs us milliseconds. */
  private readonly unknown: Bucket

  constructor(parts: InboundGateParts) {
    this.parts = parts
    this.unknown = { tokens: MAX_INBOUND_PER_SECOND, at: parts.now() }
  }

  /** True when one more connection may begin its handshake; it counts as pending until `settled`. */
  enter(connection: Incoming): boolean {
    const name = placeOf(connection.remoteAddr)
    if (name === undefined) return false
    const limits = this.limitsOf(name)
    const place = this.placeAt(name, limits)
    const open = this.parts.open(name) + place.pending.size
    if (place.tokens < 1 || place.pending.size >= limits.pending || open >= limits.open)
      return false
    if (!this.takesItsPart(name)) return false
    place.tokens--
    const id = endOf(connection.remoteAddr)
    place.pending.add(id)
    connection.addEventListener('close', () => place.pending.delete(id))
    return true
  }

  /** The handshake is over: the connection counts as open. */
  settled(address: Multiaddr): void {
    const name = placeOf(address)
    if (name !== undefined) this.places.get(name)?.pending.delete(endOf(address))
  }

  /** Places that are remembered. */
  get size(): number {
    return this.places.size
  }

  private takesItsPart(name: string): boolean {
    if (isHere(name) || this.parts.isKnown(name)) return true
    const { tokens } = this.refilled(this.unknown, MAX_INBOUND_PER_SECOND, MAX_INBOUND_PER_SECOND)
    if (tokens < 1) return false
    this.unknown.tokens--
    return true
  }

  private limitsOf(name: string): InboundLimits {
    return isHere(name) ? this.parts.limitsHere : this.parts.limits
  }

  private placeAt(name: string, limits: InboundLimits): Place {
    const burst = limits.perSecond * INBOUND_BURST_SECONDS
    const known = this.places.get(name)
    if (known) return this.refilled(known, limits.perSecond, burst)
    for (const [other, place] of this.places) this.forget(other, place)
    const fresh = { tokens: burst, at: this.parts.now(), pending: new Set<string>() }
    this.places.set(name, fresh)
    return fresh
  }

  private refilled<B extends Bucket>(bucket: B, perSecond: number, burst: number): B {
    const elapsedMs = Math.max(0, this.parts.now() - bucket.at)
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs * perSecond) / 1000)
    bucket.at = this.parts.now()
    return bucket
  }

  /** A place that has been quiet for so long has its full rate again: nothing need be known of it. */
  private forget(name: string, { at, pending }: Place): void {
    const quietMs = Math.abs(this.parts.now() - at)
    if (pending.size === 0 && quietMs >= INBOUND_BURST_SECONDS * 1000) this.places.delete(name)
  }
}

/** One end of a connection: address and port, without the peer that was found there later. */
const endOf = (address: Multiaddr): string =>
  address
    .getComponents()
    .slice(0, 2)
    .map(({ value }) => value)
    .join(' ')

/** Where an address is: an IPv4 address, or the /64 network of an IPv6 one. */
export function placeOf(address: Multiaddr): string | undefined {
  const host = address.getComponents()[0]?.value
  if (host === undefined || !host.includes(':') || HERE.has(host)) return host
  return mappedV4(host) ?? `${groupsOf(host).slice(0, NETWORK_GROUPS).join(':')}::/64`
}

/** The IPv4 address that an IPv6 socket shows as one of its own. */
function mappedV4(host: string): string | undefined {
  const [, dotted, high = '', low = ''] = MAPPED.exec(host) ?? []
  if (dotted !== undefined || high === '') return dotted
  const bits = [high, low].map((group) => Number.parseInt(group, 16))
  return bits.flatMap((group) => [group >> 8, group & 0xff]).join('.')
}

/** The eight groups of an IPv6 address, written out. */
function groupsOf(host: string): string[] {
  const [head = '', tail] = host.toLowerCase().split('%', 1).join('').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : GROUPS - before.length - after.length
  return [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  )
}
