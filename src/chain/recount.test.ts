/** The counted set (design §2.2): a story for each rule. */
import { describe, expect, test, vi } from 'vitest'
import { charterWithRoots } from '../../test/convergence/amendment.ts'
import type { Made } from '../../test/convergence/pen.ts'
import { portraitOf } from '../../test/convergence/portrait.ts'
import { byCid, cidsOf, Stage, standingOf } from '../../test/convergence/stage.ts'
import { emptyStore } from '../../test/support/memory-store.ts'

/** A key that said 0 … length − 1 and then forked at some seq; both branches go on by two. */
function forked(stage: Stage, length: number, seq: number) {
  const pen = stage.node(0)
  const ours = Array.from({ length: length + 2 }, (_, i) => stage.note(pen, `ours ${i}`))
  const branch = pen.fork(seq)
  const theirs = Array.from({ length: 2 }, (_, i) => stage.note(pen, `theirs ${i}`, branch))
  return { pen, ours, theirs }
}

describe('rule 0: the founding operation counts whatever its author does', () => {
  test('a founder who forks its root at the founding does not end the coalition', () => {
    const stage = new Stage()
    const root = stage.root(0)
    const lies = Array.from({ length: 3 }, (_, i) => stage.note(root, `lie ${i}`, root.fork(0)))
    const replica = stage.replica()
    replica.ingest(lies)
    expect(replica.charter?.id).toBe(stage.coalition)
    expect(replica.views.ratification()?.active).toBe(true)
    const others = lies.filter(({ op }) => standingOf(replica, { op } as Made) === 'evidence')
    expect(others.length).toBeGreaterThanOrEqual(1)
  })
})

describe('rule 1: operations of known keys below their cuts count', () => {
  test('a sound chain counts whole, in whatever order it came', () => {
    const stage = new Stage()
    const notes = Array.from({ length: 9 }, (_, i) => stage.note(stage.node(0), `${i}`))
    const replica = stage.replica()
    for (const made of notes.toReversed()) replica.ingest([made])
    for (const made of notes) expect(standingOf(replica, made)).toBe('regular')
  })

  test('an unknown key counts for nothing until a root delegates it', () => {
    const stage = new Stage()
    const stranger = stage.newPen()
    const note = stage.note(stranger)
    const replica = stage.replica()
    expect(replica.ingest([note]).waiting).toEqual([note.op.cid])
    expect(standingOf(replica, note)).toBe('absent')
    replica.ingest([stage.delegate(stage.root(1), stranger)])
    expect(standingOf(replica, note)).toBe('regular')
  })
})

describe('rule 2: a fork is its own proof', () => {
  test('what was said before stays, two operations prove it, the rest is dropped', () => {
    const stage = new Stage()
    const { ours, theirs } = forked(stage, 4, 4)
    const replica = stage.replica()
    const report = replica.ingest([...ours, ...theirs])
    expect(report.evidence).toEqual([stage.node(0).key])
    for (const made of ours.slice(0, 4)) expect(standingOf(replica, made)).toBe('regular')
    for (const made of [ours[4], theirs[0]])
      expect(made && standingOf(replica, made)).toBe('evidence')
    for (const made of [ours[5], theirs[1]])
      expect(made && standingOf(replica, made)).toBe('absent')
  })

  test('a key that forks a thousand times costs two operations: those with the lowest CIDs', () => {
    const stage = new Stage()
    const pen = stage.node(0)
    const lies = Array.from({ length: 40 }, (_, i) => stage.note(pen, `${i}`, pen.fork(0)))
    const replica = stage.replica()
    for (const made of lies) replica.ingest([made])
    const kept = lies.filter((made) => standingOf(replica, made) !== 'absent')
    expect(cidsOf(byCid(kept))).toEqual(cidsOf(byCid(lies).slice(0, 2)))
  })

  test('a lower fork, found later, moves the proof down', () => {
    const stage = new Stage()
    const { pen, ours, theirs } = forked(stage, 5, 5)
    const replica = stage.replica()
    replica.ingest([...ours, ...theirs])
    const lower = stage.note(pen, 'lower', pen.fork(2))
    replica.ingest([lower])
    expect(replica.ledger.chain(pen.key).cut).toBe(2)
    expect(standingOf(replica, lower)).toBe('evidence')
    expect(theirs[0] && standingOf(replica, theirs[0])).toBe('absent')
  })

  test('evidence neither pulls nor has effect', () => {
    const stage = new Stage()
    const { pen, ours } = forked(stage, 2, 2)
    const hidden = stage.note(stage.node(1), 'hidden')
    const other = stage.refer(pen, [hidden], { branch: pen.fork(2) })
    const replica = stage.replica()
    replica.ingest([...ours, other])
    const proofs = [...replica.ledger.chain(pen.key).strays.values()]
    expect(proofs.every(({ standing }) => standing === 'evidence')).toBe(true)
    expect(replica.missing()).toEqual([])
  })

  test('a proof that does not follow the chain we hold waits for its twin, in any order', () => {
    const stage = new Stage()
    const pen = stage.node(0)
    const first = stage.note(pen, 'shown to us')
    const branch = pen.fork(0)
    stage.note(pen, 'never shown', branch)
    const twins = [pen.fork(1, branch), pen.fork(1, branch)].map((b, i) =>
      stage.note(pen, `twin ${i}`, b),
    )
    const orders = [
      [first, ...twins],
      [...twins.toReversed(), first],
    ]
    const portraits = orders.map((ops) => {
      const replica = stage.replica()
      for (const made of ops) replica.ingest([made])
      expect(replica.ledger.chain(pen.key).cut).toBe(1)
      return portraitOf(replica)
    })
    expect(portraits[0]).toEqual(portraits[1])
  })
})

