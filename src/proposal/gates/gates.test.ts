import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testCharter, testMembers } from '../../../test/support/coalition.ts'
import { fakeCid } from '../../../test/support/votes.ts'
import { JUDGED_GATES } from '../../charter/gates.ts'
import type { KeyId, StakeholderId } from '../../op/ids.ts'
import type { Claim } from '../attestation/claim.ts'
import type { AttestationRecord } from '../attestation/record.ts'
import { buildRows } from './builds.ts'
import { interopMatrix, suitesOf } from './interop.ts'
import { judgeGate } from './judge.ts'
import { MAX_FROZEN_REGISTERS, RISK_REGISTER } from './reviews.ts'
import type { GateParameters, GateScene } from './scene.ts'

const members = testMembers([1, 1, 1, 1])
const base = testCharter(members)
const charter = {
  ...base,
  stakeholders: base.stakeholders.map((member) => ({
    ...member,
    functions: member.id === 's2' || member.id === 's3' ? ['auditor'] : [],
  })),
}
const CORE = { name: 'core', digest: 'sha256:aa' }
const WIRE = { name: 'wire', digest: 'sha256:bb' }
const PROPOSAL = { name: 'proposal', digest: 'sha256:99' }

const scene = (over: Partial<GateScene> = {}): GateScene => ({
  author: 's1' as StakeholderId,
  charter,
  subjects: [CORE],
  digests: new Set([PROPOSAL.digest, CORE.digest, WIRE.digest]),
  changesSoftware: true,
  isRecourse: false,
  isAppeal: false,
  attestations: [],
  comments: [],
  isFrozenRisks: (refs, digest) => refs.includes(fakeCid(`freeze of ${digest}`)),
  ...over,
})

const BASE: Claim = {
  kind: 'test',
  predicateType: 'x',
  result: 'passed',
  subjects: [CORE],
  labels: [],
}

/** An attestation; `name` makes its CID, the author's key is the stakeholder's unless given. */
function says(
  name: string,
  who: string,
  claim: Partial<Claim>,
  {
    after = [],
    seq = 0,
    key = who,
    refs = [],
  }: {
    after?: readonly string[]
    seq?: number
    key?: string
    refs?: readonly string[]
  } = {},
): AttestationRecord {
  return {
    cid: fakeCid(name),
    key: key as KeyId,
    seq,
    at: 0,
    stakeholder: who as StakeholderId,
    claim: { ...BASE, ...claim },
    evidence: { kind: 'inline', envelope: Uint8Array.of(1) },
    keys: [],
    supersedes: after.map(fakeCid),
    refs: refs.map(fakeCid),
  }
}

const gate = (name: string, parameters: GateParameters, over: Partial<GateScene> = {}) =>
  judgeGate(name, parameters, scene(over))

describe('reviews', () => {
  const approve: Partial<Claim> = { kind: 'review', subjects: [PROPOSAL] }
  const isMet = (parameters: GateParameters, ...attestations: AttestationRecord[]): boolean =>
    gate('reviews', parameters, { attestations }).met

  it('count each stakeholder once, and never the author', () => {
    const any = { count: 2, function: 'any' }
    expect(isMet(any, says('a', 's2', approve), says('b', 's2', approve, { seq: 1 }))).toBe(false)
    expect(isMet(any, says('a', 's2', approve), says('b', 's1', approve))).toBe(false)
    expect(isMet(any, says('a', 's2', approve), says('b', 's4', approve))).toBe(true)
  })

  it('are of the function that is asked for', () => {
    const audit = { count: 1, function: 'auditor' }
    expect(isMet(audit, says('a', 's4', approve))).toBe(false)
    expect(isMet(audit, says('a', 's3', approve))).toBe(true)
    // Of what sets aside, overrides or elects nobody's is asked for.
    expect(gate('reviews', audit, { isRecourse: true }).met).toBe(true)
  })

  it('are about this proposal, its text or a subject of it', () => {
    const one = { count: 1, function: 'any' }
    const about = (digest: string) => ({ ...approve, subjects: [{ name: 'x', digest }] })
    expect(isMet(one, says('a', 's2', about('sha256:77')))).toBe(false)
    expect(isMet(one, says('a', 's2', about(CORE.digest)))).toBe(true)
  })

  it('are replaced by later words of the same chain, and by words that name them', () => {
    const one = { count: 1, function: 'any' }
    const yes = says('a', 's2', approve)
    const reject = { ...approve, result: 'failed' as const }
    expect(isMet(one, yes, says('b', 's2', reject, { seq: 1 }))).toBe(false)
    expect(isMet(one, yes, says('b', 's2', reject, { key: 'k2', after: ['a'] }))).toBe(false)
    // Two keys that say two things: the worse is believed.
    expect(isMet(one, yes, says('b', 's2', reject, { key: 'k2' }))).toBe(false)
    expect(isMet(one, says('b', 's2', reject), says('c', 's2', approve, { seq: 1 }))).toBe(true)
    expect(gate('reviews', one, { attestations: [says('b', 's2', reject)] }).sentence).toBe(
      '0 of 1 stakeholders approve; s2 rejects',
    )
  })
})

