/** The node as commands really reach it: the daemon over its socket, else the home itself. */
import { connect as connectSocket } from 'node:net'
import type { Home } from '../home/home.ts'
import { openNodeKey } from '../home/node-key.ts'
import type { PassphraseSource } from '../home/passphrase.ts'
import type { Connection, Context, Reach, Services } from './context.ts'
import { noDaemon } from './errors.ts'
import { tellRecovery } from './recovery-watch.ts'

/** Patience with a socket that may have nobody behind it, in ms. */
const CONNECT_TIMEOUT_MS = 2_000

/** Everything real. */
export const realServices: Services = { connect, runDaemon }

/** The daemon where one answers, else this process on the home itself, as far as `reach` allows. */
async function connect(
  home: Home,
  reach: Reach,
  passphrase: PassphraseSource,
): Promise<Connection> {
  // Whoever asks for the home itself is told by its lock when a daemon holds it.
  if (reach === 'offline') return openHere(home, passphrase)
  if (await isAnswering(home.layout.socket)) return callDaemon(home)
  if (reach === 'daemon') throw noDaemon(home.layout.dir)
  return openHere(home, passphrase)
}

async function callDaemon({ layout }: Home): Promise<Connection> {
  const { ApiClient } = await import('../api/client.ts')
  return { api: new ApiClient(layout.socket), via: 'daemon', close: async () => undefined }
}

async function openHere(home: Home, passphrase: PassphraseSource): Promise<Connection> {
  await openNodeKey(home.layout, passphrase)
  const { openOffline } = await import('../api/offline.ts')
  const node = openOffline(home)
  return { api: node.api, via: 'offline', close: async () => node.close() }
}

/** True when somebody listens on the socket. */
export const isAnswering = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectSocket({ path })
    const answer = (isThere: boolean): void => {
      socket.destroy()
      resolve(isThere)
    }
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => answer(false))
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })

/** Says once where the node is; its log goes to stderr (design §6.6). */
async function runDaemon(home: Home, { io, print, json }: Context): Promise<void> {
  await openNodeKey(home.layout, io)
  const daemon = await import('../daemon/daemon.ts')
  let stopTelling = (): void => {}
  await daemon.runDaemon({
    home,
    signal: io.signal,
    onReady: ({ listenAddresses, replica }) => {
      const { socket } = home.layout
      if (json) print.jsonLine({ ok: true, pid: process.pid, listen: listenAddresses, socket })
      else
        print.line(
          `✓ up: listening on ${listenAddresses.join(', ') || 'nothing'}; API at ${socket}`,
        )
      stopTelling = tellRecovery(replica, { print, json })
    },
  })
  stopTelling()
}
