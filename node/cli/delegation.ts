/** Delegating this home's node key by this home's root (design §2.3). */
import { countersignInput } from '../../src/chain/keyring.ts'
import type { CoalitionId } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { CAPABILITIES, type Capability } from '../../src/op/type.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import type { Home } from '../home/home.ts'
import { readNodeKey } from '../home/node-key.ts'
import { usageError } from './errors.ts'

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

/** The capabilities of a list that was typed, all without one; throws a usage error. */
export function capabilitiesIn(list: string | undefined): readonly Capability[] {
  if (list === undefined) return CAPABILITIES
  const words = list.split(',').map((word) => word.trim())
  return words.map((word) => {
    const known = CAPABILITIES.find((capability) => capability === word)
    if (known !== undefined) return known
    throw usageError(`"${word}" is no capability`, `one of ${CAPABILITIES.join(', ')}`)
  })
}
