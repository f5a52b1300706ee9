import { expect, test } from 'vitest'
import { resolveConfig } from '../home/config.ts'
import { networkOptionsOf } from './network-options.ts'

test('every setting of the network reaches the host', () => {
  const { values } = resolveConfig({
    flags: {
      listen: '/ip4/198.51.100.7/tcp/1',
      announce: '/dns4/a.example/tcp/2',
      maxConnections: '7',
      'dial.maxParallel': '3',
      'dial.timeoutMs': '200',
      'dial.minBackoffMs': '300',
      'dial.maxBackoffMs': '4000',
      syncIntervalMs: '10000',
    },
  })
  expect(networkOptionsOf(values, 50)).toEqual({
    listen: ['/ip4/198.51.100.7/tcp/1'],
    announce: ['/dns4/a.example/tcp/2'],
    maxConnections: 7,
    maxDials: 3,
    timings: {
      dialTimeoutMs: 200,
      pingIntervalMs: 25_000,
      dialMinMs: 300,
      dialMaxMs: 4000,
      syncMinMs: 5000,
      syncMaxMs: 15_000,
    },
  })
})

test('pings become rarer with the eleventh member', () => {
  const { values } = resolveConfig({ flags: {} })
  const interval = (members: number) => networkOptionsOf(values, members).timings.pingIntervalMs
  expect([interval(0), interval(10), interval(11)]).toEqual([5000, 5000, 5500])
})
