/**
 * Which edits are sound (design §2.5). In plain words:
 *
 * 1. An edit waits until all it builds on is held, the charter that it names is in force, and its
 *    key may edit by that charter.
 * 2. It builds on sound edits of this document only: on one that is void it is void, while one
 *    waits it waits.
 * 3. It builds, directly or through others, on the sound edit before it in its own chain. So each
 *    chain is one line, and no more edits are concurrent than there are chains.
 * 4. It fits: every place exists and has the right type, and no limit is passed.
 *
 * What an edit waits for may come; sound and void are for ever, as both follow from what the edit
 * builds on and from its own chain. So nobody can make void what honest edits were built on.
 */
import type { OpCid, StakeholderId } from '../op/ids.ts'
import { type Refusal, refuse } from '../op/refusal.ts'
import type { Derivation } from './derivation.ts'
import {
  MAX_EDITS_OF_KEY,
  MAX_FROZEN_EDITS,
  MAX_FROZEN_INSERTED,
  MAX_INSERTED_BY_KEY,
} from './limits.ts'
import { insertedBy } from './ops.ts'
import { Lanes, type Past, type Placed } from './past.ts'
import type { DocumentRecord, EditRecord, Spoken } from './record.ts'
import { editorOf, type RightsContext } from './rights.ts'
import { finish, type Steps } from './steps.ts'

/** Why an edit has no effect; those of the first group may still come to count. */
export type Reason =
  | 'references-missing'
  | 'charter-not-in-force'
  | 'no-right'
  | 'builds-on-waiting'
  | 'later-protocol'
  | 'wrong-reference'
  | 'builds-on-void'
  | 'leaves-out-own'
  | 'too-many'
  | 'does-not-fit'
  | 'too-large'

/** What became of an edit. */
export type Verdict =
  | { readonly standing: 'sound'; readonly author: StakeholderId; readonly placed: Placed }
  | { readonly standing: 'waits' | 'void'; readonly reason: Reason; readonly detail: string }

/** What became of all edits, and the lanes of those that are sound. */
export interface Judgement {
  /** Whether its author might begin the document. */
  readonly creation: { readonly author: StakeholderId } | { readonly reason: Reason }
  readonly verdicts: ReadonlyMap<OpCid, Verdict>
  readonly lanes: Lanes
}

/** Judges a document's edits, deriving those of which it is not known what they give. */
export const judge = (
  record: DocumentRecord,
  derivation: Derivation,
  context: RightsContext,
): Judgement => finish(judging(record, derivation, context))

/** The same in steps; others may use the derivation between two of them. */
export const judging = (
  record: DocumentRecord,
  derivation: Derivation,
  context: RightsContext,
): Steps<Judgement> => new Judging(record, derivation, context).run()

/** Why nobody stands behind an operation, or not yet. */
interface Unfounded {
  readonly reason: Reason
  readonly detail: string
}

/** An edit that is sound if it fits. */
interface Candidate {
  readonly record: EditRecord
  readonly author: StakeholderId
  readonly base: Past
  readonly previous: Placed | undefined
}

class Judging {
  private readonly record: DocumentRecord
  private readonly derivation: Derivation
  private readonly context: RightsContext
  private readonly lanes = new Lanes()
  private readonly verdicts = new Map<OpCid, Verdict>()
  /** By key and charter. */
  private readonly authors = new Map<string, StakeholderId | Unfounded>()
  /** Of each edit, the last sound one of its chain up to it; a wait while that is not known. */
  private readonly lastOwn = new Map<OpCid, Placed | 'waits' | undefined>()

  constructor(record: DocumentRecord, derivation: Derivation, context: RightsContext) {
    this.record = record
    this.derivation = derivation
    this.context = context
  }

  *run(): Steps<Judgement> {
    const creation = this.authorOf(this.record)
    for (const level of levelsOf(this.record.edits)) yield* this.judgeLevel(level)
    const { lanes, verdicts } = this
    return {
      creation: typeof creation === 'object' ? creation : { author: creation },
      verdicts,
      lanes,
    }
  }

  /** Edits none of which builds on another of them. */
  private *judgeLevel(level: readonly EditRecord[]): Steps<void> {
    const candidates = level.flatMap((record) => {
      const verdict = this.candidateOf(record)
      if ('base' in verdict) return verdict
      this.conclude(record, verdict)
      return []
    })
    const unknown = candidates.filter(({ record }) => !this.derivation.outcomeOf(record.cid))
    // Those that build on the same one after the other: they share a view.
    // Between two steps somebody else may have derived it.
    for (const group of Map.groupBy(unknown, ({ base }) => base.join()).values())
      for (const { record, base } of group)
        if (!this.derivation.outcomeOf(record.cid))
          yield* this.derivation.derive(base, record, this.lanes)
    for (const candidate of candidates) this.place(candidate)
  }

  private place({ record, author, base, previous }: Candidate): void {
    const outcome = this.derivation.outcomeOf(record.cid)
    if (outcome && 'fault' in outcome) {
      this.conclude(record, fail('void', outcome.fault, outcome.detail))
      return
    }
    const { cid, edits } = record
    const placed = this.lanes.place({ cid, base, previous, inserted: insertedBy(edits) })
    this.derivation.placed(placed, this.lanes)
    this.conclude(record, { standing: 'sound', author, placed })
  }