describe('interop', () => {
  const two = { passes: 2, suite: 'handshake, upgrade' }
  const on = (suite: string, over: Partial<Claim> = {}): Partial<Claim> => ({
    labels: [suite],
    ...over,
  })
  const failed = { result: 'failed' as const }
  const isMet = (parameters: GateParameters, ...attestations: AttestationRecord[]): boolean =>
    gate('interop', parameters, { attestations }).met

  it('reads suites from the charter; none means any', () => {
    expect(suitesOf('a, b,,a')).toEqual(['a', 'b'])
    expect(suitesOf(' ')).toEqual([null])
    expect(suitesOf(undefined)).toEqual([null])
  })

  it('is a matrix of subjects and suites, every cell of which is green', () => {
    const both = ['handshake', 'upgrade']
    const by = (who: string) => says(who, who, { labels: both, subjects: [CORE, WIRE] })
    const subjects = [CORE, WIRE]
    const attestations = [by('s1'), by('s2')]
    expect(gate('interop', two, { subjects, attestations }).met).toBe(true)
    const cells = interopMatrix(scene({ subjects, attestations: [by('s1')] }), two)
    expect(cells.map(({ subject, suite }) => `${subject.name} ${suite}`)).toEqual([
      'core handshake',
      'core upgrade',
      'wire handshake',
      'wire upgrade',
    ])
    expect(cells.every(({ isGreen, passes }) => !isGreen && passes.join() === 's1')).toBe(true)
  })

  it('asks for the cells that are named only, where the charter names some', () => {
    const subjects = [CORE, WIRE]
    const cells = { passes: 1, suite: 'handshake, upgrade', cells: 'core/handshake, wire/upgrade' }
    const both = ['handshake', 'upgrade']
    const on1 = (subject: typeof CORE, labels: string[]) =>
      says(`${subject.name}${labels.join('')}`, 's2', { subjects: [subject], labels })
    const judge = (...attestations: AttestationRecord[]) =>
      gate('interop', cells, { subjects, attestations })
    expect(judge(on1(CORE, ['handshake'])).sentence).toBe(
      '1 of 2 cells are green; not wire × upgrade: 0 of 1 pass',
    )
    expect(judge(on1(CORE, ['handshake']), on1(WIRE, ['upgrade'])).met).toBe(true)
    expect(judge(on1(CORE, both)).met).toBe(false)
    // What no cell names has to pass every suite: another name is no way round.
    const renamed = [CORE, { ...WIRE, name: 'wire2' }]
    expect(interopMatrix(scene({ subjects: renamed }), cells).map(({ suite }) => suite)).toEqual([
      'handshake',
      'handshake',
      'upgrade',
    ])
  })

  it('names what is lacking in each cell', () => {
    const attestations = [says('a', 's1', on('handshake')), says('b', 's2', on('handshake'))]
    const { met, sentence } = gate('interop', two, { attestations })
    expect(met).toBe(false)
    expect(sentence).toBe('1 of 2 cells are green; not core × upgrade: 0 of 2 pass')
  })

  it('no failure is newer than a pass that counts', () => {
    const any = { passes: 1, suite: '' }
    const red = says('red', 's3', failed)
    expect(isMet(any, says('a', 's2', {}), red)).toBe(false)
    // Whoever passes it again knowing of the failure answers it; so does its author.
    expect(isMet(any, red, says('b', 's2', {}, { after: ['red'] }))).toBe(true)
    expect(isMet(any, says('a', 's2', {}), red, says('c', 's3', {}, { seq: 1 }))).toBe(true)
    // One of two failures is not enough to know.
    const other = says('red2', 's4', failed)
    expect(isMet(any, red, other, says('b', 's2', {}, { after: ['red'] }))).toBe(false)
    const { sentence } = gate('interop', any, { attestations: [says('a', 's2', {}), red] })
    expect(sentence).toContain('failed at s3, older passes of s2 do not count')
  })

  it('a warning neither passes nor holds', () => {
    const warned = says('w', 's3', { result: 'warned' })
    expect(isMet({ passes: 1, suite: '' }, warned)).toBe(false)
    expect(isMet({ passes: 1, suite: '' }, warned, says('a', 's2', {}))).toBe(true)
  })

  it('is asked for only where software changes, and then of something named', () => {
    const one = { passes: 1, suite: '' }
    expect(gate('interop', one, { changesSoftware: false, subjects: [] }).met).toBe(true)
    expect(gate('interop', one, { subjects: [] }).met).toBe(false)
  })
})

