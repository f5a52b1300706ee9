import { once } from 'node:events'
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import type { Services } from './context.ts'
import { noDaemon } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import { retryUntil } from './polling.ts'
import { SocketServices, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())
beforeAll(() => place.init('acme'))

const coalition = new ServedCoalition([1, 1, 1, 1])
const ask = (...argv: string[]) =>
  place.run(argv, { home: 'acme', services: new SocketServices(coalition.node(0).service) })

describe('status', () => {
  it('is one look, with alarms and what mends them', async () => {
    coalition.node(0).alarms.push({
      code: 'disk-full',
      severity: 'error',
      sentence: 'the disk is full',
      fix: 'free space',
    })
    const { exit, out } = await ask('status')
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('Test Coalition')
    expect(out).toMatch(/✗ the disk is full\n.*Hint: free space/)
    coalition.node(0).alarms.length = 0
    expect((await ask('status', '--json')).json()).toMatchObject({
      ok: true,
      stakeholder: 's1',
      ratified: { active: true },
    })
  })
})

describe('wait', () => {
  it('ends at once when it holds', async () => {
    const { ops } = coalition.node(0).replica.digest()
    expect((await ask('wait', '--digest', ops, '--peers', '0')).exit).toBe(EXIT.ok)
  })

  it('tells who has yet to ratify', async () => {
    const { exit, out } = await ask('wait', '--active')
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('weight 4 of 4 has ratified')
  })

  it('exits with 5 when time is up, and says how it stands', async () => {
    const { exit, err } = await ask('wait', '--peers', '3', '--timeout', '0s')
    expect(exit).toBe(EXIT.timeout)
    expect(err).toContain('0 of 3 peers connected')
  })

  it('does not wait for what can no longer be', async () => {
    const id = await coalition.proposed('policy@wait', 'Wait')
    for (const { service } of coalition.nodes) unwrap(await service.vote(id, 'no', undefined))
    coalition.exchange()
    coalition.settle()
    expect((await ask('wait', '--ballot', id)).exit).toBe(EXIT.ok)
    const { exit, err } = await ask('wait', '--ballot', id, '--outcome', 'adopted')
    expect(exit).toBe(EXIT.failed)
    expect(err).toContain('declined, not adopted')
  })

  it('also waits for the daemon, which a script has perhaps just started', async () => {
    const real = new SocketServices(coalition.node(0).service)
    let tries = 0
    const starting: Services = {
      connect: async (home) => {
        if (++tries < 3) throw noDaemon(home.layout.dir)
        return real.connect()
      },
      runDaemon: async () => undefined,
    }
    const argv = ['wait', '--peers', '0']
    expect((await place.run(argv, { home: 'acme', services: starting })).exit).toBe(EXIT.ok)
    const never: Services = { ...starting, connect: async () => Promise.reject(noDaemon('home')) }
    const options = { home: 'acme', services: never }
    expect((await place.run([...argv, '--timeout', '0s'], options)).exit).toBe(EXIT.noDaemon)
  })

  it('must know for what', async () => {
    expect((await ask('wait')).exit).toBe(EXIT.usage)
    expect((await ask('wait', '--peers', '1', '--outcome', 'adopted')).exit).toBe(EXIT.usage)
  })

  it('asks again until it holds, and stops when interrupted', async () => {
    let asked = 0
    let now = 0
    const interrupt = new AbortController()
    const clock = { io: { now: () => now, signal: interrupt.signal } as never }
    const third = async () => ++asked === 3
    expect(await retryUntil(clock, 60_000, third)).toBe(true)
    const never = async () => {
      now += 1
      interrupt.abort()
      return false
    }
    expect(await retryUntil(clock, 60_000, never)).toBe(false)
  })
})

describe('watch', () => {
  it('prints one JSON object on each line until interrupted', async () => {
    const interrupt = new AbortController()
    const { service, events } = coalition.node(0)
    const since = events.lastId
    const id = await coalition.proposed('policy@watch', 'Watch')
    const stream = async function* (_since: number | undefined, signal: AbortSignal) {
      for (let n = since + 1; n <= since + 2; n++)
        yield { id: n, at: 0, kind: 'vote', proposal: id, sentence: `event ${n}` }
      await once(signal, 'abort')
    }
    const api = Object.assign(Object.create(service), { events: stream })
    const { exit, out } = await place.run(['watch', '--json'], {
      home: 'acme',
      services: new SocketServices(api),
      signal: interrupt.signal,
      onOutput: (text) => {
        if (text.trimEnd().split('\n').length === 2) interrupt.abort()
      },
    })
    expect(exit).toBe(EXIT.ok)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([since + 1, since + 2])
  })
})