  private conclude(record: EditRecord, verdict: Verdict): void {
    this.verdicts.set(record.cid, verdict)
    this.lastOwn.set(
      record.cid,
      verdict.standing === 'sound'
        ? verdict.placed
        : verdict.standing === 'waits'
          ? 'waits'
          : this.ownBefore(record),
    )
  }

  private ownBefore({ before }: EditRecord): Placed | 'waits' | undefined {
    return before === undefined ? undefined : this.lastOwn.get(before)
  }

  private candidateOf(record: EditRecord): Candidate | Verdict {
    if (!record.complete)
      return fail('waits', 'references-missing', 'something that it builds on is not held')
    const creation = this.authorOf(this.record)
    if (typeof creation === 'object')
      return fail('waits', creation.reason, 'so it is with the document itself')
    const author = this.authorOf(record)
    if (typeof author === 'object') return fail('waits', author.reason, author.detail)
    if (record.v > (this.context.charterInForce(record.charter)?.protocol ?? 0))
      return fail('void', 'later-protocol', `its charter counts no edits of protocol ${record.v}`)
    const unsound = this.foundation(record)
    if (unsound) return unsound
    const previous = this.ownBefore(record)
    if (previous === 'waits')
      return fail('waits', 'builds-on-waiting', `the edit before it in its chain, ${record.before}`)
    const base = this.lanes.baseOf(record.after)
    if (previous && (base[previous.lane] ?? 0) <= previous.index)
      return fail('void', 'leaves-out-own', `it does not build on ${previous.cid} of its own key`)
    return overspent(record, previous) ?? { record, author, base, previous }
  }

  private authorOf(spoken: Spoken): StakeholderId | Unfounded {
    const name = `${spoken.key}/${spoken.charter}`
    const known = this.authors.get(name) ?? this.findAuthor(spoken)
    this.authors.set(name, known)
    return known
  }

  private findAuthor({ key, charter }: Spoken): StakeholderId | Unfounded {
    const rules = this.context.charterInForce(charter)
    if (!rules)
      return { reason: 'charter-not-in-force', detail: `charter ${charter} is not in force` }
    const author = editorOf(this.context, key, rules, this.record.editors)
    return author ?? { reason: 'no-right', detail: 'its key may not edit this document' }
  }

  /** Why what an edit builds on does not carry it. */
  private foundation({ after }: EditRecord): Verdict | undefined {
    let waiting: OpCid | undefined
    for (const cid of after) {
      const verdict = this.verdicts.get(cid)
      if (!verdict) return fail('void', 'wrong-reference', `${cid} is no edit of this document`)
      if (verdict.standing === 'void') return fail('void', 'builds-on-void', `${cid} is void`)
      if (verdict.standing === 'waits') waiting = cid
    }
    return waiting === undefined
      ? undefined
      : fail('waits', 'builds-on-waiting', `${waiting} waits`)
  }
}

const fail = (standing: 'waits' | 'void', reason: Reason, detail: string): Verdict => ({
  standing,
  reason,
  detail,
})

/** Limits of one key in one document: nobody can use up what is there for others. */
function overspent({ edits }: EditRecord, previous: Placed | undefined): Verdict | undefined {
  const spent = previous?.own ?? { edits: 0, inserted: 0 }
  if (spent.edits >= MAX_EDITS_OF_KEY)
    return fail(
      'void',
      'too-many',
      `its key made ${spent.edits} edits; at most ${MAX_EDITS_OF_KEY}`,
    )
  const inserted = spent.inserted + insertedBy(edits)
  return inserted > MAX_INSERTED_BY_KEY
    ? fail('void', 'too-many', `its key inserted ${inserted}; at most ${MAX_INSERTED_BY_KEY}`)
    : undefined
}

/** Refuses (`too-much-history`) a history that is too long to be derived by everybody at once. */
export function excessOf(edits: ReadonlyMap<OpCid, EditRecord>): Refusal | undefined {
  const inserted = [...edits.values()].reduce((sum, edit) => sum + insertedBy(edit.edits), 0)
  if (edits.size <= MAX_FROZEN_EDITS && inserted <= MAX_FROZEN_INSERTED) return undefined
  return refuse(
    'too-much-history',
    `${edits.size} edits that inserted ${inserted}; a freeze builds on ${MAX_FROZEN_EDITS} that inserted ${MAX_FROZEN_INSERTED} at most`,
    'begin a new document with what stands in this one',
  )
}

/** Edits by the longest way down to one that builds on none: each after all that it depends on. */
function* levelsOf(edits: ReadonlyMap<OpCid, EditRecord>): Generator<EditRecord[], void, void> {
  const waiting = new Map<OpCid, number>()
  const dependants = new Map<OpCid, EditRecord[]>()
  for (const record of edits.values()) {
    const on = dependenciesOf(record).filter((cid) => edits.has(cid))
    waiting.set(record.cid, on.length)
    for (const cid of on) {
      const list = dependants.get(cid)
      if (list) list.push(record)
      else dependants.set(cid, [record])
    }
  }
  let level = [...edits.values()].filter(({ cid }) => waiting.get(cid) === 0)
  while (level.length > 0) {
    yield level
    level = level.flatMap(({ cid }) =>
      (dependants.get(cid) ?? []).filter((record) => {
        const left = (waiting.get(record.cid) ?? 0) - 1
        waiting.set(record.cid, left)
        return left === 0
      }),
    )
  }
}

/** What must be judged before an edit: what it builds on, and the one before it in its chain. */
export const dependenciesOf = ({ after, before }: EditRecord): OpCid[] => [
  ...new Set(before === undefined ? after : [...after, before]),
]
