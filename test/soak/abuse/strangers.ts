/** Attacks by whoever can reach a port: no key of theirs means anything to the coalition. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { helloProtocolOf } from '../../../node/network/hello.ts'
import { syncProtocolOf } from '../../../node/network/sync.ts'
import type { Attack, Raid } from './attack.ts'
import { framed, push } from './intruder.ts'

/** Connections a second that a flood begins with each victim: more than it lets in. */
const FLOOD_PER_SECOND = 200
/** Addresses that a flood comes from. */
const PLACES = 40
/** Connections of a flood that are kept open with each victim. */
const MAX_OPEN = 2_000
/** Strangers that dial at once. */
const CROWD = 12
const HELLO_BYTES = 900_000

const portOf = (victim: string): number =>
  Number(
    multiaddr(victim)
      .getComponents()
      .find(({ name }) => name === 'tcp')?.value,
  )

/** Opens connections from many addresses and does something with each. */
const flood =
  (onOpen: (socket: Socket) => void): Attack =>
  async (raid) => {
    const open = new Set<Socket>()
    const places = Array.from({ length: PLACES }, () => raid.newPlace())
    const dial = (victim: string, i: number): void => {
      const localAddress = places[i % places.length]
      const socket = connect({ host: '127.0.0.1', port: portOf(victim), localAddress })
      open.add(socket)
      raid.count('connections')
      socket.on('connect', () => onOpen(socket))
      socket.on('error', () => raid.count('refused'))
      socket.on('close', () => open.delete(socket))
    }
    for (let i = 0; raid.isOn; i++) {
      if (open.size < MAX_OPEN * raid.victims.length) for (const one of raid.victims) dial(one, i)
      await pause(1_000 / FLOOD_PER_SECOND)
    }
    for (const socket of open) socket.destroy()
  }

const halfOpen = flood(() => {})

const garbage = flood((socket) => {
  socket.write(randomBytes(4_096))
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\n\r\n${'x'.repeat(60_000)}`)
})

/** A fresh key for each connection; each tells a long story to who asks for an introduction. */
async function sybils(raid: Raid): Promise<void> {
  const story = framed(randomBytes(HELLO_BYTES))
  const crowd = Array.from({ length: CROWD }, (_, i) =>
    raid.again(async () => {
      const victim = raid.victims[i % raid.victims.length] ?? ''
      const stranger = await raid.intruder(randomBytes(32))
      try {
        const stream = await stranger.stream(victim, helloProtocolOf(raid.coalition))
        raid.count('introductions')
        await push(stream, story)
        await stream.close()
        await pause(100)
      } finally {
        await stranger.leave()
      }
    }),
  )
  await Promise.all(crowd)
}

/** Asks for every protocol there is, as fast as answers come. */
async function knocking(raid: Raid): Promise<void> {
  const doors = [
    helloProtocolOf(raid.coalition),
    syncProtocolOf(raid.coalition),
    '/meshsub/1.2.0',
    '/ipfs/id/1.0.0',
    '/ipfs/ping/1.0.0',
    `/nothing/${'x'.repeat(500)}`,
  ]
  const crowd = raid.victims.map(async (victim) => {
    const stranger = await raid.intruder(randomBytes(32))
    await raid.again(async () => {
      const tries = doors.map((door) => stranger.stream(victim, door))
      for (const { status, ...settled } of await Promise.allSettled(tries)) {
        raid.count(status === 'fulfilled' ? 'opened' : 'refused')
        if ('value' in settled) settled.value.abort(new RangeError('only knocking'))
      }
    })
  })
  await Promise.all(crowd)
}

/** By the name under which they are reported. */
export const ATTACKS_OF_STRANGERS: Readonly<Record<string, Attack>> = {
  'half-open-connections': halfOpen,
  'garbage-connections': garbage,
  'sybil-dialling': sybils,
  'knocking-on-protocols': knocking,
}
