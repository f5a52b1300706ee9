/** People at work on documents in memory: one line for each thing that they do. */
import type { Document } from '../../src/document/document.ts'
import type { SnapshotStore } from '../../src/document/snapshot.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Capability } from '../../src/op/type.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { Replica } from '../../src/replica/replica.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import type { Made, Pen } from '../convergence/pen.ts'
import { Stage } from '../convergence/stage.ts'
import { toyVerifier } from '../convergence/toy-crypto.ts'
import { delegation } from './coalition.ts'

/** An edit as a test writes it, good or not. */
export type RawEdit = { readonly [field: string]: Value }

/** Inserts text at a position. */
export const type = (at: number, insert: string, remove = 0): RawEdit => ({
  do: 'splice',
  path: [],
  at,
  remove,
  insert,
})

/** Sets a key of the root map. */
export const set = (at: string, value: Value): RawEdit => ({ do: 'set', path: [], at, value })

/** Where an edit of a test stands. */
export interface Placing {
  readonly branch?: number
  readonly charter?: OpCid
}

/** A stage with one document, and a replica that reads it. */
export class Desk {
  readonly stage: Stage
  readonly creation: Made
  readonly replica: Replica
  readonly said: Made[] = []

  constructor(kind: 'text' | 'map' = 'text', editors: Value = 'members', stage = new Stage()) {
    this.stage = stage
    this.replica = stage.replica()
    const body = { charter: 0, kind, title: 'Runbook', editors }
    this.creation = this.tell(stage.node(0), {
      type: 'document.create',
      refs: [stage.coalition],
      body,
    })
  }

  get id(): OpCid {
    return this.creation.op.cid
  }

  /** Says something and has the replica hear it. */
  tell(pen: Pen, draft: Draft, branch = 0): Made {
    const made = this.make(pen, draft, branch)
    this.replica.ingest([made])
    return made
  }

  /** Says something that nobody hears yet. */
  make(pen: Pen, draft: Draft, branch = 0): Made {
    const made = pen.say({ ...draft, at: this.stage.clock.now() }, branch)
    this.said.push(made)
    return made
  }

  /** An edit by the node of a member, on other edits. */
  edit(
    who: number | Pen,
    after: readonly Made[],
    edits: readonly RawEdit[],
    at: Placing = {},
  ): Made {
    const made = this.draft(who, after, edits, at)
    this.replica.ingest([made])
    return made
  }

  /** The same, not heard yet. */
  draft(
    who: number | Pen,
    after: readonly Made[],
    edits: readonly RawEdit[],
    at: Placing = {},
  ): Made {
    const refs = [...new Set([this.id, at.charter ?? this.stage.coalition, ...cids(after)])]
    const index = (cid: OpCid): number => refs.indexOf(cid)
    const body = {
      document: 0,
      charter: index(at.charter ?? this.stage.coalition),
      after: cids(after).map(index),
      edits: [...edits],
    }
    return this.make(this.pen(who), { type: 'document.edit', refs, body }, at.branch)
  }

  /** A freeze of some edits with a digest, right or wrong. */
  freeze(who: number, after: readonly Made[], digest: Uint8Array): Made {
    const refs = [this.id, this.stage.coalition, ...cids(after)]
    const body = { document: 0, charter: 1, after: after.map((_, i) => i + 2), digest }
    return this.tell(this.pen(who), { type: 'document.freeze', refs, body })
  }

  /** A new key of a member with some capabilities. */
  key(member: number, can: readonly Capability[] = ['edit']): Pen {
    const root = this.stage.root(member)
    const pen = this.stage.newPen()
    const draft = delegation(this.stage.coalition, root.signer, pen.signer, can)
    this.replica.ingest([root.say({ ...draft, at: this.stage.clock.now() })])
    return pen
  }

  /** The document as the replica reads it. */
  read(replica = this.replica): Document {
    return unwrap(replica.views.documents.open(this.id))
  }

  /** Standing and reason of an edit. */
  standing({ op }: Made, replica = this.replica): string {
    const line = this.read(replica)
      .history()
      .find(({ edit }) => edit.cid === op.cid)
    return line ? [line.standing, line.reason ?? []].flat().join(' ') : 'absent'
  }

  /** Another replica that hears everything that was said, in an order. */
  other(order: (said: Made[]) => Made[] = (said) => said, snapshots?: SnapshotStore): Replica {
    const { coalition, clock, founded } = this.stage
    const replica = Replica.open({
      coalition,
      store: new MemoryStore(),
      clock,
      verifier: toyVerifier,
      ...(snapshots && { snapshots }),
    })
    replica.ingest(founded.ops)
    for (const made of order([...this.said])) replica.ingest([made])
    return replica
  }

  private pen(who: number | Pen): Pen {
    return typeof who === 'number' ? this.stage.node(who) : who
  }
}

const cids = (made: readonly Made[]): OpCid[] => made.map(({ op }) => op.cid)
