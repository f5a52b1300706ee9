/**
 * What one malicious member does to a plain Automerge document, tried on ours: each attack goes to
 * running daemons that talk over real sockets, and does nothing (design §2.5).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getBackend, init } from '@automerge/automerge'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiClient } from '../../node/api/client.ts'
import { Daemon } from '../../node/daemon/daemon.ts'
import { silentLog } from '../../node/daemon/log.ts'
import type { Document, HistoryLine } from '../../src/document/document.ts'
import { MAX_INSERTED_BY_KEY, MAX_TEXT } from '../../src/document/limits.ts'
import type { Edit } from '../../src/document/ops.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'
import type { Op, SignedOp } from '../../src/op/operation.ts'
import { invariant, unwrap } from '../../src/op/refusal.ts'
import { createDraft, editDraft } from '../../src/replica/document-acts.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { Author } from '../support/coalition.ts'
import { foundHomes, invite, makeHomes, type TestHome } from '../support/daemons.ts'
import { FAST, until } from '../support/network.ts'

type Said = SignedOp & { readonly op: Op }
type RawEdit = { readonly [field: string]: Value }

const HONEST = 'drain the node\n'
const LATER = 'then wake it\n'
const folder = mkdtempSync(join(tmpdir(), 'folkmoot-attacks-'))
const daemons: Daemon[] = []
const sockets: ApiClient[] = []
/** The third member: a key, what it said so far, and the sockets of the others. */
let liar: Author
let document: OpCid
let base: OpCid

beforeAll(async () => {
  const homes = await makeHomes(3, folder)
  const coalition = foundHomes(homes, { limits: LIMITS })
  for (const { home } of homes) {
    if (daemons.length > 0) invite(home, coalition, daemons.slice(0, 1))
    daemons.push(await Daemon.start({ home, log: silentLog, timings: FAST }))
    sockets.push(new ApiClient(home.layout.socket))
  }
  await until('all know all', () =>
    daemons.every(({ replica }) => replica.ledger.keyring.nodeKeys().length === 3),
  )
  liar = await turn(homes[2])
}, 60_000)

afterAll(async () => {
  await Promise.all(daemons.map((daemon) => daemon.stop()))
  rmSync(folder, { recursive: true, force: true })
})

const LIMITS = {
  maxWeightShare: { num: 1, den: 1 },
  opsPerMinute: 100_000,
  openBallots: 100,
  keyMaxAge: 365 * 24 * 3_600_000,
  checkpointEvery: 3_600_000,
}

/** Stops the third daemon; from here on its key is in bad hands. */
async function turn(home: TestHome | undefined): Promise<Author> {
  const third = daemons.pop()
  sockets.pop()
  invariant(home && third, 'three homes')
  const { key } = home.member.node
  const length = third.replica.ledger.chain(key).main.length
  await until('what it said is everywhere', () =>
    daemons.every(({ replica }) => replica.ledger.chain(key).main.length === length),
  )
  await third.stop()
  const { replica } = one(0)
  const author = new Author(home.member.node, replica.coalition)
  for (const { op } of replica.ledger.chain(key).main) {
    const stored = replica.stored(op.cid)
    if (stored) author.ops.push({ op, bytes: stored.bytes, sig: stored.sig })
  }
  return author
}

function one(i: number): Daemon {
  const daemon = daemons[i]
  invariant(daemon, 'a daemon')
  return daemon
}

/** A fresh document with one honest line in it, held by both. */
beforeEach(async () => {
  const { replica } = one(0)
  const draft = createDraft(replica, { kind: 'text', title: 'Runbook', editors: 'members' })
  document = unwrap(replica.issue(unwrap(draft))).op.cid
  base = write(0, HONEST)
  await level()
})

