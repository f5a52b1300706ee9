import { existsSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { simpleProposal } from '../../test/support/coalition.ts'
import {
  foundHomes,
  invite,
  makeHomes,
  startDaemon,
  type TestHome,
} from '../../test/support/daemons.ts'
import { until } from '../../test/support/network.ts'
import { ApiClient } from '../api/client.ts'
import { openOffline } from '../api/offline.ts'
import { readMembership } from '../home/membership.ts'
import { Daemon, runDaemon } from './daemon.ts'
import { silentLog } from './log.ts'

const first = <T>(list: readonly T[]): T => {
  const [one] = list
  if (one === undefined) throw new RangeError('the list is empty')
  return one
}

/** Daemons of one coalition; each but the first knows the first from its invite. */
async function startAll(homes: readonly TestHome[]) {
  const coalition = foundHomes(homes)
  const daemons: Daemon[] = []
  for (const { home } of homes) {
    if (daemons.length > 0) invite(home, coalition, daemons.slice(0, 1))
    daemons.push(await startDaemon(home))
  }
  return { coalition, daemons }
}

const sameDigests = (daemons: readonly Daemon[]): boolean =>
  new Set(daemons.map(({ replica }) => JSON.stringify(replica.digest()))).size === 1

test('nodes that know one address introduce themselves, find all others and hold the same', async () => {
  const { daemons } = await startAll(await makeHomes(3))
  await until('all are connected to all', () =>
    daemons.every(({ replica }) => replica.ledger.keyring.nodeKeys().length === 3),
  )
  await until('the coalition is active everywhere', () =>
    daemons.every(({ replica }) => replica.views.ratification()?.active === true),
  )
  await until('all hold the same', () => sameDigests(daemons))
  const statuses = await Promise.all(daemons.map(({ api }) => api.status()))
  for (const { alarms, missing } of statuses)
    expect({ alarms, missing }).toEqual({ alarms: [], missing: 0 })
})

test('a ballot proposed at one node is voted, sealed and settled at all of them', async () => {
  const { daemons } = await startAll(await makeHomes(4))
  const author = first(daemons)
  await until(
    'everybody is known to the author',
    () =>
      author.replica.ledger.keyring.nodeKeys().length === 4 &&
      author.replica.views.ratification()?.active === true,
  )
  const { cid } = unwrap(await author.api.propose(simpleProposal('policy@a')))
  const id = cid ?? ''
  await until('all see it', () =>
    daemons.every(({ replica }) => replica.views.ballots().some((ballot) => ballot.id === id)),
  )
  for (const { api } of daemons) unwrap(await api.vote(id, 'yes', undefined))
  const outcomes = () =>
    daemons.map(({ replica }) =>
      [...(replica.views.standing()?.outcomes ?? [])].map(([, { outcome }]) => outcome).join(),
    )
  await until(
    'adopted everywhere',
    () => outcomes().every((outcome) => outcome === 'adopted'),
    20_000,
  )
  await until('all hold the same', () => sameDigests(daemons))
})

test('the socket serves the same node; a stop through it lets go of everything', async () => {
  const homes = await makeHomes(1)
  foundHomes(homes)
  const { home } = first(homes)
  const daemon = await startDaemon(home)
  const client = new ApiClient(home.layout.socket)
  expect(await client.status()).toMatchObject({ pid: process.pid, stakeholder: 's1' })
  await expect(Daemon.start({ home, log: silentLog })).rejects.toMatchObject({
    code: 'store-locked',
  })
  await client.stop()
  await daemon.stopped
  expect(existsSync(home.layout.socket)).toBe(false)
  const offline = openOffline(home)
  onTestFinished(() => offline.close())
  expect((await offline.api.status()).coalition?.name).toBe('Test Coalition')
})

test('what was taken in before a stop is there after it', async () => {
  const homes = await makeHomes(1)
  foundHomes(homes)
  const { home } = first(homes)
  const daemon = await startDaemon(home)
  const { cid } = unwrap(await daemon.api.propose(simpleProposal('policy@a')))
  const before = daemon.replica.digest()
  await daemon.stop()
  const offline = openOffline(home.layout)
  onTestFinished(() => offline.close())
  expect(offline.replica.digest()).toEqual(before)
  expect((await offline.api.proposals()).map(({ id }) => id)).toEqual([cid])
})

test('a founder whose charter became active is a member from then on', async () => {
  const homes = await makeHomes(1)
  foundHomes(homes)
  const { home } = first(homes)
  await startDaemon(home)
  await until('the home says member', () => readMembership(home.layout)?.state === 'member')
})

test('a home without coalition and a taken port are told apart, and leave nothing running', async () => {
  const homes = await makeHomes(2)
  const { home } = first(homes)
  await expect(Daemon.start({ home, log: silentLog })).rejects.toMatchObject({
    code: 'no-coalition',
  })
  foundHomes(homes)
  const daemon = await startDaemon(home)
  const other = homes[1]?.home
  if (!other) return expect.unreachable()
  const values = { ...other.config.values, listen: [...daemon.listenAddresses] }
  const taken = { ...other, config: { ...other.config, values } }
  await expect(Daemon.start({ home: taken, log: silentLog })).rejects.toMatchObject({
    code: 'network-unavailable',
  })
  await startDaemon(other)
})

test('running in the foreground ends when its signal aborts', async () => {
  const homes = await makeHomes(1)
  foundHomes(homes)
  const { home } = first(homes)
  const stop = new AbortController()
  const ready = Promise.withResolvers<Daemon>()
  const running = runDaemon({ home, log: silentLog, signal: stop.signal, onReady: ready.resolve })
  const listeners = process.listenerCount('SIGTERM')
  const daemon = await ready.promise
  expect(daemon.listenAddresses).toHaveLength(1)
  const watchers = process.listenerCount('unhandledRejection')
  stop.abort()
  await running
  expect(process.listenerCount('unhandledRejection')).toBe(watchers - 1)
  expect(process.listenerCount('SIGTERM')).toBeLessThanOrEqual(listeners)
})

test('a store that fails at the end keeps no node from ending', async () => {
  const homes = await makeHomes(1)
  foundHomes(homes)
  const daemon = await startDaemon(first(homes).home)
  daemon.replica.flush = () => {
    throw new RangeError('a bug')
  }
  await daemon.stop()
  await daemon.stopped
  openOffline(first(homes).home.layout).close()
})
