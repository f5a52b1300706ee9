/** The keyring as people read it: roots, node keys, and what of them does not count. */
import { cutReason } from '../../src/chain/cut.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { stakeholderOf } from './naming.ts'
import type { KeyLine } from './node-api.ts'

/** Every known key, each root before its node keys. */
export function keyLines(replica: Replica): KeyLine[] {
  const { keyring } = replica.ledger
  const byRoot = Map.groupBy(keyring.nodeKeys().sort(), (key) => keyring.rootOf(key))
  return keyring
    .roots()
    .sort()
    .flatMap((root) => [
      rootLine(replica, root),
      ...(byRoot.get(root) ?? []).map((key) => nodeLine(replica, root, key)),
    ])
}

const rootLine = (replica: Replica, root: KeyId): KeyLine => ({
  ...commonLine(replica, root),
  role: 'root',
  root,
  can: [],
  label: null,
  delegatedAt: null,
})

function nodeLine(replica: Replica, root: KeyId, key: KeyId): KeyLine {
  const { keyring } = replica.ledger
  const [first] = keyring.delegationsOf(key)
  return {
    ...commonLine(replica, key),
    role: 'node',
    root,
    can: [...keyring.capabilitiesOf(key)].sort(),
    label: first?.label ?? null,
    delegatedAt: first?.at ?? null,
  }
}

function commonLine(
  replica: Replica,
  key: KeyId,
): Pick<KeyLine, 'key' | 'stakeholder' | 'lastSeq' | 'cut'> {
  const chain = replica.ledger.chains.get(key)
  const reason = chain && cutReason(replica.ledger.keyring, chain)
  const strays = chain ? [...chain.strays.values()].map(({ op }) => op.seq) : []
  return {
    key,
    stakeholder: stakeholderOf(replica, key) ?? null,
    lastSeq: Math.max((chain?.main.length ?? 0) - 1, ...strays),
    cut: chain && reason ? { seq: chain.cut, reason } : null,
  }
}
