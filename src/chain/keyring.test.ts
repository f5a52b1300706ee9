/** Who may sign what (design §2.3): a story for each rule of the keyring. */
import { describe, expect, test } from 'vitest'
import { charterWithRoots } from '../../test/convergence/amendment.ts'
import type { Made, Pen } from '../../test/convergence/pen.ts'
import { Stage, standingOf } from '../../test/convergence/stage.ts'

type Replica = ReturnType<Stage['replica']>

/** A replica of the stage that was given more. */
function given(stage: Stage, ops: readonly Made[]): Replica {
  const replica = stage.replica()
  for (const made of ops) replica.ingest([made])
  return replica
}

const cutOf = ({ ledger }: Replica, pen: Pen): number => ledger.keyring.cutOf(pen.key)
const ownerOf = ({ ledger }: Replica, pen: Pen): string | undefined =>
  ledger.keyring.rootOf(pen.key)

describe('delegations', () => {
  test('capabilities are the union of a key’s delegations', () => {
    const stage = new Stage()
    const node = stage.newPen()
    const root = stage.root(0)
    const replica = given(stage, [stage.delegate(root, node, { can: ['vote'] })])
    expect([...replica.ledger.keyring.capabilitiesOf(node.key)]).toEqual(['vote'])
    replica.ingest([stage.delegate(root, node)])
    expect(replica.ledger.keyring.capabilitiesOf(node.key).size).toBe(6)
    expect(replica.ledger.keyring.keysOf(root.key)).toContain(node.key)
  })

  test('without the key’s own signature over coalition and root nothing is delegated', () => {
    const stage = new Stage()
    const node = stage.newPen()
    const stolen = stage.delegate(stage.root(0), node)
    const claim = stage.root(1).say({ ...stolen.op, at: stage.clock.now() })
    const replica = given(stage, [claim])
    expect(replica.ledger.keyring.knows(node.key)).toBe(false)
  })

  test('only roots delegate', () => {
    const stage = new Stage()
    const node = stage.newPen()
    const replica = given(stage, [stage.delegate(stage.node(0), node)])
    expect(replica.ledger.keyring.knows(node.key)).toBe(false)
  })
})

