import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { reachableAddresses } from './reachable.ts'

const address = (ip: string, internal = false): NetworkInterfaceInfo =>
  ip.includes(':')
    ? { address: ip, family: 'IPv6', internal, mac: '', netmask: '', cidr: null, scopeid: 0 }
    : { address: ip, family: 'IPv4', internal, mac: '', netmask: '', cidr: null }
const interfaces = {
  lo: [address('127.0.0.1', true)],
  eth0: [address('192.0.2.7'), address('2001:db8::7'), address('fe80::1')],
}
const config = { announce: [], listen: ['/ip4/0.0.0.0/tcp/4001'], allowLoopback: false }

describe('where the others can reach us', () => {
  it('is what we announce, where we do', () => {
    const announce = ['/dns4/moot.acme.example/tcp/4001']
    expect(reachableAddresses({ ...config, announce }, interfaces)).toEqual(announce)
  })

  it('spells out "every interface", without those that nobody else can use', () => {
    expect(reachableAddresses(config, interfaces)).toEqual(['/ip4/192.0.2.7/tcp/4001'])
    const listen = ['/ip6/::/tcp/4001']
    expect(reachableAddresses({ ...config, listen }, interfaces)).toEqual([
      '/ip6/2001:db8::7/tcp/4001',
    ])
  })

  it('keeps the loopback for demos, and leaves out ports that are not known yet', () => {
    expect(reachableAddresses({ ...config, allowLoopback: true }, interfaces)).toContain(
      '/ip4/127.0.0.1/tcp/4001',
    )
    expect(reachableAddresses({ ...config, listen: ['/ip4/0.0.0.0/tcp/0'] }, interfaces)).toEqual(
      [],
    )
  })
})
