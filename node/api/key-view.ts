/** The keyring as people read it: roots, node keys, and what of them does not count. */
import type { Chain } from '../../src/chain/held.ts'
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
  const strays = chain ? [...chain.strays.values()].map(({ op }) => op.seq) : []
  return {
    key,
    stakeholder: stakeholderOf(replica, key) ?? null,
    lastSeq: Math.max((chain?.main.length ?? 0) - 1, ...strays),
    cut: chain ? cutOf(replica, chain) : null,
  }
}

/** Why a key does not count from some seq on: its own fork (or its root's) before a root's word. */
function cutOf({ ledger }: Replica, { key, cut, forkedAt }: Chain): KeyLine['cut'] {
  const { keyring } = ledger
  if (!Number.isFinite(cut)) return null
  const revoked = keyring
    .revocationsOf(key)
    .some(({ lastGood }) => (lastGood === null ? 0 : lastGood.seq + 1) === cut)
  const byRoot = keyring.delegationsOf(key).every(({ stray }) => stray) && !keyring.isRoot(key)
  if (forkedAt === cut || byRoot) return { seq: cut, reason: 'forked' }
  return { seq: cut, reason: revoked ? 'revoked' : 'claimed twice' }
}
