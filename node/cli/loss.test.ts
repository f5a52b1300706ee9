import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeOp } from '../../src/op/operation.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { FRESH_KEY_NOTE, STALE_NOTE } from '../../src/replica/local.ts'
import { openOffline } from '../api/offline.ts'
import { isNodeKeyLost, openHome } from '../home/home.ts'
import { layoutOf } from '../home/layout.ts'
import { SqliteStore } from '../store/sqlite-store.ts'
import { EXIT } from './exit-codes.ts'
import { Workplace } from './testing.ts'

const MEMBERS = ['acme', 'globex', 'initech', 'umbrella']
const place = new Workplace()
afterAll(() => place.remove())

beforeAll(async () => {
  for (const id of MEMBERS) {
    await place.init(id)
    await place.run(['card', '-o', `${id}.card`], { home: id })
  }
  const lines = MEMBERS.map((id) => `  - { id: ${id} }\n`).join('')
  const charter = `extends: small-team\nname: Example\nstakeholders:\n${lines}`
  writeFileSync(place.path('charter.yaml'), charter)
  const cards = MEMBERS.slice(1).map((id) => `${id}.card`)
  await place.run(['found', 'charter.yaml', '--cards', ...cards], { home: 'acme' })
  for (const id of MEMBERS.slice(1)) {
    await place.run(['join', 'example.invite'], { home: id })
    await place.run(['ratify'], { home: id })
    hearEverything('acme', id)
  }
})

const layout = (id: string) => layoutOf(place.path(id))
const nodeOf = (id: string) => openHome(place.path(id)).identity.node
const rootOf = (id: string) => openHome(place.path(id)).identity.root

/** One home takes in what another holds, as if they had synced. */
function hearEverything(id: string, from: string): void {
  const [listener, speaker] = [openOffline(layout(id)), openOffline(layout(from))]
  try {
    const runs = [...speaker.replica.ledger.chains.values()].map(({ main }) =>
      main.flatMap(({ op }) => speaker.replica.stored(op.cid) ?? []),
    )
    for (const run of runs) listener.replica.ingest(run)
    listener.replica.flush()
  } finally {
    listener.close()
    speaker.close()
  }
}

/** What a home holds of a root: how many operations, and where they fork (Infinity: nowhere). */
function rootChain(at: string, root: ReturnType<typeof rootOf>) {
  const { replica, close } = openOffline(layout(at))
  try {
    const chain = replica.ledger.chain(root)
    return { length: chain.main.length, forkedAt: chain.forkedAt }
  } finally {
    close()
  }
}

/** An invite that lacks the first thing that a root said. */
function withoutFirstOf(root: string, name: string): string {
  const file: { roots: { bytes: string }[] } = JSON.parse(readFileSync(place.path(name), 'utf8'))
  const isFirst = ({ bytes }: { bytes: string }) => {
    const op = unwrap(decodeOp(Uint8Array.from(Buffer.from(bytes, 'base64'))))
    return op.key === root && op.seq === 0
  }
  return JSON.stringify({ ...file, roots: file.roots.filter((one) => !isFirst(one)) })
}

function loseStore(id: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(layout(id).store + end, { force: true })
}

function notesOf(id: string): ReadonlyMap<string, string> {
  const store = SqliteStore.open(layout(id).store)
  try {
    return new Map(store.notes())
  } finally {
    store.close()
  }
}

describe('a lost node key', () => {
  it('is replaced by a new one that the root delegates', async () => {
    const old = nodeOf('umbrella')
    rmSync(layout('umbrella').nodeKey)
    const dry = await place.run(['keys', 'rotate', '--dry-run'], { home: 'umbrella' })
    expect(dry.exit).toBe(EXIT.ok)
    expect(isNodeKeyLost(place.path('umbrella'))).toBe(true)
    const revoking = await place.run(['keys', 'rotate', '--revoke-old'], { home: 'umbrella' })
    expect(revoking.err).toContain('folkmoot keys revoke')
    const { exit, out } = await place.run(['keys', 'rotate'], { home: 'umbrella' })
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('the old one was lost')
    const { keys } = (await place.run(['keys', '--json'], { home: 'umbrella' })).json()
    const ours = { stakeholder: 'umbrella', role: 'node' }
    expect(keys).toContainEqual(expect.objectContaining({ ...ours, key: old }))
    expect(keys).toContainEqual(expect.objectContaining({ ...ours, key: nodeOf('umbrella') }))
    expect(notesOf('umbrella').has(FRESH_KEY_NOTE)).toBe(false)
  })

  it('stays lost when the passphrase is wrong, and is called lost when it is right', async () => {
    rmSync(layout('initech').nodeKey)
    const env = { FOLKMOOT_PASSPHRASE: 'not the passphrase' }
    const wrong = await place.run(['keys', 'rotate'], { home: 'initech', env })
    expect(wrong.err).toContain('passphrase does not open')
    expect(isNodeKeyLost(place.path('initech'))).toBe(true)
    const { out } = await place.run(['keys', 'rotate'], { home: 'initech' })
    expect(out).toContain('the old one was lost')
  })

  it('that is damaged is kept aside', async () => {
    writeFileSync(layout('umbrella').nodeKey, 'scrambled')
    expect((await place.run(['keys', 'rotate'], { home: 'umbrella' })).exit).toBe(EXIT.ok)
    expect(readdirSync(layout('umbrella').retired)).toEqual([
      expect.stringMatching(/^damaged-[0-9a-f]{16}\.key$/),
    ])
  })
})

