/**
 * Folkmoot: two whole daemons of one coalition, as an organisation runs them. An entry is a comment
 * on a proposal: signed, on disk (fsync) before it is sent, verified, stored and in the views of the
 * other. Discussion is spread over as many proposals as a busy coalition has open.
 */

import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Daemon } from '../../node/daemon/daemon.ts'
import { silentLog } from '../../node/daemon/log.ts'
import { openHome } from '../../node/home/home.ts'
import { saveMembership } from '../../node/home/membership.ts'
import { peerIdOf } from '../../node/network/peer-key.ts'
import type { CoalitionId } from '../../src/op/ids.ts'
import { simpleProposal } from '../../test/support/coalition.ts'
import { addAll, type Contender, type Peer, type PeerOptions, until } from './contender.ts'

const PROPOSALS = 50
/** The writer's stakeholder; the reader does not speak to it before it is told to. */
const WRITER = 's1'

interface Address {
  readonly coalition: CoalitionId
  readonly addresses: string[]
}

async function open({ folder, role, writer }: PeerOptions): Promise<Peer> {
  const home = openHome(`${folder}/s${role === 'writer' ? 1 : 2}`)
  if (role === 'reader') {
    const { coalition, addresses: peers } = writer as Address
    saveMembership(home.layout, { coalition, state: 'joining', invite: null, peers })
  }
  const daemon = await Daemon.start({ home, log: silentLog })
  if (role === 'reader') await daemon.api.block([WRITER])
  const proposals = role === 'writer' ? await propose(daemon) : []
  const key = daemon.replica.signer?.key
  const address: Address = {
    coalition: daemon.replica.coalition,
    addresses: key ? daemon.listenAddresses.map((one) => `${one}/p2p/${peerIdOf(key)}`) : [],
  }
  return {
    address,
    async connect() {
      await daemon.api.unblock([WRITER])
    },
    listened: () => until(async () => (await daemon.api.status()).peers.connected > 0),
    write: (payloads) =>
      addAll(payloads, async (text, i) => {
        const proposal = proposals[i % PROPOSALS] ?? ''
        const said = await daemon.api.comment({ proposal, kind: 'support', text } as never)
        if (!said.ok) throw new Error(said.message)
      }),
    holds: (count) =>
      until(() => commentsIn(daemon) >= count && isOnDisk(home.layout.store, daemon)),
    close: () => daemon.stop(),
  }
}

async function propose(daemon: Daemon): Promise<string[]> {
  const proposals: string[] = []
  for (let i = 0; i < PROPOSALS; i++) {
    const opened = await daemon.api.propose(simpleProposal(`policy@n${i}`))
    if (!opened.ok) throw new Error(opened.message)
    proposals.push(opened.value.cid ?? '')
  }
  return proposals
}

/** Comments in the views. */
function commentsIn(daemon: Daemon): number {
  let count = 0
  for (const topic of daemon.replica.views.topics.proposals.values()) count += topic.comments.length
  return count
}

/** What is in the views is in the file as well. */
function isOnDisk(path: string, daemon: Daemon): boolean {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const stored = Number(db.prepare('SELECT count(*) AS n FROM op').get()?.n)
    return stored >= daemon.replica.ledger.byCid.size
  } finally {
    db.close()
  }
}

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

/** Folkmoot. */
export const folkmoot: Contender = {
  name: 'Folkmoot',
  versions: [`folkmoot ${version} of this checkout`],
  open,
}
