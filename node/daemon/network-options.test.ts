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
  expect(networkOptionsOf(values)).toEqual({
    listen: ['/ip4/198.51.100.7/tcp/1'],
    announce: ['/dns4/a.example/tcp/2'],
    maxConnections: 7,
    maxDials: 3,
    timings: {
      dialTimeoutMs: 200,
      dialMinMs: 300,
      dialMaxMs: 4000,
      syncMinMs: 5000,
      syncMaxMs: 15_000,
    },
  })
})
