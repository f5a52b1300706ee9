import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { readBundle, writeBundle } from '../api/bundle.ts'
import { shortId } from '../api/ids.ts'
import { OpensslVerifier } from '../crypto/openssl-verifier.ts'
import { auditBundle } from './audit/audit.ts'
import { EXIT } from './exit-codes.ts'
import { type RunOptions, SocketServices, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

let coalition: ServedCoalition

beforeEach(async () => {
  coalition = new ServedCoalition([1, 1, 1, 1])
  if (!existsSync(place.path('acme'))) await place.init('acme')
})

/** Runs `folkmoot doc …` as a member. */
const doc = (member: number, argv: readonly string[], options: RunOptions = {}) =>
  folkmoot(member, ['doc', ...argv], options)

const folkmoot = (member: number, argv: readonly string[], options: RunOptions = {}) =>
  place.run(argv, {
    home: 'acme',
    services: new SocketServices(coalition.node(member).service),
    now: () => coalition.clock.now(),
    ...options,
  })

const write = (name: string, text: string): string => {
  writeFileSync(place.path(name), text)
  return name
}

/** A document of the first member that all hold; its id. */
async function begun(...argv: string[]): Promise<string> {
  const { out, err } = await doc(0, [...argv, '--json'])
  expect(err).toBe('')
  coalition.exchange()
  return String(JSON.parse(out).id)
}

/** An editor that replaces words, as a person might. */
const editor = (from: string, to: string): RunOptions => ({
  env: { EDITOR: `sed -i s/${from}/${to}/` },
})

describe('beginning a document', () => {
  it('prints the id, and lists it for all', async () => {
    const { out, exit } = await doc(0, ['new', 'Gateway runbook', '--schema', 'runbook'])
    expect(exit).toBe(EXIT.ok)
    expect(out).toMatch(/✓ began "Gateway runbook"\n {2}id {2}bafyrei/)
    expect(out).toContain('folkmoot doc edit')
    coalition.exchange()
    const list = await doc(1, ['list'])
    expect(list.out).toMatch(/Gateway runbook +runbook +s1 +members +0/)
    expect((await doc(1, [])).out).toBe(list.out)
  })

  it('from Markdown takes the heading as title, from YAML the name of the file', async () => {
    const id = await begun('import', write('runbook.md', '# Restart the gateway\n\nStop it.\n'))
    const risks = await begun('import', write('risks.yaml', 'fire:\n  owner: ash\n'))
    const { out } = await doc(1, ['show', id])
    expect(out).toContain('Restart the gateway')
    expect(out).toContain('Stop it.')
    expect((await doc(1, ['show', risks, '--json'])).json()).toMatchObject({
      title: 'risks',
      kind: 'map',
      value: { fire: { owner: 'ash' } },
    })
  })

  it('from standard input needs a title', async () => {
    const refused = await doc(0, ['import', '-'], { input: 'no heading' })
    expect(refused.exit).toBe(EXIT.usage)
    expect(refused.err).toContain('--title')
    const { exit } = await doc(0, ['import', '-', '--title', 'Notes'], { input: 'x' })
    expect(exit).toBe(EXIT.ok)
  })

  it('names editors or their functions, not both', async () => {
    const argv = ['new', 'X', '--editors', 's1', '--functions', 'auditor']
    expect((await doc(0, argv)).exit).toBe(EXIT.usage)
    const id = await begun('new', 'Ours', '--editors', 's1')
    const refused = await doc(1, ['edit', id, '--from', write('x', 'x')])
    expect(refused.exit).toBe(EXIT.refused)
    expect(refused.err).toContain('only s1 may edit "Ours"')
  })
})

describe('editing', () => {
  it('opens the editor and signs only what was changed there', async () => {
    const id = await begun('import', write('a.md', '# T\nStop the gateway.\n'))
    const { out, exit } = await doc(1, ['edit', id], editor('gateway', 'router'))
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('✓ edited "T" in 1 operation')
    coalition.exchange()
    const { edits } = (await doc(0, ['history', id, '--json'])).json() as { edits: object[] }
    expect(edits).toHaveLength(2)
    expect(edits[1]).toMatchObject({ author: 's2', standing: 'counts' })
    expect((await doc(0, ['show', id])).out).toContain('Stop the router.')
  })

  it('merges with what others write while the editor is open', async () => {
    const id = await begun('import', write('a.md', '# T\nStop.\nStart.\n'))
    const { version } = (await doc(1, ['export', id, '-o', 'mine.md', '--json'])).json() as {
      version: string[]
    }
    await doc(0, ['edit', id], editor('Start', 'Restart'))
    coalition.exchange()
    write('mine.md', '# T\nStop now.\nStart.\n')
    const { out } = await doc(1, ['edit', id, '--from', 'mine.md', '--base', ...version])
    expect(out).toContain('merged with what others wrote meanwhile')
    expect((await doc(1, ['show', id])).out).toContain('Stop now.\nRestart.')
  })

  it('shows with --dry-run what would be signed, and signs nothing', async () => {
    const id = await begun('new', 'T')
    const before = coalition.node(0).replica.digest()
    const argv = ['edit', id, '--from', '-', '--dry-run']
    const { out } = await doc(0, argv, { input: 'One.' })
    expect(out).toContain('type     document.edit')
    expect(out).toContain('"insert": "One."')
    expect(out).toContain('Nothing was signed.')
    expect(coalition.node(0).replica.digest()).toEqual(before)
  })

  it('says when nothing changed', async () => {
    const id = await begun('import', write('a.md', '# T\n'))
    expect((await doc(0, ['edit', id], { env: { EDITOR: 'true' } })).out).toBe('nothing changed\n')
  })

  it('keeps what was written where it cannot be signed, and says where', async () => {
    const id = await begun('import', write('risks.yaml', 'fire: 1\n'))
    const { exit, err } = await doc(0, ['edit', id], editor('1', '1.5'))
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('a fraction')
    const path = /what you wrote is in (\S+)/.exec(err)?.[1] ?? ''
    expect(readFileSync(path, 'utf8')).toBe('fire: 1.5\n')
  })

  it('needs a terminal, an editor, or a file', async () => {
    const id = await begun('new', 'T')
    const refused = await doc(0, ['edit', id])
    expect(refused.err).toMatch(/no terminal[\s\S]*--from/)
    const failed = await doc(0, ['edit', id], { env: { EDITOR: 'false' } })
    expect(failed.err).toContain('the editor "false" ended with 1')
    expect((await doc(0, ['edit', id, '--base', 'x'])).exit).toBe(EXIT.usage)
  })
})

describe('reading', () => {
  it('shows versions, differences and who wrote what', async () => {
    const id = await begun('import', write('a.md', '# T\nOne.\n'))
    const { cid } = unwrap(await coalition.node(0).service.documents.freeze(id))
    coalition.exchange()
    await doc(1, ['edit', id], editor('One', 'Two'))
    const version = shortId(cid ?? '')
    expect((await doc(1, ['show', id, '--at', version])).out).toContain('One.')
    expect((await doc(1, ['diff', id])).out).toContain('-One.\n+Two.')
    expect((await doc(1, ['diff', id, '--from', version, '--to', version])).out).toBe(
      'nothing differs\n',
    )
    expect((await doc(1, ['blame', id])).out).toMatch(/s1 .*# T[\s\S]*s2 .*Two/)
    expect((await doc(1, ['show', id])).out).toContain(`frozen   ${version} by s1`)
  })

  it('shows where people set one place to different values', async () => {
    const id = await begun('import', write('risks.yaml', 'owner: ash\n'))
    await doc(0, ['edit', id], editor('ash', 'birch'))
    await doc(1, ['edit', id], editor('ash', 'cedar'))
    coalition.exchange()
    const { out } = await doc(0, ['show', id])
    expect(out).toContain('Set to different values:')
    expect(out).toMatch(/\/owner: (birch|cedar) \(s[12]\) or (birch|cedar) \(s[12], shown\)/)
  })

  it('writes files that other tools read', async () => {
    const id = await begun('import', write('risks.yaml', 'b: 2\na: [1, x]\n'))
    await doc(0, ['export', id, '-o', 'out.json'])
    expect(JSON.parse(readFileSync(place.path('out.json'), 'utf8'))).toEqual({ a: [1, 'x'], b: 2 })
    await doc(0, ['export', id, '-o', 'out.yaml'])
    expect(readFileSync(place.path('out.yaml'), 'utf8')).toBe('a:\n  - 1\n  - x\nb: 2\n')
    const { out } = await doc(0, ['export', id, '-o', '-', '--format', 'json'])
    expect(JSON.parse(out)).toEqual({ a: [1, 'x'], b: 2 })
  })
})

describe('proposing a document', () => {
  const argv = (id: string) => ['propose', '--title', 'T', '--slot', 'policy@t', '--document', id]

  it('freezes it as it stands, cites that, and shows the text with the proposal', async () => {
    const id = await begun('import', write('a.md', '# T\nOne.\n'))
    const { out } = await folkmoot(0, [...argv(id), '--json'])
    const ballot = String(JSON.parse(out).cid)
    await doc(0, ['edit', id], editor('One', 'Two'))
    coalition.exchange()
    const shown = await folkmoot(1, ['show', ballot])
    expect(shown.out).toContain('One.')
    expect(shown.out).toMatch(/document +T \(\w{8}\), frozen as \w{8}/)
    const explained = await folkmoot(1, ['explain', ballot])
    expect(explained.out).toMatch(/It is “T” \(\w{8}\) as s1 froze it/)
    const record = await folkmoot(1, ['record', ballot])
    expect(record.out, 'and in the record').toMatch(/a document frozen as `bafy\w+`:[\s\S]*One\./)
  })

  it('uses a freeze of just this version, if there is one', async () => {
    const id = await begun('import', write('a.md', '# T\nOne.\n'))
    await doc(1, ['freeze', id])
    coalition.exchange()
    const before = coalition.node(0).published.length
    await folkmoot(0, argv(id))
    const types = coalition
      .node(0)
      .published.slice(before)
      .map(({ op }) => op.type)
    expect(types).not.toContain('document.freeze')
    expect(types).toContain('proposal.open')
  })

  it('prefers a file of that name, and says what the name might have meant', async () => {
    const { out } = await folkmoot(0, [...argv(write('text.md', 'A file.\n')), '--json'])
    expect(JSON.parse(out).body.document.text).toBe('A file.\n')
    const { err, exit } = await folkmoot(0, argv('nothing-such'))
    expect(exit).toBe(EXIT.failed)
    expect(err).toContain('is no file, and no document')
  })

  it('with --dry-run shows the freeze, and signs nothing', async () => {
    const id = await begun('import', write('a.md', '# T\nOne.\n'))
    const before = coalition.node(0).replica.digest()
    const { out } = await folkmoot(0, [...argv(id), '--dry-run'])
    expect(out).toContain('type     document.freeze')
    expect(coalition.node(0).replica.digest()).toEqual(before)
  })
})

describe('an audit of documents', () => {
  it('derives every freeze from its edits, and names those that lie', async () => {
    const id = await begun('import', write('a.md', '# T\nOne.\n'))
    const { service, party, replica } = coalition.node(0)
    const honest = unwrap(await service.documents.freeze(id))
    const { refs } = honest
    const lie = party.issue({
      type: 'document.freeze',
      refs: refs as never,
      body: { document: 0, charter: 1, after: [2], digest: new Uint8Array(32) },
    })
    const bundle = unwrap(readBundle(await writeBundle(replica)))
    const options = { verifier: new OpensslVerifier(), now: () => coalition.clock.now() }
    const report = auditBundle(bundle, options)
    expect(report.faults).toEqual([])
    expect(report.documents).toMatchObject({
      documents: 1,
      edits: 1,
      frozen: 1,
      void: [{ id: lie.op.cid, why: expect.stringContaining('digest') }],
    })
  })
})

describe('the file of the editor', () => {
  it('is gone once the edit is signed', async () => {
    const id = await begun('import', write('a.md', '# T\nOne.\n'))
    const folder = place.path('tmp')
    mkdirSync(folder)
    const env = {
      TMPDIR: folder,
      EDITOR: `ls ${folder} > ${place.path('seen')}; sed -i s/One/Two/`,
    }
    expect((await doc(0, ['edit', id], { env })).out).toContain('✓ edited')
    expect(readFileSync(place.path('seen'), 'utf8')).toMatch(/^folkmoot-edit-/)
    expect(readdirSync(folder)).toEqual([])
  })
})
