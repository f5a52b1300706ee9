/** Says where this node can be reached, whenever that is not what it said last (design §6.3). */
import { MAX_ADDRESSES } from '../../src/chain/ops.ts'
import type { Issued, Replica } from '../../src/replica/replica.ts'
import { refusingStoreErrors } from '../api/acting.ts'
import { type AddressRules, isAllowed } from './address-filter.ts'
import type { Log } from './log.ts'

/** What an announcer works with. */
export interface AnnouncerParts {
  readonly replica: Replica
  readonly log: Log
  /** The setting; when empty, what the host found out counts. */
  readonly announce: readonly string[]
  readonly rules: AddressRules
  readonly listenAddresses: () => readonly string[]
  readonly isReadOnly: () => boolean
  readonly publish: (issued: readonly Issued[]) => void
}

/** Issues `node.address`. */
export class Announcer {
  private readonly parts: AnnouncerParts

  constructor(parts: AnnouncerParts) {
    this.parts = parts
  }

  /** Call at the start and whenever addresses or our own rights may have changed. */
  check(): void {
    const { replica, isReadOnly, log, publish } = this.parts
    if (isReadOnly() || replica.mayIssue('node.address')) return
    const addresses = this.addresses()
    if (addresses.length === 0 || addresses.join() === this.said()) return
    const draft = { type: 'node.address', refs: [], body: { addresses } }
    const issued = refusingStoreErrors(() => replica.issue(draft))
    if (issued.ok) publish([issued.value])
    else log.warn({ code: issued.code }, `our address is not announced: ${issued.message}`)
  }

  private said(): string | undefined {
    const { signer, views } = this.parts.replica
    return signer && views.topics.addresses.get(signer.key)?.list.join()
  }

  /** An operator's word is taken as it is; what the host found out is filtered by the settings. */
  private addresses(): string[] {
    const { announce, listenAddresses, rules } = this.parts
    const found = listenAddresses().filter((address) => isAllowed(address, rules))
    const chosen = announce.length > 0 ? announce : found.toSorted()
    return [...new Set(chosen)].slice(0, MAX_ADDRESSES)
  }
}
