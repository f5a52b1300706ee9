/**
 * Loaded into a daemon that is measured (`node --import`): at SIGUSR2 it collects garbage and writes
 * what it has taken so far to a file. Shipped code knows nothing of it.
 */
import { subscribe } from 'node:diagnostics_channel'
import { renameSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** The file that a daemon under measurement finds in its environment. */
export const PROBE_VARIABLE = 'FOLKMOOT_TEST_PROBE'

/** What a process has taken so far, as it says itself. */
export interface ProbeReading {
  /** Counts up by one with every reading. */
  readonly number: number
  /** Resident memory before garbage is collected. */
  readonly rssBytes: number
  /** Live JavaScript objects after it was, and the buffers that they hold. */
  readonly heapBytes: number
  readonly bufferBytes: number
  readonly cpuMs: number
  /** Payload of TCP connections, both ways, since the process began. */
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** Counts what goes over TCP: what it does with files and local sockets is no traffic. */
class Traffic {
  private readonly open = new Set<Socket>()
  private sent = 0
  private received = 0

  constructor() {
    for (const channel of ['net.client.socket', 'net.server.socket'])
      subscribe(channel, (message) => this.follow(Reflect.get(Object(message), 'socket')))
  }

  totals(): Pick<ProbeReading, 'sentBytes' | 'receivedBytes'> {
    let { sent, received } = this
    for (const socket of this.open) {
      if (!isTcp(socket)) continue
      sent += socket.bytesWritten
      received += socket.bytesRead
    }
    return { sentBytes: sent, receivedBytes: received }
  }

  private follow(socket: Socket): void {
    this.open.add(socket)
    let wasTcp = false
    const look = (): void => {
      wasTcp ||= isTcp(socket)
    }
    look()
    socket.once('connect', look)
    socket.once('close', () => {
      this.open.delete(socket)
      if (!wasTcp) return
      this.sent += socket.bytesWritten
      this.received += socket.bytesRead
    })
  }
}

const isTcp = (socket: Socket): boolean => socket.remoteFamily !== undefined

function watch(path: string): void {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const traffic = new Traffic()
  let number = 0
  process.on('SIGUSR2', () => {
    const rssBytes = process.memoryUsage.rss()
    collect()
    const { heapUsed, external } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const reading: ProbeReading = {
      number: ++number,
      rssBytes,
      heapBytes: heapUsed,
      bufferBytes: external,
      cpuMs: (user + system) / 1000,
      ...traffic.totals(),
    }
    writeFileSync(`${path}.new`, JSON.stringify(reading))
    renameSync(`${path}.new`, path)
  })
}

const path = process.env[PROBE_VARIABLE]
if (path !== undefined) watch(path)
