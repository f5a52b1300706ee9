import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { sealDraft, tallyDraft } from '../../src/replica/draft.ts'
import { Author } from '../../test/support/coalition.ts'
import { ServedCoalition, type ServedNode } from '../../test/support/service.ts'
import { readBundle, writeBundle } from '../api/bundle.ts'
import { OpensslVerifier } from '../crypto/openssl-verifier.ts'
import { auditBundle } from './audit/audit.ts'
import { EXIT } from './exit-codes.ts'
import { Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

const verifier = new OpensslVerifier()
const auditOf = async (node: ServedNode) =>
  auditBundle(unwrap(readBundle(await writeBundle(node.replica))), {
    verifier,
    now: () => node.replica.clock.now(),
  })

/** A coalition in which everybody voted so, and the ballot is settled. */
async function settled(choice: 'yes' | 'no'): Promise<{ coalition: ServedCoalition; id: OpCid }> {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const id = await coalition.proposed('policy@one', 'Meet weekly')
  for (const { service } of coalition.nodes) unwrap(await service.vote(id, choice, undefined))
  coalition.exchange()
  coalition.settle()
  return { coalition, id }
}

/** A seal that endorses whatever the votes: what a faulty node says. */
function endorseNothing({ party }: ServedNode, ballot: OpCid): void {
  const { op } = party.issue(tallyDraft(ballot, []))
  party.issue(sealDraft(ballot, 'endorse', op.cid, []))
}

describe('an audit', () => {
  it('comes to what the nodes came to', async () => {
    const { coalition, id } = await settled('yes')
    const report = await auditOf(coalition.node(1))
    expect(report.faults).toEqual([])
    expect(report.digests).toEqual(coalition.node(1).replica.digest())
    expect(report.ratified).toEqual({ weight: 4, total: 4, active: true })
    expect(report.ballots).toMatchObject([
      {
        id,
        title: 'Meet weekly',
        outcome: 'adopted',
        round: 1,
        weights: { total: 4, quorum: 3, endorsing: 4 },
        isJustified: true,
      },
    ])
    expect(report.ballots[0]?.weights.settling).toBeGreaterThanOrEqual(3)
  })

  it('of a declined ballot asks for no justification', async () => {
    const { coalition } = await settled('no')
    const report = await auditOf(coalition.node(0))
    expect(report.faults).toEqual([])
    expect(report.ballots).toMatchObject([{ outcome: 'declined', round: 2, isJustified: null }])
  })

  it('names a member that endorsed a tally which does not pass, and still holds', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@one')
    endorseNothing(coalition.node(3), id)
    for (const { service } of coalition.nodes.slice(0, 3))
      unwrap(await service.vote(id, 'yes', undefined))
    coalition.exchange()
    unwrap(await coalition.node(3).service.vote(id, 'no', undefined))
    coalition.exchange()
    coalition.settle()
    const report = await auditOf(coalition.node(0))
    expect(report.faults).toEqual([])
    const [ballot] = report.ballots
    expect(ballot).toMatchObject({ outcome: 'adopted', isJustified: true })
    const unsound = ballot?.seals.filter(({ passes }) => !passes)
    expect(unsound).toMatchObject([{ stakeholder: 's4', unmet: ['quorum', 'approval'] }])
  })

  it('fails where more than F endorsed what no votes carry', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@one')
    for (const node of coalition.nodes) endorseNothing(node, id)
    coalition.exchange()
    coalition.settle()
    const report = await auditOf(coalition.node(0))
    expect(report.ballots).toMatchObject([{ outcome: 'adopted', isJustified: false }])
    expect(report.faults).toMatchObject([{ code: 'unjustified' }])
  })

  it('shows forks, which are no fault of the bundle', async () => {
    const { coalition } = await settled('yes')
    const { replica, party } = coalition.node(2)
    const author = new Author(party.member.node, replica.coalition)
    const draft = { type: 'node.address', refs: [], body: { addresses: [] } }
    replica.ingest([author.say(draft, replica.clock.now(), 0)])
    replica.flush()
    const report = await auditOf(coalition.node(2))
    expect(report.forks).toEqual([{ key: party.member.node.key, seq: 0 }])
    expect(report.faults).toEqual([])
  })

  it('takes no signature on trust, and no operation without one', async () => {
    const { coalition } = await settled('yes')
    const bundle = unwrap(readBundle(await writeBundle(coalition.node(0).replica)))
    const now = () => coalition.clock.now()
    const [first, ...rest] = bundle.ops
    if (first === undefined || first.sig === null) throw new RangeError('it was issued by itself')
    const forged = Uint8Array.from(first.sig)
    forged[3] = (forged[3] ?? 0) ^ 1
    const wrong = { ...bundle, ops: [{ ...first, sig: forged }, ...rest] }
    const codesOf = (given: typeof bundle) =>
      auditBundle(given, { verifier, now }).faults.map(({ code }) => code)
    expect(codesOf(wrong)).toContain('bad-signature')
    const last = bundle.ops.findLast(({ cid }) => cid !== bundle.coalition)
    const unsigned = bundle.ops.map((op) => (op === last ? { ...op, sig: null } : op))
    expect(codesOf({ ...bundle, ops: unsigned })).toContain('unvouched')
  })

  it('misses what was left out', async () => {
    const { coalition, id } = await settled('yes')
    const bundle = unwrap(readBundle(await writeBundle(coalition.node(0).replica)))
    const ops = bundle.ops.filter(({ cid }) => cid !== id)
    const report = auditBundle({ ...bundle, ops }, { verifier, now: () => coalition.clock.now() })
    const codes = report.faults.map(({ code }) => code)
    expect(codes).toContain('gap')
    expect(codes).toContain('missing')
  })
})

describe('folkmoot audit', () => {
  let bytes: Uint8Array
  beforeAll(async () => {
    const { coalition } = await settled('yes')
    bytes = await writeBundle(coalition.node(0).replica)
    writeFileSync(place.path('good.car'), bytes)
  })

  it('needs no home and no daemon', async () => {
    const { exit, out } = await place.run(['audit', 'good.car'], { home: 'nowhere' })
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('Meet weekly')
    expect(out).toContain('everything holds')
  })

  it.each([0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999])(
    'exits with 1 when one byte is flipped, at %d of the file',
    async (share) => {
      const flipped = Uint8Array.from(bytes)
      const at = Math.floor(bytes.length * share)
      flipped[at] = (flipped[at] ?? 0) ^ 0x10
      writeFileSync(place.path('bad.car'), flipped)
      const { exit, json } = await place.run(['audit', 'bad.car', '--json'])
      expect(exit).toBe(EXIT.failed)
      expect(json()).toMatchObject({
        ok: false,
        code: expect.stringMatching(/^(audit-failed|bundle-damaged)$/),
      })
    },
  )

  it('reads JSON figures from a good bundle', async () => {
    const { json } = await place.run(['audit', 'good.car', '--json'])
    expect(json()).toMatchObject({ ok: true, faults: [], ops: { counted: expect.any(Number) } })
  })

  it('says what is no bundle at all', async () => {
    writeFileSync(place.path('text.car'), 'hello')
    const { exit, err } = await place.run(['audit', 'text.car'])
    expect(exit).toBe(EXIT.failed)
    expect(err).toContain('no whole bundle')
  })
})