describe('rule 2: above its own cut a root’s words about keys do not hold', () => {
  test('a key that only the broken part delegated is known, and frozen from the start', () => {
    const stage = new Stage()
    const root = stage.root(0)
    const node = stage.newPen()
    const note = stage.note(node)
    const replica = given(stage, [stage.delegate(root, node), note])
    expect(cutOf(replica, node)).toBe(Number.POSITIVE_INFINITY)
    replica.ingest([stage.note(root, 'fork', root.fork(2))])
    expect(replica.ledger.keyring.knows(node.key)).toBe(true)
    expect(cutOf(replica, node)).toBe(0)
    expect(standingOf(replica, note)).toBe('support')
    expect(replica.ledger.keyring.strayDelegationsOf(node.key)).toHaveLength(1)
  })

  test('a revocation on the broken part revokes nothing', () => {
    const stage = new Stage()
    const root = stage.root(0)
    const revocation = stage.revoke(root, stage.node(0), null)
    const replica = given(stage, [revocation])
    expect(cutOf(replica, stage.node(0))).toBe(0)
    replica.ingest([stage.note(root, 'fork', root.fork(revocation.op.seq))])
    expect(cutOf(replica, stage.node(0))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('rule 3: a key belongs to one root', () => {
  test('a key that two founders delegated is frozen from the start', () => {
    const stage = new Stage()
    const replica = given(stage, [stage.delegate(stage.root(1), stage.node(0))])
    expect(cutOf(replica, stage.node(0))).toBe(0)
  })

  test('a root that a proposal named takes nobody’s key away', () => {
    const stage = new Stage()
    const late = stage.newPen()
    const replica = given(stage, [
      stage.refer(stage.node(1), [], charterWithRoots(stage, [late])),
      stage.delegate(late, stage.node(0)),
      stage.revoke(late, stage.node(0), null),
    ])
    expect(replica.ledger.keyring.isRoot(late.key)).toBe(true)
    expect(cutOf(replica, stage.node(0))).toBe(Number.POSITIVE_INFINITY)
    expect(ownerOf(replica, stage.node(0))).toBe(stage.root(0).key)
  })

  test('a root revokes only keys that it delegated', () => {
    const stage = new Stage()
    const replica = given(stage, [stage.revoke(stage.root(1), stage.node(0), null)])
    expect(cutOf(replica, stage.node(0))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('rule 4: the lowest revocation holds', () => {
  test('in whatever order several come', () => {
    for (const turn of [false, true]) {
      const stage = new Stage()
      const notes = Array.from({ length: 6 }, (_, i) => stage.note(stage.node(0), `${i}`))
      const revocations = [4, 1, 3].map((i) =>
        stage.revoke(stage.root(0), stage.node(0), notes[i] ?? null),
      )
      const replica = given(stage, turn ? [...revocations, ...notes] : [...notes, ...revocations])
      expect(cutOf(replica, stage.node(0))).toBe(2)
      expect(notes.map((made) => standingOf(replica, made)).slice(0, 3)).toEqual([
        'regular',
        'regular',
        'support',
      ])
    }
  })

  test('the cut is at the last good seq, whether that operation is held or not', () => {
    const stage = new Stage()
    const elsewhere = new Stage()
    const good = elsewhere.note(elsewhere.node(1), 'another')
    const notes = [stage.note(stage.node(0), 'a'), stage.note(stage.node(0), 'b')]
    const replica = given(stage, [...notes, stage.revoke(stage.root(0), stage.node(0), good)])
    expect(cutOf(replica, stage.node(0))).toBe(1)
    expect(replica.missing()).toEqual([])
  })

  test('a delegation after a revocation does not undo it', () => {
    const stage = new Stage()
    const replica = given(stage, [
      stage.revoke(stage.root(0), stage.node(0), null),
      stage.delegate(stage.root(0), stage.node(0)),
    ])
    expect(cutOf(replica, stage.node(0))).toBe(0)
  })
})

describe('rule 5: nobody is silenced by being named', () => {
  test('a member’s key that an amendment names as root keeps its owner and its word', () => {
    const stage = new Stage()
    const note = stage.note(stage.node(0))
    const replica = given(stage, [
      note,
      stage.refer(stage.node(1), [], charterWithRoots(stage, [stage.node(0)])),
    ])
    expect(replica.ledger.keyring.isRoot(stage.node(0).key)).toBe(true)
    expect(ownerOf(replica, stage.node(0))).toBe(stage.root(0).key)
    expect(standingOf(replica, note)).toBe('regular')
    replica.ingest([stage.revoke(stage.root(0), stage.node(0), null)])
    expect(cutOf(replica, stage.node(0))).toBe(0)
  })

  test('a founder’s root cannot be made a node key', () => {
    const stage = new Stage()
    const replica = given(stage, [stage.delegate(stage.root(1), stage.root(0))])
    expect(ownerOf(replica, stage.root(0))).toBe(stage.root(0).key)
    expect(replica.ledger.keyring.nodeKeys()).not.toContain(stage.root(0).key)
  })

  test('a root of a lower rank that loses its key keeps the delegations that others built on', () => {
    const stage = new Stage()
    const late = stage.newPen()
    const node = stage.newPen()
    const note = stage.note(node)
    const replica = given(stage, [
      stage.refer(stage.node(1), [], charterWithRoots(stage, [late])),
      stage.delegate(late, node),
      note,
      stage.refer(stage.node(2), [note]),
      stage.delegate(stage.root(0), late),
      stage.revoke(stage.root(0), late, null),
    ])
    expect(cutOf(replica, late)).toBe(0)
    expect(cutOf(replica, node)).toBe(0)
    expect(standingOf(replica, note)).toBe('pulled')
  })
})
