import { describe, expect, it } from 'vitest'
import {
  Author,
  delegation,
  type Founded,
  found,
  heldOps,
  type Member,
  openReplica,
  Party,
  simpleProposal,
  testTrack,
} from '../../test/support/coalition.ts'
import { randomFrom, signerNumber, TestClock } from '../../test/support/people.ts'
import type { OpCid } from '../op/ids.ts'
import { unwrap } from '../op/refusal.ts'
import { MAX_ENVELOPE_BYTES, writeEnvelope } from '../proposal/attestation/dsse.ts'
import { type Finding, signStatement, statementOf } from '../proposal/attestation/make.ts'
import { attestationAdd } from '../proposal/attestation/ops.ts'
import { statementPayload } from '../proposal/attestation/statement.ts'
import { castDraft, commentDraft, proposalDraft } from './acts.ts'
import { attestDraft, proposalSubject } from './attesting.ts'
import type { Replica } from './replica.ts'

const GATES = { reviews: { count: 2, function: 'any' } }
const APPROVAL: Finding = { kind: 'review', verdict: 'approve', scope: [] }

/** Four members, one of whose proposals waits for reviews. */
class Bench {
  readonly clock = new TestClock()
  readonly founded: Founded
  readonly parties: readonly Party[]
  readonly proposal: OpCid

  constructor(gates: Readonly<Record<string, Record<string, string | number>>> = GATES) {
    const tracks = {
      standard: testTrack({ gates }),
      emergency: testTrack(),
      constitutional: testTrack(),
    }
    this.founded = found([1, 1, 1, 1], { tracks })
    this.parties = this.founded.members.map(
      (member) => new Party(member, openReplica(this.founded, { member, clock: this.clock })),
    )
    const [author] = this.parties
    if (!author) throw new RangeError('nobody is there')
    for (const draft of author.replica.checkpointNow()) author.issue(draft)
    const opened = author.issue(
      unwrap(
        proposalDraft(author.replica, {
          ...simpleProposal('policy@a'),
          subjects: [{ name: 'core', digest: 'sha256:aa' }],
        }),
      ),
    )
    this.proposal = opened.op.cid
    this.exchange()
  }

  party(n: number): Party {
    const party = this.parties[n]
    if (!party) throw new RangeError(`there are ${this.parties.length}`)
    return party
  }

  exchange(): void {
    for (const from of this.parties)
      for (const to of this.parties) to.replica.ingest(heldOps(from.replica))
  }

  /** The draft of a finding about the proposal, in the party's own envelope. */
  draftOf({ replica, member }: Party, finding: Finding = APPROVAL) {
    const statement = statementOf(finding, [proposalSubject(this.proposal)])
    const envelope = signStatement(statement, member.node)
    return attestDraft(replica, { proposal: this.proposal, envelope, keys: [] })
  }

  attest(n: number, finding?: Finding): OpCid {
    const party = this.party(n)
    return party.issue(unwrap(this.draftOf(party, finding))).op.cid
  }

  gate(replica: Replica, name: string) {
    const { gates } = unwrap(replica.views.ballot(this.proposal))
    return gates.find(({ gate }) => gate === name)
  }
}

describe('a gate', () => {
  it('holds a ballot that everybody voted for until attestations come in; then it settles', () => {
    const bench = new Bench()
    for (const party of bench.parties)
      party.issue(unwrap(castDraft(party.replica, bench.proposal, 'yes')))
    bench.exchange()
    const said = bench.parties.flatMap((party) => party.doDuties())
    expect(said.map(({ op }) => op.type)).not.toContain('seal')
    bench.attest(1)
    bench.attest(0)
    bench.exchange()
    expect(bench.gate(bench.party(2).replica, 'reviews')).toMatchObject({ met: false })
    bench.attest(2)
    for (let round = 0; round < 6; round++) {
      bench.exchange()
      for (const party of bench.parties) party.doDuties()
    }
    const standing = bench.party(3).replica.views.standing()
    expect(standing?.outcomes.get(bench.proposal)?.outcome).toBe('adopted')
  })

  it('takes no word of a key that may not attest', () => {
    const bench = new Bench()
    const { coalition, roots, members } = bench.founded
    const [, second] = members
    const intern = signerNumber(7)
    if (!second) throw new RangeError('there are four')
    const root = roots.get(second.id)
    const given = root?.say(
      { ...delegationOf(bench.founded, second, intern), refs: [] },
      bench.clock.time,
    )
    const author = new Author(intern, coalition)
    const said = author.say(unwrap(bench.draftOf(bench.party(1))), bench.clock.time)
    const { replica } = bench.party(3)
    replica.ingest(given ? [given, said] : [])
    expect(unwrap(replica.views.ballot(bench.proposal)).gateScene.attestations).toEqual([])
  })
})

