import { writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { castDraft } from '../../src/replica/acts.ts'
import { plainStage, ROLLBACK } from '../../test/support/rollout.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { layoutOf } from '../home/layout.ts'
import { saveMembership } from '../home/membership.ts'
import { EXIT } from './exit-codes.ts'
import { SocketServices, Workplace } from './testing.ts'
import { COMMANDS } from './tree.ts'

const place = new Workplace()
afterAll(() => place.remove())

let coalition: ServedCoalition
let id: OpCid
let homes = 0

/** Runs a command as a member. */
const as = (member: number, ...argv: string[]) =>
  place.run(argv, {
    home: `c${homes}-${member}`,
    services: new SocketServices(coalition.node(member).service),
    now: () => coalition.clock.now(),
  })

beforeEach(async () => {
  coalition = new ServedCoalition([1, 1, 1, 1])
  id = await coalition.proposed('policy@one', 'Meet weekly')
  homes++
  for (const n of [0, 1]) await makeHome(n)
})

/** A home with the node key of a test member (its seed begins with its number, plus one). */
async function makeHome(n: number): Promise<void> {
  const home = `c${homes}-${n}`
  await place.run(['init', '--id', `s${n + 1}`], { home })
  const seed = Buffer.alloc(32)
  seed.writeUInt32BE(1001 + 2 * n + 1)
  const { key } = coalition.node(n).party.member.node
  writeFileSync(
    place.path(`${home}/node.key`),
    `folkmoot-node-key-1:${seed.toString('hex')}:${key}\n`,
  )
  const membership = { coalition: coalition.founded.coalition, state: 'member', invite: null }
  saveMembership(layoutOf(place.path(home)), { ...membership, state: 'member', peers: [] })
}

/** Types of what another member holds of ours after it published the file. */
async function published(file: string): Promise<string[]> {
  const sent = await as(0, 'submit', file)
  expect(sent.exit, sent.err).toBe(EXIT.ok)
  const { key } = coalition.node(1).party.member.node
  return (coalition.node(0).replica.ledger.chains.get(key)?.main ?? []).map(({ op }) => op.type)
}

describe('signed offline and carried', () => {
  it.each([
    ['vote.cast', ['vote', 'ID', 'no', '--because', 'too often']],
    ['comment.add', ['comment', 'ID', 'Who minutes it?', '--kind', 'question']],
    [
      'comment.add',
      ['comment', 'ID', 'Too often', '--kind', 'objection', '--disposition', 'monthly'],
    ],
    [
      'proposal.open',
      ['propose', '--title', 'Meet monthly', '--slot', 'policy@two', '--text', 'First Tuesday'],
    ],
    [
      'dispute.open',
      ['disputes', 'open', 'priority', 'Which first', '--party', 's1', 's2', '--because', 'both'],
    ],
    [
      'escalation.open',
      ['escalations', 'open', 'waiting', 'Nobody answers', '--owner', 's3', '--because', 'a week'],
    ],
    ['attestation.add', ['attest', 'review', 'ID', 'approve']],
    ['note.commit', ['note', 'add', 'between us']],
    ['document.create', ['doc', 'new', 'Runbook']],
    ['proposal.open', ['review', 'open', '--because', 'All is well']],
  ])('%s is published by another member: %j', async (type, argv) => {
    const words = argv.map((word) => (word === 'ID' ? id : word))
    const signed = await as(1, ...words, '--offline', '-o', 'ours.carried')
    expect(signed.exit, signed.err).toBe(EXIT.ok)
    expect(signed.out).toContain('to carry to a member: folkmoot submit ours.carried')
    expect((await published('ours.carried')).at(-1)).toBe(type)
  })

  it('of a rollout: reports, a halt, the ballot that resumes, the record of a stage', async () => {
    const plan = {
      stages: [plainStage('all', { soak: 0, minReports: 1 })],
      indicators: [],
      builds: [],
    }
    const rollout = await coalition.proposed('policy@three', 'Gateway 2', {
      ...{ rollout: plan, rollback: ROLLBACK },
    })
    for (const { party } of coalition.nodes)
      party.issue(unwrap(castDraft(party.replica, rollout, 'yes')))
    coalition.exchange()
    coalition.settle()
    const carried = async (...argv: string[]) => {
      const signed = await as(1, 'rollout', ...argv, '--offline', '-o', 'ours.carried')
      expect(signed.exit, signed.err).toBe(EXIT.ok)
      return (await published('ours.carried')).at(-1)
    }
    const said = [
      ['report', rollout, 'healthy', '--mitigation', 'rate limit; for: fewer timeouts'],
      ['close', rollout, 'all', '--no-deviations', '--because', 'as planned'],
      ['halt', rollout, '--because', 'logins fail'],
      ['resume', rollout, '--because', 'they do not any more'],
    ]
    const types: (string | undefined)[] = []
    for (const argv of said) types.push(await carried(...argv))
    expect(types).toEqual([...['rollout.report', 'rollout.close', 'rollout.halt', 'proposal.open']])
    // What was carried counts as if it had been said here.
    coalition.exchange()
    const { halts, stages } = unwrap(await coalition.node(3).service.rollouts.show(rollout))
    expect([halts.length, stages[0]?.healthy, stages[0]?.progress]).toEqual([1, ['s2'], 'closed'])
    const tried = await as(1, 'rollout', 'report', rollout, 'failed', '--offline', '--dry-run')
    expect(tried.out).toContain('Nothing was signed.')
  })

  it('one after the other, the last file has all that nobody has shown to have', async () => {
    await as(1, 'comment', id, 'First', '--offline', '-o', 'first.carried')
    await as(1, 'propose', '--title', 'Second', '--slot', 'a@b', '--text', 'x', '--offline')
    await as(1, 'vote', id, 'yes', '--offline', '-o', 'third.carried')
    // Only the third arrives.
    expect(await published('third.carried')).toEqual([
      ...['comment.add', 'checkpoint', 'proposal.open', 'vote.cast'],
    ])
    // Once another has shown that it has them, they are not carried again.
    const other = coalition.node(0).party
    for (const draft of other.replica.checkpointNow()) other.issue(draft)
    coalition.exchange()
    const { json } = await as(1, 'vote', id, 'no', '--offline', '-o', 'fourth.carried', '--json')
    expect(json()).toMatchObject({ file: 'fourth.carried', ops: 1 })
  })

  it('tried first writes no file, and a file needs --offline', async () => {
    const tried = await as(1, 'vote', id, 'yes', '--offline', '-o', 'none.carried', '--dry-run')
    expect(tried.out).toContain('Nothing was signed.')
    expect((await as(0, 'submit', 'none.carried')).exit).toBe(EXIT.failed)
    const online = await as(1, 'comment', id, 'Well', '-o', 'none.carried')
    expect(online.exit).toBe(EXIT.usage)
    expect(online.err).toContain('add --offline')
  })

  it('is no file where nothing was signed', async () => {
    // Our node has said nothing yet.
    const { exit, err } = await as(1, 'upgrade', 'retrospective', id, '--facts', '--offline')
    expect(exit).toBe(EXIT.failed)
    expect(err).toContain('nothing was signed that others lack')
  })

  it('goes to standard output with -o -, and nothing else does', async () => {
    const { out } = await as(1, 'vote', id, 'yes', '--offline', '-o', '-')
    expect(JSON.parse(out)).toMatchObject({ v: 1, coalition: coalition.founded.coalition })
  })
})

it('whatever a person says with a node key can be carried, but for what needs a running node', () => {
  // A register is a document: `doc edit` carries its rows.
  const signing = COMMANDS.filter(({ options }) => 'dryRun' in options)
  const needNode =
    /^(artefact|register|keys|seals|rollout hooks|found|join|ratify|accept|invite|init|card)\b/
  const lacking = signing.filter(({ name, carries }) => !carries && !needNode.test(name))
  expect(lacking.map(({ name }) => name)).toEqual([])
})
