/**
 * However edits arrive, replicas that were offered the same ones hold equal documents with equal
 * Automerge heads; where no author misbehaved, those of plain Automerge (design §2.5).
 */
import { expect, test, vi } from 'vitest'
import type { HistoryLine } from '../../src/document/document.ts'
import type { OpCid } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { plainAutomerge } from '../support/plain-automerge.ts'
import { type Arrival, inOrder, inRuns, Site, singly } from './delivery.ts'
import { type DocumentSet, documentSet, MISDEEDS, type Misdeed } from './document-sets.ts'
import { Dice } from './moot.ts'
import { forSeeds, PROPERTY_TIMEOUT_MS } from './seeds.ts'

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS })

const RUNS = 300
const LEAST_SHARE = 0.05

/** What a set is an example of. */
type Seen = Misdeed | 'honest' | 'void' | 'late' | 'conflict'

/** Reads the document half-way now and then: what counted there must never become void. */
function offered(set: DocumentSet, arrivals: readonly Arrival[], dice: Dice, reads: number): Site {
  const site = new Site(set)
  const counted = new Set<OpCid>()
  for (const ops of arrivals) {
    site.replica.ingest(ops, `peer ${dice.int(0, 3)}`)
    if (dice.chance(reads))
      for (const { edit, standing } of historyOf(site.replica, set))
        if (standing === 'counts') counted.add(edit.cid)
  }
  site.letTimePass()
  site.answer(dice)
  // What was never recorded by who is honest may be settled no more once a fork is seen (§3.6).
  const mayUnsettle = (['forks its chain', 'is revoked'] as const).some((name) =>
    set.misdeeds.includes(name),
  )
  if (set.loser !== undefined && mayUnsettle) return site
  for (const { edit, standing } of historyOf(site.replica, set))
    if (counted.has(edit.cid) && edit.key !== set.loser) expect(standing).toBe('counts')
  return site
}

function historyOf({ views }: Replica, { document }: DocumentSet): HistoryLine[] {
  const opened = views.documents.open(document)
  return opened.ok ? opened.value.history() : []
}

/** Everything about a document that must not depend on how its edits came. */
function likeness({ views }: Replica, set: DocumentSet) {
  const opened = views.documents.open(set.document)
  if (!opened.ok) return opened.code
  const document = opened.value
  return {
    value: document.value,
    heads: document.heads,
    automergeHeads: document.automergeHeads,
    history: document
      .history()
      .map(({ edit, standing, reason }) => `${edit.cid} ${standing} ${reason ?? ''}`)
      .sort(),
    blame: document.blame().map(({ place, at, value, edit }) => [place, at, value, edit?.cid]),
    conflicts: document.conflicts().map(({ place, rivals }) => [place, rivals.length]),
    freezes: views.documents.freezesOf(set.document).map(({ id }) => id),
  }
}

test(`any order, copies, runs and reads end in the same document (${RUNS} sets)`, () => {
  const seen = new Map<Seen, number>()
  const note = (name: Seen): void => void seen.set(name, (seen.get(name) ?? 0) + 1)
  forSeeds(RUNS, (seed) => {
    const set = documentSet(seed)
    for (const name of set.misdeeds) note(name)
    const dice = new Dice(seed)
    const plain = offered(set, inOrder(set), dice, 0)
    const expected = likeness(plain.replica, set)
    if (typeof expected === 'string') return expect(set.misdeeds).not.toEqual([])
    if (expected.history.some((line) => !line.includes(' counts'))) note('void')
    if (expected.history.some((line) => line.includes(' late'))) note('late')
    if (expected.conflicts.length > 0) note('conflict')
    const mixed = singly(set, dice)
    const copies = dice.some(mixed, 10)
    const sites = [
      offered(set, [...mixed, ...copies], dice, 0.1),
      offered(set, inRuns(set, dice), dice, 0.1),
    ]
    for (const { replica } of sites) {
      expect(likeness(replica, set)).toEqual(expected)
      expect(replica.digest()).toEqual(plain.replica.digest())
    }
    expect(likeness(plain.recounted(), set)).toEqual(expected)
    if (set.misdeeds.length > 0) return
    note('honest')
    const edits = set.ops.filter(({ op }) => op.type === 'document.edit')
    const reference = plainAutomerge(
      set.document,
      set.kind,
      edits.map(({ op }) => {
        const { after, edits: list } = op.body as never as { after: number[]; edits: never }
        return { cid: op.cid, after: after.flatMap((i) => op.refs[i] ?? []), edits: list }
      }),
    )
    expect(expected.automergeHeads).toEqual(reference.heads)
    expect(expected.history).toHaveLength(edits.length)
    expect(expected.freezes.length).toBeGreaterThan(0)
  })
  const classes = [...MISDEEDS, 'honest', 'void', 'conflict'] as const
  const shares = classes.map((name) => [name, (seen.get(name) ?? 0) / RUNS] as const)
  console.table(
    Object.fromEntries(shares.map(([name, share]) => [name, `${Math.round(100 * share)} %`])),
  )
  expect(seen.get('late') ?? 0, 'words by a charter that took the right').toBeGreaterThan(0)
  for (const [name, share] of shares) expect(share, name).toBeGreaterThanOrEqual(LEAST_SHARE)
})
