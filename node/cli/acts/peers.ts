/** `peers`: the nodes of the others. */
import type { PeerLine } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { type Column, tableLines } from '../view/table.ts'

interface Named {
  readonly who: readonly string[]
}

/** Lists peers, those connected first. */
export const list = (context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => report(await api.peers(), context))

/** Blocks nodes. */
export const block = ({ who }: Named, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => report(need(await api.block(who)), context))

/** Unblocks nodes. */
export const unblock = ({ who }: Named, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => report(need(await api.unblock(who)), context))

function report(peers: readonly PeerLine[], { print }: Context): Report {
  const sorted = peers.toSorted((a, b) => Number(b.connected) - Number(a.connected))
  const text = tableLines(COLUMNS, sorted, print).join('\n')
  return { data: { peers: sorted }, text: text || 'no peers are known yet' }
}

const COLUMNS: readonly Column<PeerLine>[] = [
  { title: 'WHO', of: ({ stakeholder }) => stakeholder ?? '?', style: () => 'title' },
  { title: 'KEY', of: ({ key }) => key.slice(0, 12) },
  {
    title: 'STATE',
    of: ({ blocked, connected }) => (blocked ? 'blocked' : connected ? 'connected' : 'away'),
    style: ({ blocked, connected }) => (blocked ? 'warn' : connected ? 'good' : 'dim'),
  },
  {
    title: 'PING',
    of: ({ latencyMs }) => (latencyMs === null ? '' : `${Math.round(latencyMs)} ms`),
  },
  { title: 'GOSSIP', of: ({ inMesh }) => (inMesh ? 'mesh' : '') },
  { title: 'ADDRESSES', of: ({ addresses }) => addresses.join(' '), shrinks: true },
]
