/**
 * Random sets of edits to one document by five authors who are parted and meet again, and of
 * everything that a faulty one can do. A set depends on its seed alone.
 */
import type { Document } from '../../src/document/document.ts'
import type { Edit } from '../../src/document/ops.ts'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { fittingEdit } from '../support/drafts.ts'
import { Site } from './delivery.ts'
import { adoptedAmendment, SCRIBE, scribes, withoutRight } from './losing.ts'
import { Dice, Moot } from './moot.ts'
import type { OpSet } from './op-sets.ts'
import type { Made, Pen, Place } from './pen.ts'

const AUTHORS = 5
const LEAST_EDITS = 5
const MOST_EDITS = 32
const DAY_MS = 86_400_000

/** What a faulty author does. */
export const MISDEEDS = [
  'forks its chain',
  'is revoked',
  'has no right',
  'edits what is not there',
  'leaves out its own edit',
  'builds on no edit',
  'builds on what is void',
  'withholds what it builds on',
  'names a charter that is not in force',
  'makes heads by the dozen',
  'loses its right and edits on',
] as const
/** One of the things that a faulty author does. */
export type Misdeed = (typeof MISDEEDS)[number]

/** A set of operations about one document. */
export interface DocumentSet extends OpSet {
  readonly document: OpCid
  readonly kind: 'text' | 'map'
  readonly misdeeds: readonly Misdeed[]
  /** Who may edit no more by a charter that was adopted on the way. */
  readonly loser: KeyId | undefined
}

/** The set of a seed: with misdeeds, or of honest authors only. */
export const documentSet = (seed: number): DocumentSet => new Writing(seed).write()

class Writing {
  private readonly seed: number
  private readonly dice: Dice
  private readonly moot: Moot
  private readonly kind: 'text' | 'map'
  private readonly document: OpCid
  private readonly scribe: Site
  private readonly withheld = new Set<OpCid>()
  /** What each author has seen of the document. */
  private readonly seen = new Map<Pen, Set<OpCid>>()
  private sides: Pen[][] = []
  private told = 0
  /** The charter that took somebody's right. */
  private successor: OpCid | undefined
  private loser: Pen | undefined

  constructor(seed: number) {
    this.seed = seed
    this.dice = new Dice(seed)
    this.moot = new Moot(this.dice, scribes())
    this.kind = this.dice.chance(0.5) ? 'text' : 'map'
    const { founded, nodes } = this.moot
    const editors = this.dice.chance(0.5) ? 'members' : { functions: [SCRIBE] }
    const body = { charter: 0, kind: this.kind, title: 'Ours', editors }
    const creation = { type: 'document.create', refs: [founded.coalition], body }
    this.document = this.moot.say({ pen: this.author(0), branch: 0 }, creation).op.cid
    for (const pen of nodes) this.seen.set(pen, new Set())
    this.scribe = new Site(this.set([]))
    this.scribe.letTimePass()
  }

  write(): DocumentSet {
    const { dice } = this
    const misdeeds = dice.chance(0.3) ? [] : dice.shuffled([...MISDEEDS]).slice(0, dice.int(1, 3))
    const planned = misdeeds.flatMap((name) => Array<Misdeed>(dice.int(1, 2)).fill(name))
    const left = Array.from({ length: dice.int(LEAST_EDITS, MOST_EDITS) }, () => 'edit' as const)
    for (const what of dice.shuffled([...left, ...planned])) {
      if (dice.chance(0.15)) this.part()
      this.exchange()
      if (what === 'edit') this.edit(dice.pick(this.moot.nodes))
      else this.misbehave(what)
    }
    this.freeze()
    return this.set(misdeeds)
  }

  private set(misdeeds: readonly Misdeed[]): DocumentSet {
    const { seed, kind, document, withheld } = this
    const { founded, said: ops } = this.moot
    const dueAt = founded.at + 2 * DAY_MS
    const loser = this.loser?.key
    const more = { bad: [], classes: [], dueAt, document, kind, misdeeds, loser }
    return { seed, founded, ops, withheld, ...more }
  }