describe('rule 3: what a counted operation names counts, with the chain that leads to it', () => {
  test('an honest word on a broken branch brings the branch up to there', () => {
    const stage = new Stage()
    const { ours, theirs } = forked(stage, 3, 3)
    const replica = stage.replica()
    replica.ingest([...ours, ...theirs])
    const word = stage.refer(stage.node(1), ours.slice(4, 5))
    replica.ingest([word])
    expect(replica.missing()).toEqual(cidsOf(ours.slice(4, 5)))
    replica.ingest(ours.slice(3, 5))
    expect(ours.slice(3, 5).map((made) => standingOf(replica, made))).toEqual(['pulled', 'pulled'])
    expect(replica.ledger.byCid.get(word.op.cid)?.complete).toBe(true)
  })

  test('it is enough to answer what is asked for, one operation at a time', () => {
    const stage = new Stage()
    const pen = stage.node(0)
    const ours = Array.from({ length: 12 }, (_, i) => stage.note(pen, `${i}`))
    const replica = stage.replica()
    replica.ingest([...ours, stage.note(pen, 'other', pen.fork(1))])
    replica.ingest([stage.refer(stage.node(1), ours.slice(11))])
    const library = new Map(ours.map((made) => [made.op.cid, made]))
    for (let rounds = 0; replica.missing().length > 0; rounds++) {
      expect(rounds).toBeLessThan(12)
      replica.ingest(replica.missing().flatMap((cid) => library.get(cid) ?? []))
    }
    expect(standingOf(replica, ours[11] as Made)).toBe('pulled')
  })

  test('a seal comes alone, and does not shorten the way to what lies behind it', () => {
    const stage = new Stage()
    const pen = stage.node(0)
    const before = stage.note(pen, 'before')
    const behind = stage.note(pen, 'behind')
    const seal = stage.refer(pen, [], { type: 'seal' })
    const last = stage.note(pen, 'last')
    const fork = stage.note(pen, 'fork', pen.fork(1))
    const sealed = stage.refer(stage.node(1), [seal])
    const both = stage.refer(stage.node(2), [last])
    const all = [before, behind, seal, last, fork, sealed, both]
    const alone = stage.replica()
    alone.ingest(all.filter((made) => made !== both))
    expect(standingOf(alone, seal)).toBe('pulled')
    expect(standingOf(alone, behind)).not.toBe('pulled')
    const portraits = [all, all.toReversed()].map((ops) => {
      const replica = stage.replica()
      for (const made of ops) replica.ingest([made])
      for (const made of all) if (replica.missing().includes(made.op.cid)) replica.ingest([made])
      replica.ingest([behind, seal, last])
      expect(standingOf(replica, behind)).toBe('pulled')
      return portraitOf(replica)
    })
    expect(portraits[0]).toEqual(portraits[1])
  })

  test('a seal above a revocation is taken although nothing leads to it', () => {
    const stage = new Stage()
    const pen = stage.node(0)
    const good = stage.note(pen, 'good')
    stage.note(pen, 'lost')
    const seal = stage.refer(pen, [], { type: 'seal' })
    const replica = stage.replica()
    replica.ingest([good, stage.revoke(stage.root(0), pen, good)])
    replica.ingest([stage.refer(stage.node(1), [seal])])
    replica.ingest([seal])
    expect(standingOf(replica, seal)).toBe('pulled')
  })

  test('a checkpoint names nothing', () => {
    const stage = new Stage()
    const { ours, theirs } = forked(stage, 3, 3)
    const replica = stage.replica()
    replica.ingest([...ours, ...theirs])
    replica.ingest([stage.refer(stage.node(1), ours.slice(4, 5), { type: 'checkpoint' })])
    expect(replica.missing()).toEqual([])
  })

  test('what a frozen key said after its fork is kept only where somebody built on it', () => {
    const stage = new Stage()
    const { pen, ours, theirs } = forked(stage, 3, 3)
    const word = stage.refer(stage.node(1), ours.slice(3, 4))
    const replica = stage.replica()
    replica.ingest([...ours, ...theirs, word])
    const later = stage.note(pen, 'after the freeze')
    expect(replica.ingest([later]).accepted).toEqual([])
    expect(standingOf(replica, later)).toBe('absent')
  })
})

