/**
 * What one malicious member does to a plain Automerge document, tried against two real daemons over
 * sockets: the attacker's own and another's. Each attack does nothing: both go on reading the same,
 * and what honest members write goes on counting.
 */
import { deflateRawSync } from 'node:zlib'
import { encodeChange, getBackend, init } from '@automerge/automerge'
import { expect, test } from 'vitest'
import { signChain, wireOp } from '../../node/cli/root-signing.ts'
import type { Daemon } from '../../node/daemon/daemon.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'
import type { Op, SignedOp } from '../../src/op/operation.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { Author, delegation } from '../support/coalition.ts'
import { foundHomes, invite, makeHomes, startDaemon, type TestHome } from '../support/daemons.ts'
import { until } from '../support/network.ts'
import { signerNumber } from '../support/people.ts'

type Said = SignedOp & { readonly op: Op }
type Body = Readonly<Record<string, Value>>

const WAIT_MS = 30_000
/** Edits at one place by one key, and by each of many. */
const CROWD = 1_000
const KEYS = 5
const EDITS_OF_KEY = 200

/** Two daemons, the first one's member malicious, and a document of the other. */
class Arena {
  readonly attacker: Daemon
  readonly honest: Daemon
  readonly home: TestHome
  readonly document: OpCid
  private keys = 0
  private written = 'What honest members wrote.'

  private constructor(attacker: Daemon, honest: Daemon, home: TestHome, document: OpCid) {
    this.attacker = attacker
    this.honest = honest
    this.home = home
    this.document = document
  }

  static async open(): Promise<Arena> {
    const homes = await makeHomes(2)
    const coalition = foundHomes(homes)
    const [bad, good] = homes
    if (!bad || !good) throw new RangeError('two homes')
    const attacker = await startDaemon(bad.home)
    invite(good.home, coalition, [attacker])
    const honest = await startDaemon(good.home)
    await until('both know each other', () =>
      [attacker, honest].every(({ replica }) => replica.ledger.keyring.nodeKeys().length === 2),
    )
    const { documents } = honest.api
    const input = { kind: 'text', title: 'Runbook', editors: 'members' } as const
    const { cid } = unwrap(await documents.create(input))
    const arena = new Arena(attacker, honest, bad, cid as OpCid)
    unwrap(await documents.write({ id: arena.document, content: arena.written }))
    await arena.holds(arena.heads()[0] ?? arena.document)
    return arena
  }

  /** A new key of the malicious member. */
  async key(can: readonly ('edit' | 'vote')[] = ['edit']): Promise<Author> {
    const { coalition } = this.attacker.replica
    const { root } = this.home.member
    const node = signerNumber(5_000 + this.keys++)
    const { seq, prev } = unwrap(await this.attacker.api.rootHead())
    const draft = delegation(coalition, root, node, can)
    const place = { coalition, seq, prev: prev as OpCid }
    const signed = signChain(root, place, [draft], Date.now())
    expect((await this.attacker.api.submit(signed.map(wireOp))).refused).toEqual([])
    return new Author(node, coalition)
  }

  /** Edits that stand now and that nobody built on. */
  heads(daemon = this.honest): OpCid[] {
    return unwrap(daemon.replica.views.documents.open(this.document)).heads
  }

  /** An edit operation, good or not. */
  edit(
    author: Author,
    after: readonly OpCid[],
    edits: readonly Body[],
    { at = Date.now(), seq, more = {} }: { at?: number; seq?: number; more?: Body } = {},
  ): Said {
    const refs = [this.document, this.honest.replica.coalition, ...after]
    const positions = after.map((_, i) => i + 2)
    const body = { document: 0, charter: 1, after: positions, edits: [...edits], ...more }
    return author.say({ type: 'document.edit', refs, body }, at, seq)
  }

  /** The malicious daemon sends operations; waits until the other holds the last one. */
  async send(ops: readonly Said[]): Promise<void> {
    for (let at = 0; at < ops.length; at += 100) {
      const report = await this.attacker.api.submit(ops.slice(at, at + 100).map(wireOp))
      expect(report.refused).toEqual([])
    }
    const last = ops.at(-1)?.op.cid
    if (last) await this.holds(last)
  }

  async holds(cid: OpCid): Promise<void> {
    const both = [this.attacker, this.honest]
    const isHeld = () => both.every(({ replica }) => replica.ledger.byCid.has(cid))
    await until('both hold it', isHeld, WAIT_MS)
  }

  /** Both read the same, of the same Automerge heads; returns what. */
  async reading(): Promise<Value> {
    const read = ({ replica }: Daemon) => unwrap(replica.views.documents.open(this.document))
    await until(
      'both read the same',
      () => read(this.attacker).automergeHeads.join() === read(this.honest).automergeHeads.join(),
      WAIT_MS,
    )
    expect(read(this.attacker).value).toEqual(read(this.honest).value)
    return read(this.honest).value
  }

  /** The attack did nothing, and the honest member writes on. */
  async unharmed(attack: string): Promise<void> {
    expect(await this.reading(), attack).toBe(this.written)
    await this.writesOn(attack, `${this.written}.`)
  }

