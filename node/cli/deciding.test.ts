import { writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { layoutOf } from '../home/layout.ts'
import { saveMembership } from '../home/membership.ts'
import { EXIT } from './exit-codes.ts'
import { SocketServices, Workplace } from './testing.ts'
import { widthOf } from './view/text.ts'

const place = new Workplace()
afterAll(() => place.remove())

let coalition: ServedCoalition
let id: OpCid
let homes = 0

/** Runs a command as a member: its home, its node's service. */
const as = (member: number, ...argv: string[]) =>
  place.run(argv, {
    home: `h${homes}-${member}`,
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
  const home = `h${homes}-${n}`
  await place.run(['init', '--id', `s${n + 1}`], { home })
  const seed = Buffer.alloc(32)
  seed.writeUInt32BE(1001 + 2 * n + 1)
  const { key } = coalition.node(n).party.member.node
  const text = `folkmoot-node-key-1:${seed.toString('hex')}:${key}\n`
  writeFileSync(place.path(`${home}/node.key`), text)
  saveMembership(layoutOf(place.path(home)), {
    coalition: coalition.founded.coalition,
    state: 'member',
    invite: null,
    peers: [],
  })
}

const countOps = (n: number): number => coalition.node(n).replica.digest().count

describe('vote', () => {
  it('with --dry-run shows exactly what would be signed, and signs nothing', async () => {
    const before = countOps(0)
    const { exit, out, err } = await as(0, 'vote', id, 'yes', '--because', 'tested', '--dry-run')
    expect(err).toBe('')
    expect(out).toContain('type     vote.cast')
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain(`refs[0]  ${id}`)
    expect(out).toContain('"rationale": "tested"')
    expect(out).toContain('Nothing was signed.')
    expect(countOps(0)).toBe(before)
  })

  it('takes the last characters of an id, and is replaced by a later vote', async () => {
    expect((await as(0, 'vote', id.slice(-8), 'no')).out).toBe('✓ voted no on "Meet weekly"\n')
    const { json } = await as(0, 'vote', id, 'yes', '--json')
    expect(json()).toMatchObject({ ok: true, type: 'vote.cast', dryRun: false })
    const shown = (await as(0, 'proposals', '--json')).json()
    expect(shown.proposals).toMatchObject([{ id, myVote: 'yes' }])
  })

  it('is refused by the rules with exit code 4: a veto says why', async () => {
    const { exit, err } = await as(0, 'vote', id, 'veto')
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('✗ a veto says why')
    expect(err).toContain('--because')
  })

  it('signed offline is carried in a file and published by any member', async () => {
    const { exit } = await as(1, 'vote', id, 'yes', '--offline', '-o', 'our.vote')
    expect(exit).toBe(EXIT.ok)
    const sent = await as(0, 'submit', 'our.vote')
    expect(sent.exit).toBe(EXIT.ok)
    expect(sent.out).toMatch(/^✓ 1 operation published/)
    const { json } = await as(0, 'show', id, '--json')
    expect(json().votes).toMatchObject([{ stakeholder: 's2', choice: 'yes' }])
    expect((await as(0, 'submit', 'our.vote')).out).toMatch(/^✓ 0 operations published, \d known/)
  })

  it('is not taken from a file of another coalition, or from what is no such file', async () => {
    writeFileSync(place.path('no.vote'), '{}')
    const malformed = await as(0, 'submit', 'no.vote')
    expect(malformed.exit).toBe(EXIT.failed)
    await as(1, 'vote', id, 'yes', '--offline', '-o', 'other.vote')
    saveMembership(layoutOf(place.path(`h${homes}-0`)), {
      coalition: id,
      state: 'member',
      invite: null,
      peers: [],
    })
    const foreign = await as(0, 'submit', 'other.vote')
    expect(foreign.exit).toBe(EXIT.refused)
    expect(foreign.err).toContain('another coalition')
  })
})

describe('what people read', () => {
  it('explains and shows a proposal, whatever its author wrote', async () => {
    await coalition.proposed('policy@two', 'Evil \u001b[31mred\u202e title')
    const list = await as(0, 'proposals')
    expect(list.out).toContain('Meet weekly')
    expect(list.out).not.toContain('\u001b[31m')
    expect(list.out).not.toContain('\u202e')
    expect((await as(0, 'explain', id)).out).toContain('quorum: 0 of 4 takes part')
    expect((await as(0, 'show', id)).out).toContain('Meet weekly')
  })

  it('lists what waits for us, and only that', async () => {
    const waiting = async () =>
      (await as(0, 'proposals', '--needs-vote', '--json')).json().proposals
    expect(await waiting()).toHaveLength(1)
    await as(0, 'vote', id, 'abstain')
    expect(await waiting()).toHaveLength(0)
  })

  it('logs newest last, within the terminal’s width', async () => {
    const { out } = await place.run(['log'], {
      home: `h${homes}-0`,
      services: new SocketServices(coalition.node(0).service),
      columns: 60,
    })
    const lines = out.trimEnd().split('\n')
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60)
    expect(lines.at(-1)).toContain('proposed')
  })

  it('logs whole sentences where no terminal cuts them', async () => {
    const { out } = await as(0, 'log', '--type', 'key.delegate')
    expect(out).toContain('edit and case')
    expect(out).not.toContain('…')
  })

  it('argues: an objection says what would settle it', async () => {
    const bare = await as(0, 'comment', id, 'No rollback', '--kind', 'objection')
    expect(bare.exit).toBe(EXIT.refused)
    const argv = ['comment', id, 'No rollback', '--kind', 'objection', '--disposition', 'a plan']
    expect((await as(0, ...argv)).exit).toBe(EXIT.ok)
    const { comments } = (await as(0, 'show', id, '--json')).json() as {
      comments: { id: string }[]
    }
    const [objection] = comments
    const answer = await as(0, 'comment', id, 'Here', '--answers', objection?.id.slice(-8) ?? '')
    expect(answer.out).toContain('answer on "Meet weekly"')
  })

  it('takes back what it proposed', async () => {
    expect((await as(1, 'withdraw', id)).exit).toBe(EXIT.refused)
    expect((await as(0, 'withdraw', id, '--because', 'superseded')).exit).toBe(EXIT.ok)
  })
})

describe('propose', () => {
  it('opens a proposal from a file, with the document beside it', async () => {
    writeFileSync(place.path('text.md'), '# Upgrade\n')
    writeFileSync(
      place.path('upgrade.yaml'),
      'title: Upgrade core\nkind: upgrade\nslot: policy@core\nscope: {objectives: [a], nonGoals: [b], compatibility: [c], performance: [d], variability: [e]}\ndocument: text.md\nwindows: { voting: 2h }\n',
    )
    const { exit, json } = await as(0, 'propose', 'upgrade.yaml', '--json')
    expect(exit).toBe(EXIT.ok)
    const { body } = json() as { body: Record<string, unknown> }
    expect(body).toMatchObject({
      kind: 'upgrade',
      track: 'standard',
      document: { text: '# Upgrade\n' },
      windows: { voting: 7_200_000, settle: 60_000 },
    })
  })

  it('from flags, on top of nothing', async () => {
    const argv = ['propose', '--title', 'T', '--slot', 'policy@t', '--text', 'x', '--dry-run']
    const before = countOps(0)
    expect((await as(0, ...argv)).out).toContain('type     proposal.open')
    expect(countOps(0)).toBe(before)
    expect((await as(0, 'propose')).exit).toBe(EXIT.usage)
  })

  it('from flags names the options that are missing or wrong', async () => {
    const { exit, err } = await as(0, 'propose', '--title', 'x', '--track', 'No Track')
    expect(exit).toBe(EXIT.usage)
    expect(err).toMatch(/in the options:\n {2}--track: .*/)
    const bare = await as(0, 'propose', '--title', 'x')
    expect(bare.err).toMatch(/--slot: found nothing.*\n {2}--text: found nothing/)
  })

  it('carries the next charter, whose version follows by itself', async () => {
    const shown = await as(0, 'charter', 'show')
    writeFileSync(place.path('next.yaml'), shown.out.replace('to test', 'to test more'))
    const argv = ['propose', '--title', 'New purpose', '--amendment', 'next.yaml', '--json']
    const { exit, json } = await as(0, ...argv)
    expect(exit).toBe(EXIT.ok)
    expect(json()).toMatchObject({
      body: {
        kind: 'amendment',
        track: 'constitutional',
        slot: 'charter',
        amendment: { version: 2, purpose: 'to test more' },
      },
    })
    // The root of this home is nobody's whom it names.
    const accepted = await as(0, 'accept', String(json().cid))
    expect(accepted.exit).toBe(EXIT.refused)
    expect(accepted.err).toContain('version 2 of the charter, which it proposes, does not name our')
  })

  it('is shown to who votes on it: who gains and loses what, every rule, the whole charter', async () => {
    const shown = await as(0, 'charter', 'show')
    const next = shown.out.replace('to test', 'to test more').replace('weight: 1', 'weight: 2')
    writeFileSync(place.path('next.yaml'), next)
    const risk = ['--accept-risk', 'one-stalls', '--json']
    const proposed = await as(0, 'propose', '--title', 'T', '--amendment', 'next.yaml', ...risk)
    const id = String(proposed.json().cid)
    coalition.exchange()
    const seen = await as(1, 'show', id)
    expect(seen.out).toContain('s1 gains weight: 2/5 of all, before 1/4.')
    expect(seen.out).toContain('purpose: to test → to test more')
    expect(seen.out).toContain(`folkmoot charter show --amendment ${id.slice(-8)}`)
    expect((await as(1, 'show', id, '--json')).json()).toMatchObject({
      amendment: {
        before: { version: 1 },
        next: { version: 2, purpose: 'to test more' },
        changes: { rules: [{ path: 'purpose', before: 'to test', after: 'to test more' }] },
      },
    })
    const whole = (await as(1, 'charter', 'show', '--amendment', id)).out
    expect(whole).toBe(next.replace('version: 1', 'version: 2'))
    const record = (await as(1, 'record', id)).out
    expect(record).toContain('- s1 gains weight: 2/5 of all, before 1/4.')
    expect(record).toContain('| `purpose` | to test | to test more |')
    expect(record).toContain(whole)
  })

  it('gives a member another root key where it is written, and says so', async () => {
    const root = coalition.founded.members[1]?.root.key ?? ''
    const next = coalition.node(3).party.member.node.key
    const shown = await as(0, 'charter', 'show')
    expect(shown.out).toContain(root)
    writeFileSync(place.path('next.yaml'), shown.out.replace(root, next))
    const proposed = await as(0, 'propose', '--title', 'T', '--amendment', 'next.yaml')
    expect(proposed.err).toContain('s2 speaks by another root key.')
    expect(proposed.exit).toBe(EXIT.ok)
    coalition.exchange()
    const id = /id {2}(bafy\w+)/.exec(proposed.out)?.[1] ?? ''
    expect((await as(1, 'show', id)).out).toContain('s2 speaks by another root key.')
  })

  it('is in no other proposal', async () => {
    const id = await coalition.proposed('policy@plain', 'Plain')
    const { exit, err } = await as(0, 'charter', 'show', '--amendment', id)
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('"Plain" is no amendment of the charter')
    expect((await as(0, 'show', id, '--json')).json()).toMatchObject({ amendment: null })
  })

  it('shows what the next charter changes, and asks for consent to what is grave', async () => {
    const shown = await as(0, 'charter', 'show')
    writeFileSync(place.path('heavy.yaml'), shown.out.replace('weight: 1', 'weight: 9'))
    const argv = ['propose', '--title', 'Heavy', '--amendment', 'heavy.yaml']
    const refused = await as(0, ...argv)
    expect(refused.exit).toBe(EXIT.refused)
    expect(refused.err).toContain('s1 gains weight: 3/4 of all, before 1/4.')
    expect(refused.err).toContain('Who gains and loses what')
    const codes = [...refused.err.matchAll(/--accept-risk ([a-z-]+)/g)].flatMap(
      ([, code]) => code ?? [],
    )
    expect(codes).toContain('one-stalls')
    const some = await as(0, ...argv, '--accept-risk', 'one-stalls')
    expect(some.exit, 'each code is accepted by its name').toBe(EXIT.refused)
    const all = await as(0, ...argv, ...codes.flatMap((code) => ['--accept-risk', code]))
    expect(all.exit).toBe(EXIT.ok)
    expect(all.err.split('one-stalls:'), 'each risk is told once').toHaveLength(2)
    expect(all.out).toMatch(
      /Next:\n {2}folkmoot show \w+\n {2}folkmoot accept \w+\n {2}folkmoot vote/,
    )
  })
})

describe('propose --without-silent', () => {
  const DAY = 86_400_000
  const gone = /(?: {2}- id: s4\n(?: {4}.*\n)+)/

  beforeEach(async () => {
    // Weight 5, and s4 has two of it.
    coalition = new ServedCoalition([1, 1, 1, 2], {
      charter: { reconstitution: { after: 60 * DAY } },
    })
    await makeHome(0)
    const shown = await as(0, 'charter', 'show')
    writeFileSync(place.path('rest.yaml'), shown.out.replace(gone, ''))
  })

  const argv = ['propose', '--title', 'Go on', '--amendment', 'rest.yaml', '--without-silent']
  const consent = ['--accept-risk', 'no-fault-tolerance']

  it('says when a member was last heard who is not silent for long enough', async () => {
    const { exit, err } = await as(0, ...argv, ...consent)
    expect(exit).toBe(EXIT.refused)
    expect(err).toMatch(/s4 was heard 2027-01-15T08:00:00.000Z, and the charter asks for 60d/)
  })

  it('proposes that the rest goes on, and explains since when who is silent', async () => {
    coalition.clock.advance(60 * DAY)
    const { exit, json } = await as(0, ...argv, ...consent, '--json')
    expect(exit).toBe(EXIT.ok)
    const { cid, body } = json() as { cid: string; body: object }
    expect(body).toMatchObject({ removesSilent: ['s4'] })
    const { out } = await as(0, 'explain', cid)
    expect(out).toContain('The rest, weight 3 of 5, decides without s4')
    expect(out).toContain('s4 was last heard here 2027-01-15')
    expect(out).toContain('a certificate takes 3')
  })
})