describe('rule 4: an operation of a key that only a broken root delegated brings the delegation', () => {
  test('it is pulled together with what honest keys built on', () => {
    const stage = new Stage()
    const root = stage.root(0)
    const node = stage.newPen()
    const delegated = stage.delegate(root, node)
    const note = stage.note(node)
    const word = stage.refer(stage.node(1), [note])
    const fork = stage.note(root, 'fork', root.fork(2))
    const portraits = [
      [delegated, note, word, fork],
      [fork, word, note, delegated],
    ].map((ops) => {
      const replica = stage.replica()
      for (const made of ops) replica.ingest([made])
      expect(standingOf(replica, note)).toBe('pulled')
      expect(standingOf(replica, delegated)).toBe('pulled')
      return portraitOf(replica)
    })
    expect(portraits[0]).toEqual(portraits[1])
  })

  test('a broken root cannot take back what others built on by delegating more', () => {
    const stage = new Stage()
    const root = stage.root(0)
    const node = stage.newPen()
    const branch = root.fork(2)
    const replica = stage.replica()
    const note = stage.note(node)
    replica.ingest([stage.delegate(root, node), note, stage.note(root, 'fork', branch)])
    replica.ingest([stage.refer(stage.node(1), [note])])
    expect(replica.ledger.keyring.capabilitiesOf(node.key).has('seal')).toBe(true)
    const more = Array.from({ length: 100 }, () =>
      stage.delegate(root, stage.newPen(), { branch, can: ['vote'] }),
    )
    replica.ingest([...more, stage.delegate(root, node, { branch, can: ['vote'] })])
    expect(standingOf(replica, note)).toBe('pulled')
    expect(replica.ledger.keyring.capabilitiesOf(node.key).has('seal')).toBe(true)
  })
})

describe('roots that amendments name', () => {
  test('their words count, and those of the roots that they name in turn', () => {
    const stage = new Stage()
    const [first, second] = [stage.newPen(), stage.newPen()]
    const [node, last] = [stage.newPen(), stage.newPen()]
    const ops = [
      stage.refer(stage.node(0), [], charterWithRoots(stage, [first])),
      stage.delegate(first, node),
      stage.refer(node, [], charterWithRoots(stage, [second])),
      stage.delegate(second, last),
      stage.note(last),
    ]
    for (const order of [ops, ops.toReversed()]) {
      const replica = stage.replica()
      for (const made of order) replica.ingest([made])
      expect(replica.ledger.keyring.rankOf(second.key)).toBe(2)
      expect(standingOf(replica, ops[4] as Made)).toBe('regular')
    }
  })

  test('a reference out of an early rank into a late key is followed once that is known', () => {
    const stage = new Stage()
    const root = stage.newPen()
    const node = stage.newPen()
    const notes = [stage.note(node, 'a'), stage.note(node, 'b')]
    const replica = stage.replica()
    replica.ingest([stage.refer(stage.node(0), [], charterWithRoots(stage, [root]))])
    replica.ingest([stage.delegate(root, node), stage.revoke(root, node, null), ...notes])
    replica.ingest([stage.refer(stage.node(1), notes.slice(1))])
    expect(notes.map((made) => standingOf(replica, made))).toEqual(['pulled', 'pulled'])
  })
})

test('a revocation after all that is held of a key makes nobody count anew', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const [first, last] = [stage.note(pen, 'first'), stage.note(pen, 'last')]
  const given = (ops: readonly Made[]) => {
    const replica = stage.replica()
    replica.ingest(ops)
    return replica
  }
  const replica = given([first, last])
  const recounts = vi.spyOn(replica.views, 'reset')
  const atEnd = stage.revoke(stage.root(0), pen, last)
  replica.ingest([atEnd])
  expect(recounts).not.toHaveBeenCalled()
  const later = stage.note(pen, 'later')
  replica.ingest([later])
  expect(standingOf(replica, later)).toBe('support')
  expect(portraitOf(replica)).toEqual(portraitOf(given([atEnd, later, last, first])))
  const lower = stage.revoke(stage.root(0), pen, first)
  replica.ingest([lower])
  expect(recounts).toHaveBeenCalledOnce()
  expect(portraitOf(replica)).toEqual(portraitOf(given([lower, atEnd, last, first])))
})

test('ever lower twins of a fork replace the evidence, and nobody counts anew for them', () => {
  const stage = new Stage()
  const store = emptyStore()
  const replica = stage.replica({ store })
  const liar = stage.node(0)
  replica.ingest([stage.note(liar, 'first')])
  const twins = byCid(
    Array.from({ length: 20 }, (_, i) => stage.note(liar, `twin ${i}`, liar.fork(0))),
  ).reverse()
  replica.ingest(twins.slice(0, 1))
  const recounts = vi.spyOn(replica.views, 'reset')
  for (const twin of twins) replica.ingest([twin])
  expect(recounts).not.toHaveBeenCalled()
  const lowest = byCid([...liar.branch(), ...twins]).slice(0, 2)
  const held = [...replica.ledger.chain(liar.key).strays.values()]
  expect(held.map(({ op, standing }) => `${op.cid} ${standing}`).sort()).toEqual(
    lowest.map(({ op }) => `${op.cid} evidence`),
  )
  replica.flush()
  expect(stage.replica({ store }).digest()).toEqual(replica.digest())
})