/** A delegation that leaves `attest` out. */
function delegationOf(founded: Founded, member: Member, node: typeof member.node) {
  return delegation(founded.coalition, member.root, node, ['vote', 'seal'])
}

describe('attesting', () => {
  it('names failures of others that a passed test knows of, and own words under older keys', () => {
    const bench = new Bench({ interop: { passes: 1, suite: '' } })
    const red = bench.attest(2, { kind: 'test', result: 'FAILED', suites: ['wire'] })
    bench.exchange()
    const test = { kind: 'test', result: 'PASSED', suites: ['wire'] } as const
    expect(unwrap(bench.draftOf(bench.party(1), test)).refs).toEqual([bench.proposal, red])
    // Another suite, and a test that fails as well, answer nothing.
    const other = { ...test, suites: ['other'] }
    expect(unwrap(bench.draftOf(bench.party(1), other)).refs).toEqual([bench.proposal])
    const failing = { ...test, result: 'FAILED' } as const
    expect(unwrap(bench.draftOf(bench.party(1), failing)).refs).toEqual([bench.proposal])
    // The own chain says by itself what is later.
    expect(unwrap(bench.draftOf(bench.party(2), test)).refs).toEqual([bench.proposal])
  })

  it('carries an envelope up to the limit byte for byte, of a larger one its digest', () => {
    const bench = new Bench()
    const { replica } = bench.party(1)
    const sized = (sizeBytes: number): Uint8Array => {
      const statement = statementOf(APPROVAL, [proposalSubject(bench.proposal)])
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
    const bench = new Bench()
    const { replica, member } = bench.party(1)
    const statement = statementOf(APPROVAL, [{ name: 'core', digest: 'sha256:aa' }])
    const envelope = signStatement(statement, member.node)
    bench.party(1).issue(unwrap(attestDraft(replica, { envelope, keys: [] })))
    expect(replica.views.topics.records.attestations).toHaveLength(1)
    expect(bench.gate(replica, 'reviews')?.met).toBe(false)
  })

  it('refuses an unknown proposal and what is no statement', () => {
    const bench = new Bench()
    const { replica, member } = bench.party(1)
    const unknown = bench.founded.coalition
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
    const bench = new Bench()
    bench.attest(1)
    bench.attest(2)
    bench.exchange()
    const { replica } = bench.party(3)
    expect(bench.gate(replica, 'reviews')?.met).toBe(true)
    // Another operation where the attestation of the third member stands.
    const { member, said } = bench.party(2)
    const attested = said.at(-1)
    if (!attested) throw new RangeError('the third member attested')
    const forker = new Author(member.node, bench.founded.coalition)
    forker.ops.push(...said.slice(0, -1))
    const twin = forker.say(
      { type: 'node.address', refs: [], body: { addresses: [] } },
      bench.clock.time,
    )
    expect(twin.op.seq).toBe(attested.op.seq)
    replica.ingest([twin])
    expect(bench.gate(replica, 'reviews')).toMatchObject({
      met: false,
      sentence: '1 of 2 stakeholders approve (s2)',
    })
    // Also where an honest operation had built on it, so that it still counts as held.
    const builder = new Bench()
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
    const bench = new Bench({
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
      bench.attest(n, finding)
      if (random() < 0.2) bench.exchange()
      if (random() < 0.1) {
        const party = bench.party(n)
        const objection = {
          proposal: bench.proposal,
          kind: 'objection',
          text: `no ${i}`,
          disposition: 'a plan',
        } as const
        party.issue(unwrap(commentDraft(party.replica, objection)))
      }
    }
    bench.exchange()
    const expected = bench.party(0).replica.digest()
    const ops = heldOps(bench.party(0).replica)
    for (let run = 0; run < 10; run++) {
      const replica = openReplica(bench.founded, { clock: bench.clock })
      for (const op of ops.toSorted(() => random() - 0.5)) replica.ingest([op])
      expect(replica.digest()).toEqual(expected)
    }
  })
})
