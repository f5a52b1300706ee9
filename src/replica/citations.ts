/** Which proposals cite a freeze of a document, or are assessed by one, or are answered for by an appeal. */
import type { Held } from '../chain/held.ts'
import type { OpCid } from '../op/ids.ts'
import type { Op } from '../op/operation.ts'
import { appealFile } from '../proposal/appeal/ops.ts'
import { attestationAdd } from '../proposal/attestation/ops.ts'
import { commentAdd, proposalOpen } from '../proposal/ops.ts'
import { type DocumentTopic, readFreeze } from './document-topics.ts'

const NONE: ReadonlySet<OpCid> = new Set()
const CITING: ReadonlySet<string> = new Set([
  proposalOpen.type,
  attestationAdd.type,
  commentAdd.type,
])

const appealOf = ({ op }: Held): OpCid | undefined =>
  op.type === appealFile.type ? op.cid : undefined

/** Proposals and the documents that they cite, or the appeals that are cited on them. */
export class Citations {
  private readonly byCited = new Map<OpCid, Set<OpCid>>()
  private readonly byProposal = new Map<OpCid, Set<OpCid>>()
  private readonly held: (cid: OpCid) => Held | undefined

  constructor(held: (cid: OpCid) => Held | undefined) {
    this.held = held
  }

  /** Notes whose freezes a proposal or an assessment of it refers to, and to which appeal a comment. */
  note(proposal: OpCid, { type, refs }: Op): void {
    if (!CITING.has(type)) return
    for (const ref of refs) {
      const held = this.held(ref)
      const cited = held && (type === commentAdd.type ? appealOf(held) : readFreeze(held)?.document)
      if (!cited) continue
      this.byCited.set(cited, (this.byCited.get(cited) ?? new Set()).add(proposal))
      this.byProposal.set(proposal, (this.byProposal.get(proposal) ?? new Set()).add(cited))
    }
  }

  /** The proposals that cite a document. */
  citing(document: OpCid): ReadonlySet<OpCid> {
    return this.byCited.get(document) ?? NONE
  }

  /** True for a proposal that cites any. */
  isCiting(proposal: OpCid): boolean {
    return this.byProposal.has(proposal)
  }

  /** Versions of the documents that a proposal cites, added up: each only grows. */
  versionsOf(proposal: OpCid, documents: ReadonlyMap<OpCid, DocumentTopic>): number {
    let versions = 0
    for (const id of this.byProposal.get(proposal) ?? NONE)
      versions += documents.get(id)?.version ?? 0
    return versions
  }

  clear(): void {
    this.byCited.clear()
    this.byProposal.clear()
  }
}