  private author(i: number): Pen {
    const pen = this.moot.nodes[i]
    if (!pen) throw new RangeError(`no author ${i}`)
    return pen
  }

  /** A partition, or the end of one. */
  private part(): void {
    const all = this.dice.shuffled(this.moot.nodes)
    const cut = this.dice.int(0, all.length)
    this.sides = [all.slice(0, cut), all.slice(cut)]
  }

  /** Some of what one side has seen reaches others of that side. */
  private exchange(): void {
    for (const side of this.sides.length > 0 ? this.sides : [this.moot.nodes]) {
      const [from, to] = [this.dice.maybe(side), this.dice.maybe(side)]
      if (!from || !to) continue
      const target = this.seenBy(to)
      for (const cid of this.seenBy(from)) target.add(cid)
    }
  }

  private seenBy(pen: Pen): Set<OpCid> {
    const seen = this.seen.get(pen) ?? new Set()
    this.seen.set(pen, seen)
    return seen
  }

  /** The document with everything that was said so far. */
  private read(): Document | undefined {
    const { replica } = this.scribe
    const fresh = this.moot.said.slice(this.told)
    this.told += fresh.length
    replica.ingest(fresh)
    const document = replica.views.documents.open(this.document)
    return document.ok ? document.value : undefined
  }

  /** An honest edit: on the heads of what its author has seen and what stands of it. */
  private edit(pen: Pen, branch = 0): void {
    const document = this.read()
    if (!document) return
    const known = [...this.seenBy(pen)].filter((cid) => document.valueAt([cid]).ok)
    const after = this.reduced(document, known, pen)
    const value = document.valueAt(after)
    const next = this.successor && this.dice.chance(0.7) ? this.successor : undefined
    if (value.ok) this.say({ pen, branch }, after, [fittingEdit(this.dice, value.value)], next)
  }

  private reduced(document: Document, known: readonly OpCid[], pen: Pen): OpCid[] {
    return document.afterFor(pen.key, known)
  }

  private say(
    place: Place,
    after: readonly OpCid[],
    edits: readonly Edit[],
    charter: OpCid = this.moot.founded.coalition,
  ): Made {
    const refs = [...new Set([this.document, charter, ...after])]
    const at = (cid: OpCid): number => refs.indexOf(cid)
    const body = { document: 0, charter: at(charter), after: after.map(at), edits: [...edits] }
    const made = this.moot.say(place, { type: 'document.edit', refs, body })
    this.seenBy(place.pen).add(made.op.cid)
    return made
  }

  private misbehave(what: Misdeed): void {
    const pen = this.dice.pick(this.moot.nodes)
    const place = { pen, branch: 0 }
    const own = [...this.seenBy(pen)]
    const any = fittingEdit(this.dice, this.kind === 'text' ? '' : {})
    const deeds: Readonly<Record<Misdeed, () => void>> = {
      'forks its chain': () => this.fork(pen),
      'is revoked': () => this.revoke(pen),
      'has no right': () => this.withoutRight(any),
      'edits what is not there': () => this.say(place, own.slice(-1), [this.misplaced()]),
      'leaves out its own edit': () => this.say(place, [], [any]),
      'builds on no edit': () => this.say(place, [this.dice.pick(this.moot.said).op.cid], [any]),
      'builds on what is void': () => this.onVoid(place, any),
      'withholds what it builds on': () => this.withhold(place, any),
      'names a charter that is not in force': () =>
        this.say(place, own.slice(-1), [any], this.document),
      'makes heads by the dozen': () => {
        for (let i = 0; i < 12; i++) this.say(place, this.dice.some(own, 1), [any])
      },
      'loses its right and edits on': () => this.losing(),
    }
    deeds[what]()
  }

