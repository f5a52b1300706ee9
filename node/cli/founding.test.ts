import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FRESH_KEY_NOTE, STALE_NOTE } from '../../src/replica/local.ts'
import { openHome } from '../home/home.ts'
import { SqliteStore } from '../store/sqlite-store.ts'
import { EXIT } from './exit-codes.ts'
import { Workplace } from './testing.ts'

const MEMBERS = ['acme', 'globex', 'initech', 'umbrella']
const CARDS = MEMBERS.slice(1).map((id) => `${id}.card`)
const place = new Workplace()
afterAll(() => place.remove())

const write = (name: string, text: string): void => writeFileSync(place.path(name), text)
const charter = (members: readonly string[], more = ''): string =>
  `extends: small-team\nname: Example\nstakeholders:\n${members.map((id) => `  - { id: ${id} }\n`).join('')}${more}`

beforeAll(async () => {
  for (const id of MEMBERS) {
    await place.init(id)
    await place.run(['card', '-o', `${id}.card`], { home: id })
  }
  write('charter.yaml', charter(MEMBERS))
})

describe('init', () => {
  it('refuses to overwrite a home, and changes nothing', async () => {
    const before = readFileSync(place.path('acme/identity.json'), 'utf8')
    const { exit, err } = await place.init('acme')
    expect(exit).toBe(EXIT.failed)
    expect(err).toContain('exists already')
    expect(readFileSync(place.path('acme/identity.json'), 'utf8')).toBe(before)
  })

  it('asks for the passphrase twice on a terminal, and never without one', async () => {
    const asked: string[] = []
    const ask = async (question: string): Promise<string> => {
      asked.push(question)
      return 'a long enough passphrase'
    }
    const env = { FOLKMOOT_PASSPHRASE: '' }
    const silent = await place.run(['init', '--id', 'tty'], { home: 'tty', env })
    expect(silent.exit).toBe(EXIT.failed)
    expect(silent.err).toContain('FOLKMOOT_PASSPHRASE_FILE')
    const { exit, out } = await place.run(['init', '--id', 'tty'], { home: 'tty', env, ask })
    expect(exit).toBe(EXIT.ok)
    expect(asked).toHaveLength(2)
    expect(out).toMatch(/1\..*\n.*2\..*\n.*3\./)
  })

  it('says what is wrong with an id', async () => {
    const { exit, err } = await place.run(['init', '--id', 'Acme Corp'], { home: 'other' })
    expect(exit).toBe(EXIT.usage)
    expect(err).toContain('"Acme Corp" is no id')
    expect(existsSync(place.path('other'))).toBe(false)
  })
})

