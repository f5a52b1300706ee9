/**
 * What the reference model reads out of the operations that count: who is who, what is voted on, by
 * which charter. Bodies are read as they are, with none of the product's readers.
 */
import { hasEffect } from '../../src/chain/held.ts'
import type { Charter, Stakeholder, Track } from '../../src/charter/schema.ts'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Op } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'

/** A ballot as its proposal says it. */
export interface BookBallot {
  readonly op: Op
  readonly charter: Charter
  readonly track: Track
  /** Who decides. */
  readonly members: readonly Stakeholder[]
  /** Whom it removes as silent; nobody for other ballots. */
  readonly silent: readonly Stakeholder[]
}

/** Everything that the model needs. */
export interface Book {
  /** Operations that count, by type. */
  readonly byType: ReadonlyMap<string, readonly Op[]>
  readonly ballots: ReadonlyMap<OpCid, BookBallot>
  /** For whom a key speaks on a ballot. */
  stakeholderOf(key: KeyId, ballot: BookBallot): string | undefined
}

const books = new WeakMap<Replica, { readonly count: number; readonly book: Book }>()

/** Reads what a replica counts; remembered until it counts more. */
export function bookOf(replica: Replica): Book {
  const count = replica.ledger.byCid.size
  const known = books.get(replica)
  if (known?.count === count) return known.book
  const book = readBook(replica)
  books.set(replica, { count, book })
  return book
}

function readBook({ ledger }: Replica): Book {
  const ops: Op[] = []
  for (const held of ledger.byCid.values()) if (hasEffect(held) && held.complete) ops.push(held.op)
  const byType = Map.groupBy(ops, ({ type }) => type)
  const roots = rootsByKey(byType.get('key.delegate') ?? [])
  const charters = chartersOf(byType)
  const ballots = new Map<OpCid, BookBallot>()
  for (const op of byType.get('proposal.open') ?? []) {
    const charter = charters.get(op.refs[Number(op.body.charter)] ?? '')
    const track = charter?.tracks[String(op.body.track)]
    const silent = charter && silentIn(op, charter)
    if (!charter || !track || !silent) continue
    const members = electorsOf(op, charter).filter((member) => !silent.includes(member))
    ballots.set(op.cid, { op, charter, track, members, silent })
  }
  return {
    byType,
    ballots,
    stakeholderOf: (key, { charter }) => {
      const named = roots.get(key) ?? new Set()
      return charter.stakeholders.find(({ root }) => named.has(keyIdFromBytes(root)))?.id
    },
  }
}

/** Domain ballots are the owners'. */
function electorsOf(op: Op, charter: Charter): readonly Stakeholder[] {
  if (op.body.track !== 'domain') return charter.stakeholders
  const [component] = String(op.body.slot).split('@')
  const owners = charter.components.find(({ id }) => id === component)?.owners ?? []
  return charter.stakeholders.filter(({ id }) => owners.includes(id))
}

/**
 * Whom a ballot removes as silent (§3.3): where the charter knows reconstitution, exactly those whom the
 * next charter leaves out, of more than a third and less than half of the weight; undefined for one that
 * names others, which is no ballot.
 */
function silentIn({ body }: Op, charter: Charter): readonly Stakeholder[] | undefined {
  if (!Array.isArray(body.removesSilent)) return []
  const named = body.removesSilent.map(String)
  const next = asCharter(body.amendment).stakeholders.map(({ id }) => id)
  const removed = charter.stakeholders.filter(({ id }) => !next.includes(id))
  const weigh = (all: readonly Stakeholder[]): number =>
    all.reduce((sum, { weight }) => sum + weight, 0)
  const [less, whole] = [weigh(removed), weigh(charter.stakeholders)]
  const isNamed = removed.map(({ id }) => id).join() === named.join()
  const mayBe = charter.reconstitution !== undefined && 3 * less > whole && 2 * less < whole
  return isNamed && mayBe ? removed : undefined
}

/** Root keys that have delegated each node key. */
function rootsByKey(delegations: readonly Op[]): Map<KeyId, Set<KeyId>> {
  const roots = new Map<KeyId, Set<KeyId>>()
  for (const { key: root, body } of delegations) {
    if (!(body.key instanceof Uint8Array)) continue
    const key = keyIdFromBytes(body.key)
    roots.set(key, (roots.get(key) ?? new Set()).add(root))
  }
  return roots
}

function chartersOf(byType: ReadonlyMap<string, readonly Op[]>): Map<string, Charter> {
  const charters = new Map<string, Charter>()
  for (const { cid, body } of byType.get('coalition.found') ?? [])
    charters.set(cid, asCharter(body.charter))
  for (const { cid, body } of byType.get('proposal.open') ?? [])
    if (body.amendment) charters.set(cid, asCharter(body.amendment))
  return charters
}

// cast: the ledger counts no founding and no amendment whose charter its schema refuses
const asCharter = (body: unknown): Charter => body as unknown as Charter
