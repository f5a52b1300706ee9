import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import {
  IN_TOTO_PAYLOAD,
  preAuthEncoding,
  readEnvelope,
  writeEnvelope,
} from '../../src/proposal/attestation/dsse.ts'
import { statementOf } from '../../src/proposal/attestation/make.ts'
import { type Statement, statementPayload } from '../../src/proposal/attestation/statement.ts'
import { attestDraft } from '../../src/replica/attesting.ts'
import { testTrack, UPGRADE_SCOPE } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { readOuterKey, verifiedBy } from '../crypto/dsse.ts'
import { EXIT } from './exit-codes.ts'
import { SocketServices, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

const CORE = { name: 'core', digest: `sha256:${'ab'.repeat(32)}` }
const GATES = {
  reviews: { count: 1, function: 'any' },
  builds: { reproductions: 1 },
  interop: { passes: 1, suite: 'wire' },
  drills: { count: 1 },
  risks: { state: 'reassessed' },
}

let coalition: ServedCoalition
let id: OpCid
let homes = 0

/** Runs a command as a member. */
const as = (member: number, ...argv: string[]) =>
  place.run(argv, {
    home: `h${homes}`,
    services: new SocketServices(coalition.node(member).service),
    now: () => coalition.clock.now(),
  })

beforeEach(async () => {
  const tracks = {
    standard: testTrack({ gates: GATES }),
    emergency: testTrack(),
    constitutional: testTrack(),
  }
  coalition = new ServedCoalition([1, 1, 1, 1], { charter: { tracks } })
  id = await coalition.proposed('core@main', 'Core 4', {
    ...{ kind: 'upgrade', scope: UPGRADE_SCOPE, subjects: [CORE] },
  })
  await place.run(['init', '--id', 's1'], { home: `h${++homes}` })
})

/** An envelope as a CI job would sign it with a P-256 key of its own, in two files. */
function ciEnvelope(statement: Statement): { file: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const payload = statementPayload(statement)
  const sig = sign('sha256', preAuthEncoding(IN_TOTO_PAYLOAD, payload), privateKey)
  const signatures = [{ keyid: 'ci', sig: new Uint8Array(sig) }]
  const envelope = writeEnvelope({ payloadType: IN_TOTO_PAYLOAD, payload, signatures })
  // Kept byte for byte: also the blanks that another tool put around its JSON.
  writeFileSync(place.path('ci.json'), `\n ${new TextDecoder().decode(envelope)}\n`)
  writeFileSync(place.path('ci.pub'), publicKey.export({ format: 'pem', type: 'spki' }))
  return { file: 'ci.json', key: 'ci.pub' }
}

const passed = statementOf({ kind: 'test', result: 'PASSED', suites: ['wire'] }, [CORE])
const unmet = async (): Promise<string[]> => {
  const { rules } = unwrap(await coalition.node(0).service.explain(id))
  return rules.filter(({ rule, met }) => rule.startsWith('gate:') && !met).map(({ rule }) => rule)
}

describe('attest', () => {
  it('verifies what another tool signed before it signs, and says what it verified', async () => {
    const { file, key } = ciEnvelope(passed)
    const { exit, out, err } = await as(1, 'attest', id, '--file', file, '--key', key)
    expect(err).toBe('')
    expect(exit).toBe(EXIT.ok)
    expect(out).toMatch(
      /✓ attested ci.json: test passed of core: wire\n {2}the envelope is signed by ecdsa-p256 key [0-9a-f]{16}/,
    )
    coalition.exchange()
    const told = await coalition.node(0).eventsSince(0)
    expect(told.filter(({ kind }) => kind === 'attestation')).toMatchObject([{ proposal: id }])
    expect(await unmet()).not.toContain('gate:interop')
    const listed = await as(0, 'attestations', id)
    expect(listed.out).toMatch(/s2 +test +passed +core +wire +ecdsa-p256 [0-9a-f]{12} +verified/)
  })

  it('signs nothing where the key is another, or none is given', async () => {
    const { file } = ciEnvelope(passed)
    const { publicKey } = generateKeyPairSync('ed25519')
    writeFileSync(place.path('other.pub'), publicKey.export({ format: 'pem', type: 'spki' }))
    const before = coalition.node(1).replica.digest().count
    const wrong = await as(1, 'attest', id, '--file', file, '--key', 'other.pub')
    expect(wrong.exit).toBe(EXIT.refused)
    expect(wrong.err).toContain('none of the keys given signed this envelope')
    const none = await as(1, 'attest', id, '--file', file)
    expect(none.err).toContain('name the public key')
    const noKey = await as(1, 'attest', id, '--file', file, '--key', file)
    expect(noKey.err).toContain('this is no public key')
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(place.path('ci.key'), privateKey.export({ format: 'pem', type: 'pkcs8' }))
    const secret = await as(1, 'attest', id, '--file', file, '--key', 'ci.key')
    expect(secret.exit).toBe(EXIT.refused)
    expect(secret.err).toContain('this is a private key')
    expect(coalition.node(1).replica.digest().count).toBe(before)
  })

  it('says of what no gate reads why, and never that it is of a subject whose digest it has not', async () => {
    const other = [{ name: 'core', digest: `sha256:${'cd'.repeat(32)}` }]
    const attest = async (statement: Statement) => {
      const { file, key } = ciEnvelope(statement)
      return (await as(1, 'attest', id, '--file', file, '--key', key)).out
    }
    const test = { kind: 'test', result: 'PASSED', suites: ['wire'] } as const
    expect(await attest(statementOf(test, other))).toContain('! no gate reads it: none of its')
    const foreign = { ...passed, predicateType: 'https://ci.example/scan/v1' }
    expect(await attest(foreign)).toMatch(
      /ci.json: https:\/\/ci.example\/scan\/v1 of core\n.*\n! no gate reads https/,
    )
    const built = { kind: 'build', builder: 'b', buildType: 't' } as const
    // Of a build another digest is what the gate on builds tells.
    expect(await attest(statementOf(built, other))).not.toContain('no gate')
    coalition.exchange()
    expect(await unmet()).toContain('gate:interop')
    const { out } = await as(0, 'attestations', id)
    expect(out).toMatch(/test +passed +core \(other digest\) +wire/)
    expect(out).toMatch(/build +passed +core +\S/)
    const log = await as(0, 'log', '--type', 'attestation.add')
    expect(log.out).toContain('attested “https://ci.example/scan/v1” of “core” on “Core 4”')
  })

  it('makes statements itself, by which each gate is met, and explain says so', async () => {
    expect(await unmet()).toHaveLength(Object.keys(GATES).length)
    const shown = await as(0, 'show', id)
    expect(shown.out).toContain('Gate reviews: 0 of 1 stakeholders approve.')
    writeFileSync(place.path('core.tgz'), 'built')
    const runs = [
      ['review', id, 'approve', '--scope', 'security', '--because', 'read every line'],
      ['test', id, 'passed', '--suite', 'wire', '--subject', 'core'],
      ['build', id, '--built', `core=${CORE.digest}`, '--builder', 'https://ci.example'],
      ['drill', id, 'passed'],
      ['risk', id, 'mitigated', '--risk', 'data loss:1:5:backups: daily'],
    ]
    for (const argv of runs) {
      const { exit, err } = await as(1, 'attest', ...argv)
      expect(err).toBe('')
      expect(exit).toBe(EXIT.ok)
    }
    coalition.exchange()
    expect(await unmet()).toEqual([])
    const { out } = await as(0, 'explain', id)
    expect(out).toContain('gate:builds: core: reproductions 1, needed 1 (s2)')
    expect((await as(0, 'attestations', 'verify', id)).out).toContain(
      'evidence of 5 attestations holds',
    )
    const log = await as(0, 'log', '--type', 'attestation.add')
    expect(log.out).toContain('attested build passed of “core” on “Core 4”')
    // A build takes the digest of what was built, not the one that the proposal hopes for.
    const built = await as(
      2,
      'attest',
      'build',
      id,
      '--built',
      'core=core.tgz',
      '--builder',
      'b',
      '--json',
    )
    expect(JSON.stringify(built.json())).not.toContain('abab')
  })

  it('says what is wrong with what is typed', async () => {
    const risk = await as(1, 'attest', 'risk', id, 'mitigated', '--risk', 'fire:6:1')
    expect(risk.exit).toBe(EXIT.usage)
    expect(risk.err).toContain('both from 1 to 5')
    const built = await as(1, 'attest', 'build', id, '--built', 'core', '--builder', 'b')
    expect(built.err).toContain('name=file')
    const nothing = await as(1, 'attest', 'build', id, '--builder', 'b')
    expect(nothing.err).toContain('say what was built')
    const subject = await as(1, 'attest', 'test', id, 'passed', '--subject', 'corn')
    expect(subject.err).toContain('it names core')
  })

  it('with --dry-run shows what would be signed', async () => {
    const { out } = await as(1, 'attest', 'review', id, 'approve', '--dry-run')
    expect(out).toContain('type     attestation.add')
    expect(out).toContain('Nothing was signed.')
  })
})

describe('attestations', () => {
  it('are exported byte for byte, with keys that other tools verify them by', async () => {
    const { file, key } = ciEnvelope(passed)
    await as(1, 'attest', id, '--file', file, '--key', key)
    await as(1, 'attest', 'review', id, 'approve')
    const { json } = await as(1, 'attestations', 'export', id, '-o', 'evidence', '--json')
    const files = json().files as string[]
    const envelopes = files.filter((name) => name.endsWith('.intoto.json'))
    const keys = files.filter((name) => name.endsWith('.pem'))
    expect([envelopes.length, keys.length]).toEqual([2, 2])
    const read = (name: string) => readFileSync(place.path(`evidence/${name}`))
    expect(envelopes.map((name) => read(name).toString())).toContain(
      readFileSync(place.path(file), 'utf8'),
    )
    for (const name of envelopes) {
      const envelope = unwrap(readEnvelope(read(name)))
      const trusted = keys.map((pem) => unwrap(readOuterKey(read(pem))))
      expect(verifiedBy(envelope, trusted)).toHaveLength(1)
    }
    const bundle = read('bundle.intoto.jsonl').toString().trimEnd().split('\n')
    for (const line of bundle) expect(readEnvelope(Buffer.from(line)).ok).toBe(true)
    expect(existsSync(place.path('evidence/bundle.intoto.jsonl'))).toBe(true)
  })

  it('whose envelope says something else are shown as such, and fail verification', async () => {
    const { party } = coalition.node(2)
    const honest = unwrap(
      attestDraft(party.replica, {
        proposal: id,
        envelope: readFileSync(place.path(ciEnvelope(passed).file)),
        keys: [],
      }),
    )
    // The word of a member and its evidence can differ: then the evidence tells on the member.
    const claim = { ...(honest.body.claim as object), result: 'failed' }
    party.issue({ ...honest, body: { ...honest.body, claim } })
    party.issue(honest)
    coalition.exchange()
    const { exit, out } = await as(0, 'attestations', 'verify', id)
    expect(exit).toBe(EXIT.failed)
    expect(out).toContain('s3: the envelope says otherwise of its result')
    expect(out).toContain('s3: no key that the member named signed the envelope')
    expect(out).toContain('the evidence of 2 attestations does not hold')
  })
})

describe('deliberation', () => {
  it('shows threads, what waits for an answer, and whose answer closes it', async () => {
    const objection = ['comment', id, 'No rollback', '--kind', 'objection']
    await as(2, ...objection, '--disposition', 'a tested rollback')
    await as(3, 'comment', id, 'Who pays?', '--kind', 'question')
    coalition.exchange()
    const { out } = await as(0, 'discussion', id)
    expect(out).toContain('2 threads waiting for an answer')
    expect(out).toContain('settled by: a tested rollback')
    const { threads } = (await as(0, 'discussion', id, '--json')).json() as {
      threads: { comment: { cid: string; kind: string } }[]
    }
    const asked = threads.find(({ comment }) => comment.kind === 'objection')?.comment.cid ?? ''
    await as(3, 'comment', id, 'Let it be', '--answers', asked)
    coalition.exchange()
    expect((await as(0, 'discussion', id, '--open')).out).toContain('No rollback')
    await as(0, 'comment', id, 'It is drilled', '--answers', asked)
    const after = await as(0, 'discussion', id, '--open')
    expect(after.out).not.toContain('No rollback')
    expect(after.out).toContain('Who pays?')
  })

  it('writes the record as Markdown and as data, the same from every node', async () => {
    await as(1, 'vote', id, 'no', '--because', 'too early')
    coalition.exchange()
    const first = await as(0, 'record', id, '--markdown')
    expect(first.out).toContain('# Decision record: Core 4')
    expect(first.out).toContain('too early')
    expect((await as(3, 'record', id)).out).toBe(first.out)
    const data = await as(0, 'record', id, '--json')
    expect((await as(2, 'record', id, '--json')).out).toBe(data.out)
    expect(data.json()).toMatchObject({ v: 1, dissent: { votes: [{ rationale: 'too early' }] } })
    const written = await as(0, 'record', id, '-o', 'decision.md')
    expect(written.out).toContain('✓ decision.md')
    expect(readFileSync(place.path('decision.md'), 'utf8')).toBe(first.out)
    expect((await as(0, 'record', id, '--markdown', '--json')).exit).toBe(EXIT.usage)
  })
})