/** An honest edit, at the beginning, on whatever this node sees. */
function write(who: number, insert: string): OpCid {
  const { replica } = one(who)
  const after = read(who).afterFor(replica.signer?.key ?? liar.signer.key, read(who).heads)
  const edit: Edit = { do: 'splice', path: [], at: 0, remove: 0, insert }
  return unwrap(replica.issue(unwrap(editDraft(replica, document, after, [edit])))).op.cid
}

const read = (who: number): Document => unwrap(one(who).replica.views.documents.open(document))

/** The liar's next word, not said to anybody yet. */
function lie(after: readonly OpCid[], edits: readonly Value[], extra: RawEdit = {}): Said {
  const refs = [document, one(0).replica.coalition, ...after]
  const body = { document: 0, charter: 1, after: after.map((_, i) => i + 2), edits, ...extra }
  return liar.say({ type: 'document.edit', refs, body } as Draft, Date.now())
}

const type = (insert: string): RawEdit => ({ do: 'splice', path: [], at: 0, remove: 0, insert })

/** Says signed operations over the socket of a node. */
async function tell(who: number, said: readonly Said[]): Promise<void> {
  const base64 = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString('base64')
  const ops = said.map(({ bytes, sig }) => ({ bytes: base64(bytes), sig: base64(sig) }))
  await sockets[who]?.submit(ops)
}

/** Both hold the same operations and derive the same state. */
const level = (): Promise<void> =>
  until('both are level', () => {
    const [a, b] = daemons.map(({ replica }) => replica.digest())
    return a?.ops === b?.ops && a?.state === b?.state
  })

/** Both read this, with equal Automerge heads; and an honest edit of the other is still taken in. */
async function expectUnharmed(text: string): Promise<void> {
  await level()
  for (const who of [0, 1]) expect(read(who).value).toBe(text)
  expect(read(1).automergeHeads).toEqual(read(0).automergeHeads)
  write(1, LATER)
  await level()
  for (const who of [0, 1]) expect(read(who).value).toBe(LATER + text)
  const alarms = await Promise.all(sockets.map(async (api) => (await api.status()).alarms))
  expect(alarms).toEqual([[], []])
}

const becameOf = ({ op }: Said): HistoryLine | undefined =>
  read(0)
    .history()
    .find(({ edit }) => edit.cid === op.cid)

describe('an edit that is no edit', () => {
  test('another’s actor, a huge start, a change of its own making: void, at both', async () => {
    const bytes = forgedChange()
    const lies = [
      lie([base], [type('squat')], { actor: 'ff'.repeat(16), seq: 1 }),
      lie([base], [type('poison')], { startOp: 4_294_967_290 }),
      lie([base], [{ do: 'change', bytes }]),
      lie([base], [type('late')], { time: -1, message: 'x', deps: [] }),
    ]
    await tell(0, lies)
    await expectUnharmed(HONEST)
    for (const { op } of lies) expect(one(1).replica.ledger.byCid.has(op.cid)).toBe(true)
  })

  test('paths, positions and types that are not there: void, with the reason', async () => {
    const lies = [
      lie([base], [{ do: 'splice', path: ['a', 'b'], at: 0, remove: 0, insert: 'x' }]),
      lie([base], [{ ...type('x'), at: 10_000 }]),
      lie([base], [{ ...type('x'), remove: 10_000 }]),
      lie([base], [{ do: 'set', path: [], at: 'key', value: 1 }]),
      lie([base], [{ do: 'increment', path: [], at: 'key', by: 1 }]),
    ]
    await tell(1, lies)
    await expectUnharmed(HONEST)
    for (const said of lies) expect(becameOf(said)).toMatchObject({ standing: 'void' })
  })
})

/** A change that plain Automerge takes and cannot load again: its operations begin near 2³². */
function forgedChange(): Uint8Array {
  const handle = getBackend(init({ actor: 'ff'.repeat(16) }))
  handle.put('/', 'content', 'poison')
  handle.commit(null, 0)
  const change = handle.getLastLocalChange()
  handle.free()
  invariant(change, 'a change was made')
  return change
}

