/** Where the others can reach this node, as far as the settings tell. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import type { Config } from '../home/config-schema.ts'

/** Interfaces by name, as the operating system lists them. */
export type Interfaces = { readonly [name: string]: readonly NetworkInterfaceInfo[] | undefined }

/**
 * What we announce, else the addresses we listen on: "every interface" spelt out, ports that are
 * only known when the node runs left out.
 */
export function reachableAddresses(
  { announce, listen, allowLoopback }: Pick<Config, 'announce' | 'listen' | 'allowLoopback'>,
  interfaces: Interfaces = networkInterfaces(),
): string[] {
  if (announce.length > 0) return [...announce]
  const hosts = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => (allowLoopback || !internal) && !address.startsWith('fe80:'))
  const spelt = listen.flatMap((address) => {
    const [, protocol, rest = ''] = /^\/(?:ip4\/0\.0\.0\.0|(ip6)\/::)(\/.*)$/.exec(address) ?? []
    if (rest === '') return address
    const family = protocol === 'ip6' ? 'IPv6' : 'IPv4'
    const found = hosts.filter((host) => host.family === family)
    return found.map((host) => `/${protocol ?? 'ip4'}/${host.address}${rest}`)
  })
  return [...new Set(spelt)].filter((address) => !/\/(tcp|udp)\/0(\/|$)/.test(address))
}