describe('a lost host', () => {
  it('is replaced with the root key of a backup and a fresh invite', async () => {
    const root = rootOf('initech')
    writeFileSync(place.path('backup.age'), readFileSync(layout('initech').rootKey))
    const argv = ['init', '--id', 'initech', '--root', 'backup.age']
    const env = { FOLKMOOT_PASSPHRASE: 'not the passphrase' }
    const wrong = await place.run(argv, { home: 'initech-2', env })
    expect(wrong.err).toContain('passphrase does not open')
    expect(existsSync(place.path('initech-2'))).toBe(false)
    const { exit, out } = await place.run(argv, { home: 'initech-2' })
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('folkmoot join')
    expect(rootOf('initech-2')).toBe(root)
    hearEverything('acme', 'initech')
    await place.run(['invite', '-o', 'newest.invite'], { home: 'acme' })
    const joined = await place.run(['join', 'newest.invite'], { home: 'initech-2' })
    expect(joined.out).toContain('we have been here before')
    hearEverything('acme', 'initech-2')
    expect(rootChain('acme', root).forkedAt).toBe(Infinity)
  })

  it('wants the root key where it was said to be', async () => {
    const argv = ['init', '--id', 'initech', '--root', 'nowhere.age']
    const { exit, err } = await place.run(argv, { home: 'initech-3' })
    expect(exit).toBe(EXIT.failed)
    expect(err).toContain('nowhere.age')
  })
})

describe('a lost store', () => {
  it('is missed by doctor, with what brings it back', async () => {
    const [from, to] = [layout('umbrella').store, place.path('umbrella-store')]
    renameSync(from, to)
    const env = { FOLKMOOT_LISTEN: '/ip4/127.0.0.1/tcp/0' }
    const { exit, out } = await place.run(['doctor'], { home: 'umbrella', env })
    renameSync(to, from)
    expect(exit).toBe(EXIT.failed)
    expect(out).toMatch(/✗ store .* is gone\n.*Hint: folkmoot up/)
  })

  it('is missed also when a command has made an empty one in its place', async () => {
    loseStore('initech')
    await place.run(['keys'], { home: 'initech' })
    const env = { FOLKMOOT_LISTEN: '/ip4/127.0.0.1/tcp/0' }
    const { exit, out } = await place.run(['doctor'], { home: 'initech', env })
    expect(exit).toBe(EXIT.failed)
    expect(out).toMatch(/✗ store .* was lost/)
  })

  it('lets the root sign nothing, for it may have signed more than is known', async () => {
    loseStore('globex')
    for (const argv of [['keys', 'rotate'], ['ratify'], ['keys', 'delegate']]) {
      const { exit, err } = await place.run(argv, { home: 'globex' })
      expect(exit).toBe(EXIT.refused)
      expect(err).toContain('folkmoot up')
    }
    expect(notesOf('globex').get(STALE_NOTE)).toBe('the store was lost')
  })

  it('is made up for by a fresh invite, from which the chain of the root goes on', async () => {
    const old = nodeOf('globex')
    await place.run(['invite', '-o', 'fresh.invite'], { home: 'acme' })
    writeFileSync(place.path('gap.invite'), withoutFirstOf(rootOf('globex'), 'fresh.invite'))
    const gap = await place.run(['join', 'gap.invite'], { home: 'globex' })
    expect(gap.err).toContain('only in part')
    const { exit, out } = await place.run(['join', 'fresh.invite'], { home: 'globex' })
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('we have been here before')
    expect(nodeOf('globex')).not.toBe(old)
    expect(notesOf('globex').get(FRESH_KEY_NOTE)).toBe(nodeOf('globex'))
    hearEverything('acme', 'globex')
    expect(rootChain('acme', rootOf('globex'))).toEqual({ length: 3, forkedAt: Infinity })
  })

  it('of the founder needs an invite that shows what it said after the founding', async () => {
    hearEverything('globex', 'acme')
    loseStore('acme')
    const early = await place.run(['join', 'example.invite'], { home: 'acme' })
    expect(early.exit).toBe(EXIT.refused)
    expect(early.err).toContain('fresh invite')
    await place.run(['invite', '-o', 'later.invite'], { home: 'globex' })
    expect((await place.run(['join', 'later.invite'], { home: 'acme' })).exit).toBe(EXIT.ok)
    expect(rootChain('acme', rootOf('acme'))).toEqual({ length: 4, forkedAt: Infinity })
  })
})