describe('too much', () => {
  test('a bomb of text: more than an edit may insert is void, at both', async () => {
    const bomb = lie([base], [type('a'.repeat(MAX_TEXT)), type('b')])
    await tell(0, [bomb])
    await expectUnharmed(HONEST)
  })

  test('text that is written and deleted again and again ends where a key’s share does', async () => {
    let after = base
    const chunk = 'a'.repeat(MAX_TEXT)
    const lies: Said[] = []
    for (let left = MAX_INSERTED_BY_KEY / MAX_TEXT + 1; left > 0; left--) {
      const said = lie([after], [type(chunk)])
      const gone = lie([said.op.cid], [{ ...type(''), remove: MAX_TEXT }])
      lies.push(said, gone)
      after = gone.op.cid
    }
    await tell(0, lies)
    await expectUnharmed(HONEST)
    const standings = lies.map((said) => becameOf(said)?.standing)
    expect(standings.slice(0, -2).every((standing) => standing === 'counts')).toBe(true)
    expect(standings.slice(-2)).toEqual(['void', 'void'])
  }, 120_000)

  test('hundreds of edits side by side: all but the first are void, so there is one head more', async () => {
    const lies = Array.from({ length: 300 }, (_, i) => lie([], [type(`${i} `)]))
    await tell(1, lies)
    await level()
    expect(read(0).heads).toHaveLength(2)
    const [first] = lies
    expect(first && becameOf(first)).toMatchObject({ standing: 'counts' })
    expect(lies.slice(1).every((said) => becameOf(said)?.standing === 'void')).toBe(true)
    const text = `${read(0).value}`
    expect(['0 drain the node\n', 'drain the node\n0 ']).toContain(text)
    await expectUnharmed(text)
  })
})

describe('edits on what is not there', () => {
  test('after edits that never arrive: they wait, and nobody waits for them', async () => {
    const nowhere = Array.from({ length: 50 }, (_, i) => cidOf(Uint8Array.of(1, i)))
    const lies = nowhere.map((cid) => lie([cid], [type('x')]))
    await tell(0, lies)
    await until('both ask for them', () =>
      daemons.every(({ replica }) => replica.missing().length >= nowhere.length),
    )
    await expectUnharmed(HONEST)
  })

  test('after an edit that is void: void too', async () => {
    const bad = lie([base], [{ ...type('x'), at: 10_000 }])
    const good = lie([bad.op.cid], [type('y')])
    await tell(0, [bad, good])
    await expectUnharmed(HONEST)
    expect(becameOf(good)).toMatchObject({ standing: 'void' })
  })
})

test('who may not edit a document changes nothing of it', async () => {
  const { replica } = one(0)
  const editors = { stakeholders: ['s1', 's2'] }
  const draft = createDraft(replica, { kind: 'text', title: 'Ours', editors })
  document = unwrap(replica.issue(unwrap(draft))).op.cid
  base = write(0, HONEST)
  await level()
  const erased = lie([base], [{ ...type('mine'), remove: HONEST.length }])
  await tell(1, [erased])
  await expectUnharmed(HONEST)
  // A charter may still come by which its key may edit.
  expect(becameOf(erased)).toMatchObject({ standing: 'waits', reason: 'no-right' })
})

// The last: the key is frozen from here on.
test('two edits in one place of a chain, one for each node: both see the fork and the same text', async () => {
  const yes = lie([base], [type('YES ')])
  const place = liar.ops.length - 1
  const draft = { type: 'document.edit', refs: [...yes.op.refs], body: { ...yes.op.body } }
  const no = liar.say(
    { ...draft, body: { ...draft.body, edits: [type('NO ')] } },
    Date.now(),
    place,
  )
  await Promise.all([tell(0, [yes]), tell(1, [no])])
  await until('both see the fork', () =>
    daemons.every(({ replica }) => Number.isFinite(replica.ledger.chain(liar.signer.key).forkedAt)),
  )
  await expectUnharmed(HONEST)
})
