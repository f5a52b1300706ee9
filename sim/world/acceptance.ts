/** Roots accept an amendment that names them; a newcomer's delegates its node, too (§3.3). */
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Core } from './core.ts'
import { delegationDraft, EPOCH_MS, type Said } from './identity.ts'
import type { SimNode } from './node.ts'

/** How long its owner takes until the root key is at hand, in s. */
const LEAST_S = 60
const MOST_S = 7200

/** The owners of root keys. */
export class Acceptance {
  private readonly core: Core
  private readonly announce: (node: SimNode, said: readonly Said[]) => void
  private readonly accepted = new Set<string>()

  constructor(core: Core, announce: (node: SimNode, said: readonly Said[]) => void) {
    this.core = core
    this.announce = announce
  }

  /** A node heard of an amendment: its owner accepts some time later, once. */
  hear(node: SimNode, { id, body }: Ballot): void {
    const { stakeholder } = node
    const { founded, random } = this.core
    const isNamed = body.amendment?.stakeholders.some((one) => one.id === stakeholder)
    const root = stakeholder === null ? undefined : founded.roots.get(stakeholder)
    if (!isNamed || !root || node.copy > 0 || this.accepted.has(`${stakeholder} ${id}`)) return
    this.accepted.add(`${stakeholder} ${id}`)
    const mind = random.split('accept').split(node.name)
    const accept = { type: 'charter.accept', refs: [id], body: { amendment: 0 } }
    this.core.after(mind.int(LEAST_S, MOST_S) * 1_000_000, () => {
      if (!node.up) return
      const at = EPOCH_MS + Math.floor(this.core.now)
      const isNew = root.ops.length === 0 && node.signer !== undefined
      if (isNew && node.signer)
        root.say(delegationDraft(founded.coalition, root.signer, node.signer), at)
      root.say(accept, at)
      this.announce(node, root.ops.slice(isNew ? 0 : -1))
    })
  }
}
