import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signerNumber } from '../../../test/support/people.ts'
import { unwrap } from '../../op/refusal.ts'
import { claimOf, claimSchema, MAX_LABELS, MAX_REMARK, MAX_SUBJECTS, MAX_WORD } from './claim.ts'
import { IN_TOTO_PAYLOAD, MAX_ENVELOPE_SIGNATURES, readEnvelope, writeEnvelope } from './dsse.ts'
import { type Finding, signStatement, statementOf } from './make.ts'
import { DRILL_PROPERTY, MAX_RISK_LEVEL, PREDICATES } from './predicates.ts'
import { readStatement, STATEMENT_TYPE, type Statement } from './statement.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const core = { name: 'core', digest: 'sha256:ab' }
const statement = (predicateType: string, predicate: unknown, subjects = [core]): Statement => ({
  subjects,
  predicateType,
  predicate,
})
const claim = (predicateType: string, predicate: unknown) =>
  claimOf(statement(predicateType, predicate))

describe('envelopes', () => {
  it('say what is wrong with what is none', () => {
    const message = (text: string): string => {
      const read = readEnvelope(bytes(text))
      return read.ok ? 'taken' : read.message
    }
    expect(message('nonsense')).toContain('no JSON')
    expect(readEnvelope(Uint8Array.of(0xff, 0xfe))).toMatchObject({ code: 'not-dsse' })
    expect(message('{"payload":"","payloadType":"x"}')).toContain('signatures')
    expect(message('{"payload":"*","payloadType":"x","signatures":[{"sig":""}]}')).toContain(
      'base64',
    )
    expect(message('{"payload":"","payloadType":"x","signatures":[{"sig":"*"}]}')).toContain(
      'base64',
    )
  })

  it('may leave out empty fields, and carry up to the limit of signatures', () => {
    const sign = (count: number) =>
      JSON.stringify({ signatures: Array.from({ length: count }, () => ({ sig: 'AA==' })) })
    expect(unwrap(readEnvelope(bytes(sign(1))))).toMatchObject({ payloadType: '' })
    expect(readEnvelope(bytes(sign(MAX_ENVELOPE_SIGNATURES))).ok).toBe(true)
    expect(readEnvelope(bytes(sign(MAX_ENVELOPE_SIGNATURES + 1))).ok).toBe(false)
  })

  it('read back as they were written, and survive any bytes', () => {
    const sigs = fc.record({
      keyid: fc.option(fc.string({ minLength: 1 })),
      sig: fc.uint8Array(),
    })
    const envelopes = fc.record({
      payloadType: fc.string(),
      payload: fc.uint8Array(),
      signatures: fc.array(sigs, { minLength: 1, maxLength: MAX_ENVELOPE_SIGNATURES }),
    })
    fc.assert(
      fc.property(envelopes, (envelope) => {
        expect(unwrap(readEnvelope(writeEnvelope(envelope)))).toEqual(envelope)
      }),
    )
    fc.assert(fc.property(fc.uint8Array(), (garbage) => void readEnvelope(garbage)))
    fc.assert(fc.property(fc.json(), (json) => void readEnvelope(bytes(json))))
  })
})

describe('statements', () => {
  it('of another payload type or shape are refused by name', () => {
    const inside = (payloadType: string, payload: string) =>
      readStatement({ payloadType, payload: bytes(payload), signatures: [] })
    expect(inside('text/plain', '{}')).toMatchObject({ code: 'not-in-toto' })
    expect(inside(IN_TOTO_PAYLOAD, '{')).toMatchObject({ code: 'not-in-toto' })
    const v01 = { _type: 'https://in-toto.io/Statement/v0.1', subject: [], predicateType: 'x' }
    expect(inside(IN_TOTO_PAYLOAD, JSON.stringify(v01))).toMatchObject({ code: 'not-in-toto' })
  })

  it('have one subject for each digest, spelt in lower case, algorithms in order', () => {
    const json = {
      _type: STATEMENT_TYPE,
      subject: [
        { name: 'core', digest: { sha512: 'CD', sha256: 'AB' } },
        { uri: 'pkg:x', digest: { gitCommit: '12' } },
      ],
      predicateType: 'x',
    }
    const payload = bytes(JSON.stringify(json))
    const read = readStatement({ payloadType: IN_TOTO_PAYLOAD, payload, signatures: [] })
    expect(unwrap(read).subjects).toEqual([
      { name: 'core', digest: 'sha256:ab' },
      { name: 'core', digest: 'sha512:cd' },
      { name: 'pkg:x', digest: 'gitcommit:12' },
    ])
  })
})