  /** The honest member writes, and the other reads it. */
  async writesOn(attack: string, content: string): Promise<void> {
    this.written = content
    const { signed } = unwrap(await this.honest.api.documents.write({ id: this.document, content }))
    expect(signed, attack).toHaveLength(1)
    await this.holds(signed[0]?.cid as OpCid)
    expect(await this.reading(), attack).toBe(this.written)
    expect(this.honest.replica.stored(signed[0]?.cid as OpCid)?.bytes.length).toBeLessThan(4_096)
  }
}

const splice = (at: number, insert: string, remove = 0): Body => ({
  do: 'splice',
  path: [],
  at,
  remove,
  insert,
})

/** A change of plain Automerge as a malicious peer would forge it. */
const forged = (actor: string): Uint8Array =>
  encodeChange({
    actor,
    seq: 1,
    startOp: 4_294_967_290,
    time: -1,
    message: null,
    author: null,
    deps: [],
    ops: [{ action: 'set', obj: '_root', key: 'content', value: 'forged', pred: [] }],
  })

/** The attacks of the table, by what a plain Automerge document suffers from each. */
const ATTACKS: Readonly<Record<string, (arena: Arena) => Promise<void>>> = {
  'two edits at one seq of one key': async (arena) => {
    const liar = await arena.key()
    const heads = arena.heads()
    await arena.send([arena.edit(liar, heads, [splice(0, 'YES ')])])
    // The fork is its own proof, and neither of the two edits counts.
    await arena.send([arena.edit(liar, heads, [splice(0, 'NO ')], { seq: 0 })])
  },
  'the place of a victim taken': async (arena) => {
    const stored = arena.honest.replica.stored(arena.heads()[0] ?? arena.document)
    const stolen = { bytes: stored?.bytes ?? new Uint8Array(), sig: new Uint8Array(64) }
    expect(await arena.attacker.api.submit([wireOp(stolen)])).toMatchObject({ accepted: [] })
  },
  'a huge startOp': async (arena) => {
    const author = await arena.key()
    const poison = forged('11'.repeat(16))
    const startOp = 4_294_967_290
    await arena.send([
      arena.edit(author, arena.heads(), [splice(0, 'x')], { more: { startOp } }),
      arena.edit(author, arena.heads(), [{ do: 'set', path: [], at: 'content', value: poison }]),
      arena.edit(author, arena.heads(), [{ do: 'apply', path: [], change: poison }]),
    ])
  },
  'what unpacks to gigabytes': async (arena) => {
    const author = await arena.key()
    const bomb = deflateRawSync(new Uint8Array(50_000_000))
    await arena.send([
      arena.edit(author, arena.heads(), [{ do: 'set', path: [], at: 'x', value: bomb }]),
      arena.edit(author, arena.heads(), [splice(0, 'x'.repeat(200_000))]),
    ])
  },
  'edits upon what was never said': async (arena) => {
    const author = await arena.key()
    const nowhere = (i: number): OpCid => cidOf(new TextEncoder().encode(`never said ${i}`))
    await arena.send(
      Array.from({ length: 200 }, (_, i) => arena.edit(author, [nowhere(i)], [splice(0, 'x')])),
    )
  },
  'thousands of heads': async (arena) => {
    const author = await arena.key()
    const crowd = Array.from({ length: CROWD }, () => arena.edit(author, [], [splice(0, '')]))
    await arena.send(crowd)
    expect(arena.heads().length, 'one key makes one head').toBeLessThanOrEqual(2)
  },
  'an edit by who may not': async (arena) => {
    const outsider = await arena.key(['vote'])
    await arena.send([arena.edit(outsider, arena.heads(), [splice(0, '', 10)])])
  },
  'text inserted and removed again': async (arena) => {
    const author = await arena.key()
    const large = 'x'.repeat(60_000)
    let on = arena.heads()
    const bloat = [1, 2, 3].flatMap(() => {
      const added = arena.edit(author, on, [splice(0, large)])
      const removed = arena.edit(author, [added.op.cid], [splice(0, '', large.length)])
      on = [removed.op.cid]
      return [added, removed]
    })
    await arena.send(bloat)
  },
  'a time of its own choosing': async (arena) => {
    const author = await arena.key()
    await arena.send([arena.edit(author, arena.heads(), [splice(0, '')], { at: 1 })])
  },
  // The order in which Automerge takes quadratic time.
  'a thousand edits, author by author': async (arena) => {
    for (let i = 0; i < KEYS; i++) {
      const author = await arena.key()
      let before: OpCid[] = []
      const own = Array.from({ length: EDITS_OF_KEY }, () => {
        const said = arena.edit(author, before, [splice(0, '')])
        before = [said.op.cid]
        return said
      })
      await arena.send(own)
    }
  },
}

test('each attack on a plain Automerge document does nothing between two daemons', {
  timeout: 240_000,
}, async () => {
  const arena = await Arena.open()
  for (const [name, attack] of Object.entries(ATTACKS)) {
    await attack(arena)
    await arena.unharmed(name)
  }
})

test('the forged change does harm plain Automerge: the attack has teeth', () => {
  const plain = getBackend(init({ actor: '22'.repeat(16) }))
  plain.applyChanges([forged('11'.repeat(16))])
  const write = () => {
    for (let i = 0; i < 10; i++) {
      plain.put('/', 'honest', i, 'int')
      plain.commit(null, 0)
    }
    return getBackend(init({ actor: '33'.repeat(16) })).loadIncremental(plain.save())
  }
  expect(write).toThrow()
})
