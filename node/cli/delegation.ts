/** Delegating this home's node key by this home's root (design §2.3). */
import { countersignInput } from '../../src/chain/keyring.ts'
import type { CoalitionId } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { CAPABILITIES, type Capability } from '../../src/op/type.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import type { Home } from '../home/home.ts'
import { readNodeKey } from '../home/node-key.ts'

/** What a delegation may say besides. */
export interface DelegationOptions {
  readonly can?: readonly Capability[]
  readonly label?: string
}

/** The draft that delegates the home's node key; the node key countersigns it here. */
export function delegationDraft(
  home: Home,
  coalition: CoalitionId,
  { can = CAPABILITIES, label }: DelegationOptions = {},
): Draft {
  const node = nodeSigner(readNodeKey(home))
  return {
    type: 'key.delegate',
    refs: [],
    body: {
      key: keyBytes(node.key),
      countersignature: node.sign(countersignInput(coalition, home.identity.root)),
      can: [...can],
      ...(label !== undefined && { label }),
    },
  }
}
