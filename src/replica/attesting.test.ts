import { describe, expect, it } from 'vitest'
import {
  Author,
  delegation,
  type Founded,
  heldOps,
  type Member,
  openReplica,
} from '../../test/support/coalition.ts'
import { APPROVAL, GatedBallot } from '../../test/support/gated.ts'
import { randomFrom, signerNumber } from '../../test/support/people.ts'
import { unwrap } from '../op/refusal.ts'
import { MAX_ENVELOPE_BYTES, writeEnvelope } from '../proposal/attestation/dsse.ts'
import { type Finding, signStatement, statementOf } from '../proposal/attestation/make.ts'
import { attestationAdd } from '../proposal/attestation/ops.ts'
import { statementPayload } from '../proposal/attestation/statement.ts'
import { castDraft, commentDraft } from './acts.ts'
import { attestDraft, proposalSubject } from './attesting.ts'

describe('a gate', () => {
  it('holds a ballot that everybody voted for until attestations come in; then it settles', () => {
    const ballot = new GatedBallot()
    for (const party of ballot.parties)
      party.issue(unwrap(castDraft(party.replica, ballot.proposal, 'yes')))
    ballot.exchange()
    const said = ballot.parties.flatMap((party) => party.doDuties())
    expect(said.map(({ op }) => op.type)).not.toContain('seal')
    ballot.attest(1)
    ballot.attest(0)
    ballot.exchange()
    expect(ballot.gate(ballot.party(2).replica, 'reviews')).toMatchObject({ met: false })
    ballot.attest(2)
    for (let round = 0; round < 6; round++) {
      ballot.exchange()
      for (const party of ballot.parties) party.doDuties()
    }
    const standing = ballot.party(3).replica.views.standing()
    expect(standing?.outcomes.get(ballot.proposal)?.outcome).toBe('adopted')
  })

  it('takes no word of a key that may not attest', () => {
    const ballot = new GatedBallot()
    const { coalition, roots, members } = ballot.founded
    const [, second] = members
    const intern = signerNumber(7)
    if (!second) throw new RangeError('there are four')
    const root = roots.get(second.id)
    const given = root?.say(
      { ...delegationOf(ballot.founded, second, intern), refs: [] },
      ballot.clock.time,
    )
    const author = new Author(intern, coalition)
    const said = author.say(unwrap(ballot.draftOf(ballot.party(1))), ballot.clock.time)
    const { replica } = ballot.party(3)
    replica.ingest(given ? [given, said] : [])
    expect(unwrap(replica.views.ballot(ballot.proposal)).gateScene.attestations).toEqual([])
  })
})

/** A delegation that leaves `attest` out. */
function delegationOf(founded: Founded, member: Member, node: typeof member.node) {
  return delegation(founded.coalition, member.root, node, ['vote', 'seal'])
}

describe('attesting', () => {
  it('names failures of others that a passed test knows of, and own words under older keys', () => {
    const ballot = new GatedBallot({ interop: { passes: 1, suite: '' } })
    const red = ballot.attest(2, { kind: 'test', result: 'FAILED', suites: ['wire'] })
    ballot.exchange()
    const test = { kind: 'test', result: 'PASSED', suites: ['wire'] } as const
    expect(unwrap(ballot.draftOf(ballot.party(1), test)).refs).toEqual([ballot.proposal, red])
    // Another suite, and a test that fails as well, answer nothing.
    const other = { ...test, suites: ['other'] }
    expect(unwrap(ballot.draftOf(ballot.party(1), other)).refs).toEqual([ballot.proposal])
    const failing = { ...test, result: 'FAILED' } as const
    expect(unwrap(ballot.draftOf(ballot.party(1), failing)).refs).toEqual([ballot.proposal])
    // The own chain says by itself what is later.
    expect(unwrap(ballot.draftOf(ballot.party(2), test)).refs).toEqual([ballot.proposal])
  })

  it('carries an envelope up to the limit byte for byte, of a larger one its digest', () => {
    const ballot = new GatedBallot()
    const { replica } = ballot.party(1)
    const sized = (sizeBytes: number): Uint8Array => {
      const statement = statementOf(APPROVAL, [proposalSubject(ballot.proposal)])
      const empty = writeEnvelope({
        payloadType: 'application/vnd.in-toto+json',
        payload: statementPayload(statement),
        signatures: [{ keyid: null, sig: new Uint8Array(64) }],
      })
      // Whatever stands around the JSON is part of the bytes that are kept.
      const padded = new Uint8Array(sizeBytes).fill(32)
      padded.set(empty)
      return padded
    }
    const draft = (envelope: Uint8Array, artefact?: string) =>
      attestDraft(replica, { envelope, keys: [], ...(artefact !== undefined && { artefact }) })
    const largest = sized(MAX_ENVELOPE_BYTES)
    expect(unwrap(draft(largest)).body.evidence).toEqual({ kind: 'inline', envelope: largest })
    const larger = sized(MAX_ENVELOPE_BYTES + 1)
    expect(draft(larger)).toMatchObject({ code: 'envelope-too-large' })
    expect(unwrap(draft(larger, 'sha256:ab')).body.evidence).toEqual({
      kind: 'artefact',
      digest: 'sha256:ab',
      sizeBytes: MAX_ENVELOPE_BYTES + 1,
    })
    const body = { claim: unwrap(draft(largest)).body.claim, keys: [], supersedes: [] }
    const inline = { kind: 'inline', envelope: larger }
    expect(attestationAdd.body.safeParse({ ...body, evidence: inline }).success).toBe(false)
  })

  it('of subjects without a proposal is kept beside the proposals', () => {
    const ballot = new GatedBallot()
    const { replica, member } = ballot.party(1)
    const statement = statementOf(APPROVAL, [{ name: 'core', digest: 'sha256:aa' }])
    const envelope = signStatement(statement, member.node)
    ballot.party(1).issue(unwrap(attestDraft(replica, { envelope, keys: [] })))
    expect(replica.views.topics.records.attestations).toHaveLength(1)
    expect(ballot.gate(replica, 'reviews')?.met).toBe(false)
  })

  it('refuses an unknown proposal and what is no statement', () => {
    const ballot = new GatedBallot()
    const { replica, member } = ballot.party(1)
    const unknown = ballot.founded.coalition
    const envelope = signStatement(statementOf(APPROVAL, [proposalSubject(unknown)]), member.node)
    expect(attestDraft(replica, { proposal: unknown, envelope, keys: [] })).toMatchObject({
      code: 'unknown-proposal',
    })
    expect(attestDraft(replica, { envelope: Uint8Array.of(1), keys: [] })).toMatchObject({
      code: 'not-dsse',
    })
  })
})

