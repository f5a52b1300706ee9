/** Unsigned operations keep what vouches for them, and as little of it as there is (design §2.2). */
import { expect, test } from 'vitest'
import { portraitOf } from '../../test/convergence/portrait.ts'
import { asRun, cidsOf, Stage, standingOf } from '../../test/convergence/stage.ts'
import { syncUntilEqual } from '../../test/sync/link.ts'
import type { Held } from './held.ts'
import { Vouchers } from './vouchers.ts'

/** Operations of a key as a ledger holds them, in a tree of two branches. */
function tree(signed: readonly string[]) {
  const stage = new Stage()
  const pen = stage.node(0)
  const first = stage.note(pen, 'first')
  const long = ['a', 'b', 'c'].map((text) => stage.note(pen, text))
  const short = stage.note(pen, 'x'.repeat(500), pen.fork(1))
  const held = (name: string, made = first): Held => ({
    op: made.op,
    sizeBytes: made.bytes.length,
    seenAt: 0,
    roots: [],
    signed: signed.includes(name),
    standing: 'support',
    waitsFor: 0,
    complete: false,
  })
  const all = [
    held('first'),
    ...long.map((made, i) => held('abc'[i] ?? '', made)),
    held('x', short),
  ]
  const [root] = all
  if (!root) throw new RangeError('a tree has a root')
  return { root, all }
}

const names = (path: readonly Held[], all: readonly Held[]): string =>
  path.map((held) => ['first', 'a', 'b', 'c', 'x'][all.indexOf(held)]).join(' ')

test('the lightest way to a signature is taken, not the one of fewest operations', () => {
  const { root, all } = tree(['b', 'x'])
  expect(names(new Vouchers(all).after(root), all)).toBe('a b')
})

test('where only one branch is signed, that one vouches', () => {
  const { root, all } = tree(['x'])
  expect(names(new Vouchers(all).after(root), all)).toBe('x')
})

test('a signed operation needs nothing; one without a signed successor finds nothing', () => {
  expect(new Vouchers(tree(['first']).all).after(tree(['first']).root)).toEqual([])
  const { root, all } = tree([])
  expect(new Vouchers(all).after(root)).toEqual([])
})

test('a chain whose signature lay beyond the fork can still be passed on', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const notes = ['a', 'b', 'c', 'd', 'e'].map((text) => stage.note(pen, text))
  const fork = ['y', 'z'].map((text, i) => stage.note(pen, text, i === 0 ? pen.fork(3) : 1))
  const [a, b] = [stage.replica(), stage.replica()]
  a.ingest(asRun(notes))
  a.ingest(asRun(fork))
  expect(a.ledger.chain(pen.key).cut).toBe(3)
  // Nobody counts `e`, but its signature is all that there is over a, b and c.
  expect(standingOf(a, notes[4] ?? (notes[0] as never))).toBe('support')
  syncUntilEqual(a, b)
  expect(portraitOf(b)).toEqual(portraitOf(a))
  expect(cidsOf(notes.slice(0, 3)).every((cid) => b.ledger.byCid.has(cid))).toBe(true)
})