describe('builds', () => {
  const built = (digest: string, name = 'core'): Partial<Claim> => ({
    kind: 'build',
    subjects: [{ name, digest }],
  })
  const two = { reproductions: 2 }

  it('are equal at enough stakeholders other than the author, for every subject', () => {
    const core = (who: string) => says(`c${who}`, who, built(CORE.digest))
    const wire = (who: string) => says(`w${who}`, who, built(WIRE.digest, 'wire'), { seq: 1 })
    const isMet = (...attestations: AttestationRecord[]): boolean =>
      gate('builds', two, { subjects: [CORE, WIRE], attestations }).met
    expect(isMet(core('s2'), core('s3'), wire('s2'))).toBe(false)
    expect(isMet(core('s2'), core('s3'), wire('s2'), wire('s1'))).toBe(false)
    expect(isMet(core('s2'), core('s3'), wire('s2'), wire('s4'))).toBe(true)
  })

  it('with another digest do not count, and are named', () => {
    const attestations = [says('a', 's2', built('sha256:00')), says('b', 's3', built(CORE.digest))]
    const { met, sentence } = gate('builds', { reproductions: 1 }, { attestations })
    expect(met).toBe(true)
    expect(sentence).toBe('core: reproductions 1, needed 1 (s3), another digest at s2')
    expect(buildRows(scene({ attestations }))).toMatchObject([
      { reproduced: ['s3'], differing: ['s2'] },
    ])
  })

  it('an upgrade without subjects has nothing that could be reproduced; a policy needs none', () => {
    expect(gate('builds', two, { subjects: [] }).met).toBe(false)
    expect(gate('builds', two, { subjects: [], changesSoftware: false }).met).toBe(true)
  })
})

