/** Who may edit a document (design §2.5): by the charter that an operation names, and no other. */
import type { Keyring } from '../chain/keyring.ts'
import type { Charter, Stakeholder } from '../charter/schema.ts'
import type { KeyId, OpCid, StakeholderId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import type { Editors } from './ops.ts'

/** What rights are judged by. */
export interface RightsContext {
  readonly keyring: Keyring
  /** A charter that is in force, or was, or that the proposal in question is decided by. */
  readonly charterInForce: (id: OpCid) => Charter | undefined
}

/**
 * For which member a key edits: one that a root of it lets edit, under that charter, and that is
 * among the editors. Rights only grow while the charter stands, so what counted goes on counting.
 */
export function editorOf(
  context: RightsContext,
  key: KeyId,
  charter: Charter,
  editors: Editors,
): StakeholderId | undefined {
  const { keyring } = context
  for (const root of keyring.claimantsOf(key)) {
    if (!keyring.grantsOf(key, root).has('edit')) continue
    const member = charter.stakeholders.find((one) => keyIdFromBytes(one.root) === root)
    if (member && isEditor(member, editors)) return member.id as StakeholderId
  }
  return undefined
}

function isEditor({ id, functions }: Stakeholder, editors: Editors): boolean {
  if (editors === 'members') return true
  if ('functions' in editors) return editors.functions.some((one) => functions.includes(one))
  return editors.stakeholders.includes(id)
}
