/** What `doctor` finds around the daemon: socket, port, peers, what it complains of itself. */
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { NodeApi, NodeStatus } from '../../api/node-api.ts'
import { errnoOf } from '../../home/errors.ts'
import type { Home } from '../../home/home.ts'
import { readMembership } from '../../home/membership.ts'
import { count, plain } from '../view/text.ts'
import { bad, type Check, good, warning } from './check.ts'
import { clockCheck } from './home-checks.ts'

/** Checks of a running daemon. */
export async function daemonChecks(api: NodeApi, home: Home, now: number): Promise<Check[]> {
  const status = await api.status()
  const [latest] = await api.log({ limit: 1 })
  return [
    good('socket', `process ${status.pid} answers at ${home.layout.socket}`),
    portCheck(status),
    peersCheck(status),
    clockCheck(latest?.at ?? 0, now),
    ...keyAlarms(status),
  ]
}

const portCheck = ({ listen }: NodeStatus): Check =>
  listen.length > 0
    ? good('port', `listening on ${listen.join(', ')}`)
    : warning('port', 'listening nowhere: nobody can dial us', 'set `listen` in config.yaml')

function peersCheck({ peers }: NodeStatus): Check {
  const sentence = `${peers.connected} of ${count(peers.known, 'peer')} connected`
  if (peers.connected > 0 || peers.known === 0) return good('peers', sentence)
  return bad(
    'peers',
    sentence,
    'check that the others run and our network lets us dial them: folkmoot peers shows where',
  )
}

/** What the daemon itself complains of. */
const keyAlarms = ({ alarms }: NodeStatus): Check[] =>
  alarms.map(({ code, severity, sentence, fix }) =>
    (severity === 'error' ? bad : warning)(code, plain(sentence), plain(fix)),
  )

/** Checks of what a daemon would need, while none runs. */
export async function idleChecks(home: Home): Promise<Check[]> {
  const { layout, config } = home
  const ports = await Promise.all(config.values.listen.map(listenCheck))
  return [
    existsSync(layout.socket)
      ? warning('socket', 'nobody answers at it', 'folkmoot up (it replaces the socket)')
      : warning('socket', 'no daemon runs', 'folkmoot up'),
    ...ports,
    knownPeers(home),
  ]
}

function knownPeers({ layout }: Home): Check {
  const peers = readMembership(layout)?.peers ?? []
  return peers.length > 0
    ? good('peers', `${count(peers.length, 'address', 'addresses')} of others known from cards`)
    : warning('peers', 'no address of others is known', 'ask for a fresh invite, or be dialled')
}

const TCP = /^\/ip([46])\/([^/]+)\/tcp\/(\d+)$/

/** Tries to listen where the daemon would. */
function listenCheck(address: string): Promise<Check> {
  const [, , host, port] = TCP.exec(address) ?? []
  if (host === undefined) return Promise.resolve(good('port', `${address} is not tried`))
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(portFault(address, errnoOf(error) ?? error.message)))
    server.listen({ host, port: Number(port), exclusive: true }, () => {
      server.close(() => resolve(good('port', `${address} is free`)))
    })
  })
}

const PORT_FIXES: { readonly [code: string]: string } = {
  EADDRINUSE: 'another program holds it: stop that, or change `listen` in config.yaml',
  EADDRNOTAVAIL: 'this machine has no such address: change `listen` in config.yaml',
  EACCES: 'ports under 1024 need rights: change `listen` in config.yaml',
}

const portFault = (address: string, code: string): Check =>
  bad(
    'port',
    `${address} cannot be listened on (${code})`,
    PORT_FIXES[code] ?? 'change `listen` in config.yaml',
  )