describe('found', () => {
  const found = (...more: string[]) =>
    place.run(['found', 'charter.yaml', '--cards', ...CARDS, ...more], { home: 'acme' })

  it('with --dry-run shows what would be signed, asks for no passphrase and signs nothing', async () => {
    const env = { FOLKMOOT_PASSPHRASE: '' }
    const argv = ['found', 'charter.yaml', '--cards', ...CARDS, '--dry-run']
    const { exit, out } = await place.run(argv, { home: 'acme', env })
    expect(exit).toBe(EXIT.ok)
    for (const type of ['coalition.found', 'charter.ratify', 'key.delegate'])
      expect(out).toContain(type)
    expect(out).toContain('Nothing was signed.')
    expect(existsSync(place.path('acme/store.db'))).toBe(false)
    expect(existsSync(place.path('acme/membership.json'))).toBe(false)
    expect(existsSync(place.path('example.invite'))).toBe(false)
  })

  it('names a card for nobody, a changed card, and a stakeholder without a card', async () => {
    write('three.yaml', charter(MEMBERS.slice(0, 3)))
    const nobody = await place.run(['found', 'three.yaml', '--cards', ...CARDS], { home: 'acme' })
    expect(nobody.exit).toBe(EXIT.failed)
    expect(nobody.err).toContain('card of umbrella is for nobody')
    write('bad.card', readFileSync(place.path('globex.card'), 'utf8').replace('4001', '4002'))
    const changed = await place.run(['found', 'charter.yaml', '--cards', 'bad.card'], {
      home: 'acme',
    })
    expect(changed.err).toContain('card of globex was changed after it was signed')
    const argv = ['found', 'charter.yaml', '--cards', ...CARDS.slice(1)]
    const missing = await place.run(argv, { home: 'acme' })
    expect(missing.exit).toBe(EXIT.failed)
    expect(missing.err).toMatch(/charter\.yaml:5:\d+ stakeholders\[1\]\.root/)
    expect(missing.err).toContain('--cards')
  })

  it('wants findings of severity error accepted by their code', async () => {
    write('risky.yaml', charter(MEMBERS.slice(0, 3), 'limits: { maxWeightShare: 1/2 }\n'))
    const argv = ['found', 'risky.yaml', '--cards', ...CARDS.slice(0, 2)]
    const refused = await place.run([...argv, '--json'], { home: 'acme' })
    expect(refused.exit).toBe(EXIT.refused)
    expect(refused.json()).toMatchObject({ ok: false, code: 'risk-not-accepted' })
    const accepted = [...argv, '--accept-risk', 'no-fault-tolerance', '--dry-run']
    expect((await place.run(accepted, { home: 'acme' })).exit).toBe(EXIT.ok)
  })

  it('founds, names members as their cards do, and writes an invite that others join by', async () => {
    const { exit, out } = await found()
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('founded "Example"')
    for (const id of MEMBERS.slice(1)) {
      const joined = await place.run(['join', 'example.invite'], { home: id })
      expect(joined.out).toContain(`we are     ${id}`)
      expect((await place.run(['ratify'], { home: id })).exit).toBe(EXIT.ok)
    }
    const keys = await place.run(['keys', '--json'], { home: 'globex' })
    expect(keys.json().keys).toHaveLength(5)
  })

  it('refuses in a home that has a coalition, naming it, and changes nothing', async () => {
    const before = readFileSync(place.path('acme/store.db'))
    const { exit, err } = await found('-o', 'second.invite')
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('coalition "Example"')
    expect(err).toContain('nothing was changed')
    expect(existsSync(place.path('second.invite'))).toBe(false)
    expect(readFileSync(place.path('acme/store.db'))).toEqual(before)
    const joined = await place.run(['join', 'example.invite'], { home: 'acme' })
    expect(joined.exit).toBe(EXIT.refused)
    const store = SqliteStore.open(place.path('acme/store.db'))
    const inUse = await place.run(['join', 'example.invite'], { home: 'acme' })
    store.close()
    expect(inUse.exit).toBe(EXIT.refused)
    expect(inUse.err).toContain('coalition "Example"')
  })

  it('ratifies once', async () => {
    const { exit, err } = await place.run(['ratify'], { home: 'globex' })
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('ratified the founding charter already')
  })
})

describe('a root ahead of the rate of its charter', () => {
  it('is told that its word waits, and not that it counts', async () => {
    await place.init('slow')
    write('slow.yaml', charter(['slow', ...MEMBERS.slice(1)], 'limits: { opsPerMinute: 1 }\n'))
    const argv = ['found', 'slow.yaml', '--cards', ...CARDS, '-o', 'slow.invite']
    expect((await place.run(argv, { home: 'slow' })).exit).toBe(EXIT.ok)
    const delegate = (...more: string[]) =>
      place.run(['keys', 'delegate', ...more], { home: 'slow' })
    // The founding took up 33 of the 60 that a root may say at once, each delegation 31.
    expect((await delegate()).out).toMatch(/^✓ \w+ may /)
    const { exit, out } = await delegate()
    expect(exit).toBe(EXIT.ok)
    expect(out).toMatch(/^! \w+ may .*\n {2}it waits at this node.*opsPerMinute/)
    expect((await delegate('--json')).json()).toMatchObject({ waits: 'too-fast' })
  })
})

describe('join', () => {
  it('refuses an invite that was changed on its way', async () => {
    await place.init('late')
    const invite = readFileSync(place.path('example.invite'), 'utf8')
    const bytes = /"bytes": "([^"]{40})/.exec(invite)?.[1] ?? ''
    write(
      'forged.invite',
      invite.replace(bytes, `${bytes.slice(0, 39)}${bytes.endsWith('A') ? 'B' : 'A'}`),
    )
    const forged = await place.run(['join', 'forged.invite'], { home: 'late' })
    expect(forged.exit).toBe(EXIT.refused)
    expect(forged.err).toMatch(/changed on its way|no invite/)
    write('moved.invite', invite.replace('/tcp/4001"', '/tcp/4444"'))
    const moved = await place.run(['join', 'moved.invite'], { home: 'late' })
    expect(moved.err).toContain('was changed after it was signed')
    expect(existsSync(place.path('late/membership.json'))).toBe(false)
  })

  it('lets a newcomer in who is not in the founding charter, and says so', async () => {
    const { exit, out, err } = await place.run(['join', 'example.invite'], { home: 'late' })
    expect(err).toBe('')
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('we are not a member yet')
    const log = await place.run(['log', '--json'], { home: 'late' })
    expect(log.json().ops).toHaveLength(1)
  })

  it('writes the invite again, for the next one', async () => {
    const { exit } = await place.run(['invite', '-o', 'again.invite'], { home: 'globex' })
    expect(exit).toBe(EXIT.ok)
    await place.init('later')
    const joined = await place.run(['join', 'again.invite'], { home: 'later' })
    expect(joined.exit).toBe(EXIT.ok)
  })
})