describe('claims', () => {
  it('of an in-toto test result say the result and the suites', () => {
    const predicate = {
      result: 'FAILED',
      configuration: [
        { name: 'wire' },
        { uri: 'git:suite' },
        { downloadLocation: 'https://s' },
        {},
      ],
      url: 'https://ci/7',
      failedTests: ['handshake'],
    }
    expect(unwrap(claim(PREDICATES.testResult, predicate))).toMatchObject({
      kind: 'test',
      result: 'failed',
      labels: ['wire', 'git:suite', 'https://s'],
      remark: 'https://ci/7',
    })
  })

  it('of SLSA provenance are builds, of a simple verification a drill or what it is', () => {
    const provenance = {
      buildDefinition: { buildType: 'urn:t', externalParameters: {} },
      runDetails: { builder: { id: 'https://builder' } },
    }
    const built = unwrap(claim(PREDICATES.provenance, provenance))
    expect(built).toMatchObject({ kind: 'build', labels: ['https://builder', 'urn:t'] })
    const verified = (properties: string[]) =>
      unwrap(
        claim(PREDICATES.verification, { verifier: { id: 'v' }, timeCreated: 'now', properties }),
      ).kind
    expect(verified(['SLSA_BUILD_LEVEL_3'])).toBe('verification')
    expect(verified([DRILL_PROPERTY])).toBe('drill')
  })

  it('of an unknown predicate are "other"; of a known one that does not fit, none', () => {
    expect(unwrap(claim('https://example.com/x', { a: 1 })).kind).toBe('other')
    for (const type of Object.values(PREDICATES))
      expect(claim(type, { result: 'GREAT' }), type).toMatchObject({ code: 'not-understood' })
    const risks = (likelihood: number) => ({
      verdict: 'acceptable',
      risks: [{ name: 'r', likelihood, impact: 1 }],
    })
    expect(claim(PREDICATES.risk, risks(MAX_RISK_LEVEL)).ok).toBe(true)
    expect(claim(PREDICATES.risk, risks(MAX_RISK_LEVEL + 1)).ok).toBe(false)
    expect(claim(PREDICATES.risk, risks(0)).ok).toBe(false)
  })

  it('keep to what an operation can carry, at each limit', () => {
    const subjects = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ name: 'n', digest: `sha256:${i}` }))
    const about = (count: number) => claimOf(statement('x', {}, subjects(count)))
    expect(about(MAX_SUBJECTS).ok).toBe(true)
    expect(about(MAX_SUBJECTS + 1)).toMatchObject({ code: 'not-understood' })
    expect(about(0)).toMatchObject({ code: 'not-understood' })
    const named = (name: string) => claimOf(statement('x', {}, [{ name, digest: 'sha256:a' }]))
    expect(named('n'.repeat(MAX_WORD)).ok).toBe(true)
    expect(named('n'.repeat(MAX_WORD + 1)).ok).toBe(false)
    // An operation carries only text in normal form C.
    expect(named('e\u0301').ok).toBe(false)
    expect(named('\ud800').ok).toBe(false)
    const suites = Array.from({ length: MAX_LABELS + 1 }, (_, i) => ({ name: `s${i}` }))
    const long = { name: 'x'.repeat(MAX_WORD + 1) }
    const test = { result: 'PASSED', configuration: [long, ...suites], url: 'u'.repeat(2000) }
    const read = unwrap(claim(PREDICATES.testResult, test))
    expect(read.labels).toHaveLength(MAX_LABELS)
    expect(read.labels[0]).toBe('s0')
    expect(read.remark).toHaveLength(MAX_REMARK)
  })

  it('of what we make ourselves come back from the signed envelope as they were meant', () => {
    const findings: readonly [Finding, object][] = [
      [
        { kind: 'review', verdict: 'reject', scope: ['docs'], text: 'no' },
        { result: 'failed', labels: ['docs'], remark: 'no' },
      ],
      [
        { kind: 'test', result: 'WARNED', suites: ['wire'] },
        { result: 'warned', labels: ['wire'] },
      ],
      [
        { kind: 'build', builder: 'b', buildType: 't' },
        { result: 'passed', labels: ['b', 't'] },
      ],
      [
        { kind: 'drill', result: 'PASSED', scenario: 'rollback' },
        { result: 'passed', labels: ['rollback'] },
      ],
      [
        { kind: 'risk', verdict: 'mitigated', risks: [{ name: 'loss', likelihood: 2, impact: 5 }] },
        { result: 'warned', labels: ['loss'] },
      ],
    ]
    for (const [finding, expected] of findings) {
      const envelope = signStatement(statementOf(finding, [core]), signerNumber(1))
      const read = unwrap(readStatement(unwrap(readEnvelope(envelope))))
      const { kind } = finding
      expect(unwrap(claimOf(read))).toMatchObject({ kind, subjects: [core], ...expected })
    }
  })

  it('always fit the operation, whatever the statement holds', () => {
    const statements = fc.record({
      subjects: fc.array(fc.record({ name: fc.string({ unit: 'binary' }), digest: fc.string() })),
      predicateType: fc.constantFrom(...Object.values(PREDICATES), 'x'),
      predicate: fc.record({
        result: fc.constantFrom('PASSED', 'WARNED', 'FAILED'),
        configuration: fc.array(fc.record({ name: fc.string({ unit: 'binary', maxLength: 300 }) })),
        url: fc.string({ unit: 'binary', maxLength: 2000 }),
        scenario: fc.string({ unit: 'binary' }),
      }),
    })
    fc.assert(
      fc.property(statements, (given) => {
        const read = claimOf(given)
        if (read.ok) expect(claimSchema.parse(read.value)).toEqual(read.value)
      }),
    )
  })
})