describe('doctor', () => {
  it('without a daemon says that none runs, and finds the port taken', async () => {
    const server = createServer()
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
    const env = { FOLKMOOT_LISTEN: `/ip4/127.0.0.1/tcp/${port}` }
    const { exit, out } = await place.run(['doctor'], { home: 'acme', env })
    server.close()
    expect(exit).toBe(EXIT.failed)
    expect(out).toContain('no daemon runs')
    expect(out).toMatch(/✗ port .*EADDRINUSE.*\n.*Hint: another program holds it/)
    expect(out).toContain('✓ node key')
  })

  it('finds settings that cannot be, a missing node key, no home', async () => {
    await place.init('broken')
    const env = { FOLKMOOT_LISTEN: '/ip4/127.0.0.1/tcp/0' }
    writeFileSync(place.path('broken/config.yaml'), 'lisen: []\n')
    const settings = await place.run(['doctor'], { home: 'broken', env })
    expect(settings.out).toContain('did you mean "listen"?')
    writeFileSync(place.path('broken/config.yaml'), '')
    rmSync(place.path('broken/node.key'))
    const keyless = await place.run(['doctor'], { home: 'broken', env })
    expect(keyless.exit).toBe(EXIT.failed)
    expect(keyless.out).toContain('node.key')
    expect((await place.run(['doctor'], { home: 'nowhere' })).out).toContain('folkmoot init')
  })

  it('asks the daemon where one runs', async () => {
    const { exit, json } = await ask('doctor', '--json')
    expect(exit).toBe(EXIT.failed)
    expect(json().checks).toContainEqual(
      expect.objectContaining({
        name: 'peers',
        state: 'bad',
        fix: expect.stringContaining('peers'),
      }),
    )
  })

  it('salvages a damaged store, and keeps the damaged file', async () => {
    await place.init('lone')
    const charter = 'extends: small-team\nname: Lone\nstakeholders: [{ id: lone }]\n'
    writeFileSync(place.path('lone.yaml'), `${charter}limits: { maxWeightShare: 1/1 }\n`)
    const argv = ['found', 'lone.yaml', '--accept-risk', 'no-fault-tolerance']
    expect((await place.run(argv, { home: 'lone' })).exit).toBe(EXIT.ok)
    truncateSync(place.path('lone/store.db'), 20_000)
    const env = { FOLKMOOT_LISTEN: '/ip4/127.0.0.1/tcp/0' }
    const sick = await place.run(['doctor'], { home: 'lone', env })
    expect(sick.exit).toBe(EXIT.failed)
    expect(sick.out).toContain('folkmoot doctor --rebuild')
    const { exit, json } = await place.run(['doctor', '--rebuild', '--json'], { home: 'lone' })
    expect(exit).toBe(EXIT.ok)
    expect(json()).toMatchObject({ ok: true, damagedPath: expect.stringContaining('damaged') })
  })
})

describe('config', () => {
  it('is changed by name, and refuses what a setting cannot be', async () => {
    await place.init('moved')
    const set = (...argv: string[]) => place.run(['config', 'set', ...argv], { home: 'moved' })
    expect((await set('announce', '/ip4/192.0.2.1/tcp/1,/ip4/192.0.2.2/tcp/2')).exit).toBe(EXIT.ok)
    const { json } = await place.run(['config', 'show', '--json'], { home: 'moved' })
    expect(json().settings).toContainEqual(
      expect.objectContaining({
        key: 'announce',
        value: ['/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.2/tcp/2'],
      }),
    )
    const misspelt = await set('anounce', 'x')
    expect(misspelt.exit).toBe(EXIT.usage)
    expect(misspelt.err).toContain('did you mean "announce"?')
    expect((await set('syncIntervalMs', 'soon')).exit).toBe(EXIT.usage)
  })

  it('says which layer set a value, and where', async () => {
    const env = { FOLKMOOT_LOG_LEVEL: 'debug' }
    const { json } = await place.run(['config', 'show', '--origin', '--json'], {
      home: 'acme',
      env,
    })
    expect(json().settings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: 'logLevel', value: 'debug', origin: 'env' }),
        expect.objectContaining({ key: 'stakeholder', value: 'acme', origin: 'file' }),
        expect.objectContaining({ key: 'announce', value: [], origin: 'default' }),
      ]),
    )
    expect((await place.run(['config'], { home: 'acme' })).out).toContain('addresses to listen on')
  })
})
