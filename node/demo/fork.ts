/** What a dishonest member does: signs a second operation at a place of its chain that is taken. */
import { CID } from 'multiformats/cid'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { signOp } from '../../src/op/operation.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import { layoutOf } from '../home/layout.ts'
import { readNodeKey } from '../home/node-key.ts'
import { DemoError } from './errors.ts'
import type { Organisation } from './organisation.ts'

/** Forks the chain of one organisation at its last operation and hands the fork to another. */
export async function forkChain(liar: Organisation, witness: Organisation): Promise<void> {
  const signer = nodeSigner(readNodeKey({ layout: layoutOf(liar.home) }))
  const status = await liar.api.status()
  const own = (await liar.api.log({ stakeholder: liar.id, limit: 1000 }))
    .filter(({ key }) => key === signer.key)
    .sort((a, b) => b.seq - a.seq)
  const [last, before] = own
  if (!last || !before || !status.coalition)
    throw new DemoError('not-reached', `${liar.id} has said too little to fork`)
  const forged = signOp(
    {
      v: 1,
      coalition: CID.parse(status.coalition.id).toString() as OpCid,
      key: signer.key as KeyId,
      seq: last.seq,
      prev: before.cid as OpCid,
      at: Date.now(),
      refs: [],
      type: 'node.address',
      body: { addresses: [] },
    },
    signer,
  )
  const report = await witness.api.submit([
    {
      bytes: Buffer.from(forged.bytes).toString('base64'),
      sig: Buffer.from(forged.sig ?? []).toString('base64'),
    },
  ])
  if (report.evidence.length === 0)
    throw new DemoError('not-reached', `${witness.id} did not see the fork`)
}