describe('keys', () => {
  it('are replaced and the old one ended where its last operation is held', async () => {
    const before = identity('initech')
    const { exit } = await place.run(['keys', 'rotate', '--revoke-old'], { home: 'initech' })
    expect(exit).toBe(EXIT.ok)
    expect(identity('initech').node).not.toBe(before.node)
    const { keys } = (await place.run(['keys', '--json'], { home: 'initech' })).json()
    expect(keys).toContainEqual(
      expect.objectContaining({ key: before.node, cut: { seq: 0, reason: 'revoked' } }),
    )
    expect(keys).toContainEqual(
      expect.objectContaining({ key: identity('initech').node, stakeholder: 'initech', cut: null }),
    )
  })

  it('may less only as new ones: a delegation adds, and says so', async () => {
    const more = await place.run(['keys', 'delegate', '--can', 'vote'], { home: 'initech' })
    expect(more.out).toContain('keys rotate --revoke-old --can vote')
    const unknown = await place.run(['keys', 'rotate', '--can', 'veto'], { home: 'initech' })
    expect(unknown.exit).toBe(EXIT.usage)
    const rotate = ['keys', 'rotate', '--revoke-old', '--can', 'propose,vote']
    expect((await place.run(rotate, { home: 'initech' })).exit).toBe(EXIT.ok)
    const { node } = identity('initech')
    const { keys } = (await place.run(['keys', '--json'], { home: 'initech' })).json()
    expect(keys).toContainEqual(expect.objectContaining({ key: node, can: ['propose', 'vote'] }))
    const again = await place.run(['keys', 'delegate', '--can', 'vote'], { home: 'initech' })
    expect(again.out).toContain('It may propose too')
  })

  it('replaced after a lost store seal only where the others know them (amnesia guard)', async () => {
    const withStore = <T>(use: (store: SqliteStore) => T): T => {
      const store = SqliteStore.open(place.path('globex/store.db'))
      try {
        return use(store)
      } finally {
        store.close()
      }
    }
    withStore((store) =>
      store.commit({ puts: [], drops: [], signatures: [], notes: [[STALE_NOTE, 'restored']] }),
    )
    const { out } = await place.run(['keys', 'rotate'], { home: 'globex' })
    expect(out).toContain('The old key was stale')
    const notes = withStore((store) => new Map(store.notes()))
    expect(notes.has(STALE_NOTE)).toBe(false)
    expect(notes.get(FRESH_KEY_NOTE)).toBe(identity('globex').node)
  })

  it('stay as they are when the passphrase is wrong, or with --dry-run', async () => {
    const before = identity('umbrella')
    const env = { FOLKMOOT_PASSPHRASE: 'not the passphrase' }
    const wrong = await place.run(['keys', 'rotate'], { home: 'umbrella', env })
    expect(wrong.exit).toBe(EXIT.failed)
    expect(wrong.err).toContain('passphrase')
    expect((await place.run(['keys', 'rotate', '--dry-run'], { home: 'umbrella' })).exit).toBe(0)
    expect(identity('umbrella')).toEqual(before)
  })

  it('are not ended while this node signs with them', async () => {
    const { node } = identity('umbrella')
    const { exit, err } = await place.run(['keys', 'revoke', node.slice(0, 8)], {
      home: 'umbrella',
    })
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('keys rotate --revoke-old')
  })

  it('are ended once', async () => {
    const revoke = (key: string, home: string) => place.run(['keys', 'revoke', key], { home })
    await place.run(['keys', 'rotate'], { home: 'umbrella' })
    const [old = ''] = readdirSync(place.path('umbrella/retired'))
    const key = old.replace('.key', '')
    expect((await revoke(key, 'umbrella')).out).toContain('nothing of it counts')
    const again = await revoke(key, 'umbrella')
    expect(again.exit).toBe(EXIT.refused)
    expect(again.err).toContain('is revoked already: from its operation 0 on nothing counts')
    expect((await place.run(['keys'], { home: 'umbrella' })).out).toContain('revoked from 0 on')
  })

  const identity = (id: string) => openHome(place.path(id)).identity
})
