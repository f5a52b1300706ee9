/** The worker that signs and stores a history for the first of some homes. */
import { parentPort, workerData } from 'node:worker_threads'
import { nodeSigner } from '../../../node/crypto/node-signer.ts'
import { openHome, unsealRoot } from '../../../node/home/home.ts'
import { readNodeKey } from '../../../node/home/node-key.ts'
import type { StakeholderId } from '../../../src/op/ids.ts'
import type { Member } from '../../support/coalition.ts'
import { PASSPHRASE } from '../../support/daemons.ts'
import { foundThen, writeHistory } from './history.ts'
import type { HistoryOrder } from './old-coalition.ts'

async function memberOf(folder: string, i: number): Promise<Member> {
  const home = openHome(folder)
  return {
    id: `s${i + 1}` as StakeholderId,
    root: nodeSigner(await unsealRoot(home, PASSPHRASE)),
    node: nodeSigner(readNodeKey(home)),
    weight: 1,
  }
}

const { folders, at, operations }: HistoryOrder = workerData
const members = await Promise.all(folders.map(memberOf))
const [old] = folders
if (old === undefined) throw new RangeError('there are homes')
const written = writeHistory(openHome(old).layout.store, foundThen(members, at), operations)
parentPort?.postMessage(written)
