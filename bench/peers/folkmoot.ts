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
import { simpleProposal } from '../../test/support/coalition.ts'
import { type Contender, type Peer, type PeerOptions, until } from './contender.ts'

const PROPOSALS = 50

interface Address {
  readonly coalition: never
  readonly addresses: string[]
}

async function open({ folder, role }: PeerOptions): Promise<Peer> {
  const home = openHome(`${folder}/s${role === 'writer' ? 1 : 2}`)
  let daemon: Daemon | undefined
  const start = async (): Promise<Daemon> => {
    daemon = await Daemon.start({ home, log: silentLog })
    return daemon
  }
  const proposals: string[] = []
  const writer = role === 'writer' ? await start() : undefined
  if (writer) {
    await until(async () => (await writer.api.status()).alarms.length >= 0)
    for (let i = 0; i < PROPOSALS; i++) {
      const opened = await writer.api.propose(simpleProposal(`policy@n${i}`))
      if (!opened.ok) throw new Error(opened.message)
      proposals.push(opened.value.cid ?? '')
    }
  }
  const key = writer?.replica.signer?.key
  const address: Address = {
    coalition: writer?.replica.coalition as never,
    addresses: key ? writer.listenAddresses.map((one) => `${one}/p2p/${peerIdOf(key)}`) : [],
  }
  return {
    address,
    async connect(given) {
      const { coalition, addresses: peers } = given as Address
      saveMembership(home.layout, { coalition, state: 'joining', invite: null, peers })
      await start()
    },
    listened: () => until(async () => ((await daemon?.api.status())?.peers.connected ?? 0) > 0),
    async write(payloads) {
      for (const [i, text] of payloads.entries()) {
        const proposal = proposals[i % PROPOSALS] as never
        const said = await daemon?.api.comment({ proposal, kind: 'support', text })
        if (!said?.ok) throw new Error(said?.message)
      }
    },
    holds: (count) =>
      until(() => commentsIn(daemon) >= count && isOnDisk(home.layout.store, daemon)),
    async close() {
      await daemon?.stop()
    },
  }
}

/** Comments in the views. */
function commentsIn(daemon: Daemon | undefined): number {
  let count = 0
  for (const topic of daemon?.replica.views.topics.proposals.values() ?? [])
    count += topic.comments.length
  return count
}

/** What is in the views is in the file as well. */
function isOnDisk(path: string, daemon: Daemon | undefined): boolean {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const stored = Number(db.prepare('SELECT count(*) AS n FROM op').get()?.n)
    return stored >= (daemon?.replica.ledger.byCid.size ?? Number.POSITIVE_INFINITY)
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