describe('risks and drills', () => {
  const risk: Partial<Claim> = { kind: 'risk', result: 'failed', subjects: [PROPOSAL] }
  const drill: Partial<Claim> = { kind: 'drill', subjects: [PROPOSAL] }

  it('risks are assessed by anybody but the author, whatever comes of it', () => {
    const isMet = (who: string): boolean =>
      gate('risks', {}, { attestations: [says('a', who, risk)] }).met
    expect(isMet('s1')).toBe(false)
    expect(isMet('s2')).toBe(true)
    expect(gate('risks', {}, { attestations: [says('a', 's2', risk)] }).sentence).toBe(
      'assessed since it opened (s2: unacceptable)',
    )
  })

  it('are assessed of the frozen register, where the track asks for that', () => {
    const registered = { state: 'registered' }
    const naming = (...digests: string[]) => ({
      ...risk,
      subjects: [PROPOSAL, ...digests.map((digest) => ({ name: RISK_REGISTER, digest }))],
    })
    const judge = (claim: Partial<Claim>, ...refs: string[]) =>
      gate('risks', registered, { attestations: [says('a', 's2', claim, { refs })] })
    expect(judge(risk)).toMatchObject({
      met: false,
      wouldMeet: 'folkmoot attest risk --register by anybody but s1',
    })
    expect(judge(naming('sha256:11'), 'freeze of sha256:11').met).toBe(true)
    // A digest that it refers to no freeze of, and one of two.
    expect(judge(naming('sha256:11')).met).toBe(false)
    expect(judge(naming('sha256:11'), 'freeze of sha256:12').met).toBe(false)
    expect(judge(naming('sha256:11', 'sha256:12'), 'freeze of sha256:11').met).toBe(false)
    const digests = Array.from({ length: MAX_FROZEN_REGISTERS + 1 }, (_, n) => `sha256:${n}`)
    const freezes = digests.map((digest) => `freeze of ${digest}`)
    expect(judge(naming(...digests.slice(1)), ...freezes).met).toBe(true)
    expect(judge(naming(...digests), ...freezes).met).toBe(false)
  })

  it('drills count where they went well', () => {
    const attestations = [says('a', 's1', drill), says('b', 's2', { ...drill, result: 'failed' })]
    expect(gate('drills', { count: 1 }, { attestations })).toMatchObject({
      met: true,
      sentence: '1 of 1 drilled it with success (s1); it failed at s2',
    })
    expect(gate('drills', { count: 2 }, { attestations }).met).toBe(false)
    expect(gate('drills', { count: 2 }, { changesSoftware: false }).met).toBe(true)
  })
})

describe('gates', () => {
  it('of the protocol are all judged by this build', () => {
    for (const name of JUDGED_GATES)
      expect(gate(name, {}).sentence, name).not.toContain('cannot judge')
  })

  it('that this build does not know stay shut', () => {
    expect(gate('seance', {})).toMatchObject({ gate: 'seance', met: false })
    expect(gate('constructor', {}).met).toBe(false)
  })

  it('do not depend on the order in which attestations came', () => {
    const claims = fc.record({
      kind: fc.constantFrom<Claim['kind']>('test', 'build', 'review', 'drill', 'risk'),
      result: fc.constantFrom<Claim['result']>('passed', 'warned', 'failed'),
      subjects: fc.subarray([CORE, WIRE, PROPOSAL], { minLength: 1 }),
      labels: fc.subarray(['handshake', 'upgrade']),
    })
    const records = fc
      .array(
        fc.record({
          who: fc.constantFrom('s1', 's2', 's3', 's4'),
          key: fc.constantFrom('x', 'y'),
          claim: claims,
          after: fc.array(fc.nat(12), { maxLength: 3 }),
        }),
        { maxLength: 12 },
      )
      .map((list) =>
        list.map(({ who, key, claim, after }, i) =>
          says(`r${i}`, who, claim, {
            seq: i,
            key: who + key,
            after: after.filter((j) => j < i).map((j) => `r${j}`),
          }),
        ),
      )
    const PARAMETERS: Readonly<Record<string, GateParameters>> = {
      reviews: { count: 2, function: 'auditor' },
      interop: { passes: 2, suite: 'handshake' },
      builds: { reproductions: 2 },
      risks: {},
      drills: { count: 1 },
    }
    const shuffles = records.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    )
    fc.assert(
      fc.property(shuffles, ([list, shuffled]) => {
        for (const [name, parameters] of Object.entries(PARAMETERS)) {
          const subjects = [CORE, WIRE]
          const judged = gate(name, parameters, { subjects, attestations: list })
          expect(gate(name, parameters, { subjects, attestations: shuffled })).toEqual(judged)
        }
      }),
      { numRuns: 500 },
    )
  })
})
