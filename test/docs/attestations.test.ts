/** The guide about evidence, executed: two members that run their daemons. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { claimOf } from '../../src/proposal/attestation/claim.ts'
import {
  IN_TOTO_PAYLOAD,
  preAuthEncoding,
  writeEnvelope,
} from '../../src/proposal/attestation/dsse.ts'
import { statementOf } from '../../src/proposal/attestation/make.ts'
import { statementPayload } from '../../src/proposal/attestation/statement.ts'
import { simpleProposal } from '../support/coalition.ts'
import { foundHomes, makeHomes } from '../support/daemons.ts'
import { introduceProcess, NodeProcess, waitFor } from '../support/node-process.ts'
import { blockOf, commandsOf, GuideHosts, readDocument } from './guide.ts'

const GUIDE = 'docs/guides/attestations.md'
const directory = mkdtempSync(join(tmpdir(), 'folkmoot-guide-'))
const nodes: NodeProcess[] = []
const CORE = { name: 'core', digest: `sha256:${'ab'.repeat(32)}` }

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.down('SIGTERM')))
  rmSync(directory, { recursive: true, force: true })
})

/** Both members' daemons, connected, and a proposal of the first. */
async function begin(): Promise<readonly [NodeProcess, NodeProcess, string]> {
  const homes = await makeHomes(2, join(directory, 'members'))
  const coalition = foundHomes(homes)
  const [acme, globex] = homes.map(({ home }) => new NodeProcess(home))
  if (!acme || !globex) throw new RangeError('two were made')
  nodes.push(acme, globex)
  await acme.up()
  introduceProcess(globex, coalition, acme)
  await globex.up()
  await waitFor('the coalition is active', async () => (await acme.api.status()).ratified.active)
  const input = { ...simpleProposal('core@main', 'Core 4'), subjects: [CORE] }
  const { cid } = unwrap(await acme.api.propose(input))
  await waitFor('both have it', async () => (await globex.api.proposals()).length === 1)
  return [acme, globex, cid ?? '']
}

/** What a CI job would leave behind: an envelope, its key, and a key that has nothing to do with it. */
function leaveEvidence(folder: string): void {
  const ci = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ed25519')
  const statement = statementOf({ kind: 'test', result: 'PASSED', suites: ['wire'] }, [CORE])
  const payload = statementPayload(statement)
  const sig = sign('sha256', preAuthEncoding(IN_TOTO_PAYLOAD, payload), ci.privateKey)
  const signatures = [{ keyid: null, sig: new Uint8Array(sig) }]
  const envelope = writeEnvelope({ payloadType: IN_TOTO_PAYLOAD, payload, signatures })
  writeFileSync(join(folder, 'test.intoto.json'), envelope)
  for (const [name, { publicKey }] of Object.entries({ ci, other }))
    writeFileSync(
      join(folder, `${name}.pub`),
      publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    )
  writeFileSync(join(folder, 'core.tgz'), 'what we built')
}

test('every command of the guide does what the guide says', { timeout: 180_000 }, async () => {
  const [acme, globex, proposal] = await begin()
  const words = new Map([['7f3kq2mz', proposal]])
  const hostOf = ({ home }: NodeProcess) => ({ words, env: { FOLKMOOT_HOME: home.layout.dir } })
  const hosts = new GuideHosts(
    directory,
    { acme: hostOf(acme), globex: hostOf(globex) },
    { inProcess: true },
  )
  leaveEvidence(hosts.folder('globex'))
  for (const command of commandsOf(readDocument(GUIDE))) {
    const { code, output } = await hosts.run(command)
    expect(code, `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`).toBe(command.exit)
    await waitFor('both hold the same', async () => {
      const states = await Promise.all([acme, globex].map(({ api }) => api.status()))
      return new Set(states.map(({ digests }) => digests.state)).size === 1
    })
  }
  const record = readFileSync(join(hosts.folder('acme'), 'decision.md'), 'utf8')
  expect(record).toContain('# Decision record: Core 4')
  expect(record.match(/\| s2 \| (test|build|review|drill|risk) \|/g)).toHaveLength(6)
})

test('the predicates that the guide prints are understood as it says', () => {
  const predicates: Record<string, unknown> = JSON.parse(blockOf(readDocument(GUIDE), 'json'))
  const read = Object.entries(predicates).map(([predicateType, predicate]) =>
    unwrap(claimOf({ subjects: [CORE], predicateType, predicate })),
  )
  expect(read.map(({ kind, result }) => `${kind} ${result}`)).toEqual([
    'review passed',
    'drill passed',
    'risk warned',
  ])
})