describe('whatever happens to chains', () => {
  it('the attestations of a forked key are void from the fork on, at whoever holds the proof', () => {
    const ballot = new GatedBallot()
    ballot.attest(1)
    ballot.attest(2)
    ballot.exchange()
    const { replica } = ballot.party(3)
    expect(ballot.gate(replica, 'reviews')?.met).toBe(true)
    // Another operation where the attestation of the third member stands.
    const { member, said } = ballot.party(2)
    const attested = said.at(-1)
    if (!attested) throw new RangeError('the third member attested')
    const forker = new Author(member.node, ballot.founded.coalition)
    forker.ops.push(...said.slice(0, -1))
    const twin = forker.say(
      { type: 'node.address', refs: [], body: { addresses: [] } },
      ballot.clock.time,
    )
    expect(twin.op.seq).toBe(attested.op.seq)
    replica.ingest([twin])
    expect(ballot.gate(replica, 'reviews')).toMatchObject({
      met: false,
      sentence: '1 of 2 stakeholders approve (s2)',
    })
    // Also where an honest operation had built on it, so that it still counts as held.
    const builder = new GatedBallot()
    const red = { kind: 'test', result: 'FAILED', suites: [] } as const
    const failure = builder.attest(2, red)
    builder.exchange()
    builder.attest(1, { kind: 'test', result: 'PASSED', suites: [] })
    builder.exchange()
    const other = new Author(builder.party(2).member.node, builder.founded.coalition)
    const fork = other.say(
      { type: 'node.address', refs: [], body: { addresses: [] } },
      builder.clock.time,
    )
    const judge = builder.party(3).replica
    judge.ingest([fork])
    expect(judge.ledger.byCid.get(failure)?.standing).toBe('pulled')
    const { attestations } = unwrap(judge.views.ballot(builder.proposal)).gateScene
    expect(attestations.map(({ stakeholder }) => stakeholder)).toEqual(['s2'])
  })

  it('replicas that got the same operations in any order agree on every gate', () => {
    const ballot = new GatedBallot({
      reviews: { count: 2, function: 'any' },
      interop: { passes: 2, suite: '' },
      objections: { state: 'answered' },
    })
    const random = randomFrom(4)
    const findings: readonly Finding[] = [
      APPROVAL,
      { kind: 'review', verdict: 'reject', scope: [] },
      { kind: 'test', result: 'PASSED', suites: ['a'] },
      { kind: 'test', result: 'FAILED', suites: ['a'] },
    ]
    for (let i = 0; i < 60; i++) {
      const n = Math.floor(random() * 4)
      const finding = findings[Math.floor(random() * findings.length)]
      ballot.attest(n, finding)
      if (random() < 0.2) ballot.exchange()
      if (random() < 0.1) {
        const party = ballot.party(n)
        const objection = {
          proposal: ballot.proposal,
          kind: 'objection',
          text: `no ${i}`,
          disposition: 'a plan',
        } as const
        party.issue(unwrap(commentDraft(party.replica, objection)))
      }
    }
    ballot.exchange()
    const expected = ballot.party(0).replica.digest()
    const ops = heldOps(ballot.party(0).replica)
    for (let run = 0; run < 10; run++) {
      const replica = openReplica(ballot.founded, { clock: ballot.clock })
      for (const op of ops.toSorted(() => random() - 0.5)) replica.ingest([op])
      expect(replica.digest()).toEqual(expected)
    }
  })
})