  private fork(pen: Pen): void {
    const branch = pen.fork(this.dice.int(0, pen.branch().length))
    const before = new Set(this.seenBy(pen))
    for (let i = this.dice.int(1, 3); i > 0; i--) this.edit(pen, branch)
    // What was said on one branch another author may have seen and built upon.
    const other = this.dice.pick(this.moot.nodes)
    if (other !== pen) for (const cid of this.seenBy(pen)) this.seenBy(other).add(cid)
    this.seen.set(pen, before)
  }

  private revoke(pen: Pen): void {
    const root = this.moot.roots[this.moot.nodes.indexOf(pen)]
    const last = this.dice.maybe(pen.branch())
    if (root) this.moot.revoke({ pen: root, branch: 0 }, pen, last ? last.op : null)
  }

  private withoutRight(edit: Edit): void {
    const pen = this.moot.newPen()
    this.say({ pen, branch: 0 }, [], [edit])
    const line = { type: 'key.delegate', refs: [], body: {} }
    this.moot.say({ pen: this.dice.pick(this.moot.roots), branch: 0 }, line)
  }

  private misplaced(): Edit {
    const { dice } = this
    return dice.pick<Edit>([
      { do: 'splice', path: [], at: 1_000_000, remove: 0, insert: 'x' },
      { do: 'splice', path: ['nowhere', 3], at: 0, remove: 0, insert: 'x' },
      { do: 'set', path: [], at: 0, value: 1 },
      { do: 'increment', path: [], at: 'a', by: 1 },
      { do: 'remove', path: ['a'], at: 'b', count: 1 },
      { do: 'insert', path: [], at: 0, values: [1] },
    ])
  }

  private onVoid(place: Place, edit: Edit): void {
    const bad = this.say(
      { pen: this.dice.pick(this.moot.nodes), branch: 0 },
      [],
      [this.misplaced()],
    )
    this.say(place, [bad.op.cid], [edit])
  }

  private withhold(place: Place, edit: Edit): void {
    const hidden = this.say({ pen: this.dice.pick(this.moot.nodes), branch: 0 }, [], [edit])
    this.withheld.add(hidden.op.cid)
    this.say(place, [hidden.op.cid], [edit])
  }

  /** The first time a charter takes somebody's right; whoever lost it goes on by the old one. */
  private losing(): void {
    const { dice, moot } = this
    if (this.loser === undefined) {
      const i = dice.int(1, AUTHORS - 1)
      this.loser = this.author(i)
      this.successor = adoptedAmendment(moot, withoutRight(moot, i, this.loser))
    }
    for (let left = dice.int(1, 3); left > 0; left--) this.editByOldCharter(this.loser)
    if (dice.chance(0.5)) this.freeze(this.loser)
    // Somebody may have seen that and build on it.
    const other = dice.pick(moot.nodes)
    if (dice.chance(0.3)) for (const cid of this.seenBy(this.loser)) this.seenBy(other).add(cid)
  }

  private editByOldCharter(pen: Pen): void {
    const document = this.read()
    if (!document) return
    const known = [...this.seenBy(pen)].filter((cid) => document.valueAt([cid]).ok)
    const after = this.reduced(document, known, pen)
    const value = document.valueAt(after)
    if (value.ok) this.say({ pen, branch: 0 }, after, [fittingEdit(this.dice, value.value)])
  }

  private freeze(pen: Pen = this.dice.pick(this.moot.nodes)): void {
    const document = this.read()
    const digest = document?.digestAt(document.heads)
    if (!document || !digest?.ok) return
    const after = document.heads.map((_, i) => i + 2)
    const refs = [this.document, this.moot.founded.coalition, ...document.heads]
    const body = { document: 0, charter: 1, after, digest: digest.value }
    this.moot.say({ pen, branch: 0 }, { type: 'document.freeze', refs, body })
  }
}
