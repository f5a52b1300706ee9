/** The rules that a charter's parts must keep among themselves; each test breaks one. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { charters, charterWith, fraction, type MemberSpec } from '../../test/support/charters.ts'
import { cidOf, linkOf } from '../op/cid.ts'
import { checkCharter } from './check.ts'
import { leastValidity } from './check-track.ts'
import { MAX_DURATION_MS } from './duration.ts'
import { MAX_GATE_COUNT } from './gates.ts'
import { formatPath } from './problem.ts'
import type { Charter, Track } from './schema.ts'

const FIVE: readonly MemberSpec[] = [
  ['acme', 1, ['maintainer']],
  ['globex'],
  ['initech'],
  ['umbrella'],
  ['soylent'],
]
const good = charterWith(
  FIVE,
  'components: [{ id: core, owners: [acme, globex], decidedBy: owners }, { id: wire, owners: [acme], depends: [core] }]',
)

/** Where the charter has problems, after the change. */
function wrong(change: Partial<Charter>): string[] {
  return checkCharter({ ...good, ...change }).map(({ path }) => formatPath(path))
}

/** Where the charter has problems when track `standard` is changed. */
function wrongTrack(change: (track: Track) => Partial<Track>, id = 'standard'): string[] {
  const track = good.tracks[id]
  if (track === undefined) return expect.unreachable()
  return wrong({ tracks: { ...good.tracks, [id]: { ...track, ...change(track) } } })
}

const [acme, globex, ...rest] = good.stakeholders
const [core, wire] = good.components
if (!acme || !globex || !core || !wire) throw new TypeError('the charter lacks its parts')
const link = linkOf(cidOf(new Uint8Array()))

test('charters of every shape that keep the rules have no problems', () => {
  expect(checkCharter(good)).toEqual([])
  fc.assert(fc.property(charters, (charter) => checkCharter(charter).length === 0))
})

describe('members and components', () => {
  test('an id is used once', () => {
    expect(wrong({ stakeholders: [acme, { ...globex, id: 'acme' }, ...rest] })).toContain(
      'stakeholders[1].id',
    )
    expect(wrong({ components: [core, wire, wire] })).toEqual(['components[2].id'])
  })

  test('a root speaks for one stakeholder', () => {
    const twin = { ...globex, root: Uint8Array.from(acme.root) }
    expect(wrong({ stakeholders: [acme, twin, ...rest] })).toEqual(['stakeholders[1].root'])
  })

  test('functions are defined, and listed once', () => {
    const odd = { ...globex, functions: ['maintainer', 'jester', 'maintainer', 'constructor'] }
    expect(wrong({ stakeholders: [acme, odd, ...rest] })).toEqual([
      'stakeholders[1].functions[1]',
      'stakeholders[1].functions[3]',
      'stakeholders[1].functions[2]',
    ])
  })

  test('owners are members', () => {
    const owned = { ...wire, owners: ['acme', 'acne'] }
    const [found] = checkCharter({ ...good, components: [core, owned] })
    expect(found).toMatchObject({
      path: ['components', 1, 'owners', 1],
      hint: 'did you mean "acme"?',
    })
  })

  test('a component depends on others that exist; a circle is fine', () => {
    const circle = [{ ...core, depends: ['wire'] }, wire]
    expect(wrong({ components: circle })).toEqual([])
    expect(wrong({ components: [core, { ...wire, depends: ['wire', 'gone'] }] })).toEqual([
      'components[1].depends[0]',
      'components[1].depends[1]',
    ])
  })
})

describe('tracks', () => {
  test.each(['standard', 'emergency', 'constitutional', 'domain'])('%s is needed', (id) => {
    const { [id]: gone, ...tracks } = good.tracks
    expect(gone).toBeDefined()
    expect(wrong({ tracks })).toEqual(['tracks'])
  })

  test('domain is needed only where owners decide', () => {
    const { domain, ...tracks } = good.tracks
    expect(domain).toBeDefined()
    expect(wrong({ tracks, components: [{ ...core, decidedBy: 'coalition' }] })).toEqual([])
  })

  test('a fraction is of more than zero, at most one, in lowest terms', () => {
    for (const bad of [
      { num: 0, den: 1 },
      { num: 5, den: 3 },
      { num: 2, den: 4 },
    ])
      expect(wrongTrack(() => ({ quorum: bad }))).toEqual(['tracks.standard.quorum'])
    expect(wrongTrack(() => ({ quorum: { num: 1, den: 1 } }))).toEqual([])
  })

  test('voting and settling take time', () => {
    const wrongWindow = (name: string, ms: number) =>
      wrongTrack(({ windows }) => ({ windows: { ...windows, [name]: ms } }))
    expect(wrongWindow('voting', 0)).toEqual(['tracks.standard.windows.voting'])
    expect(wrongWindow('settle', 0)).toEqual(['tracks.standard.windows.settle'])
    expect(wrongWindow('voting', 1)).toEqual([])
    expect(wrongWindow('deliberation', 0)).toEqual([])
    expect(wrongWindow('validity', MAX_DURATION_MS)).toEqual([])
    expect(wrongWindow('validity', MAX_DURATION_MS + 1)).toHaveLength(1)
  })

  test('validity covers the stages, settle and the contingency, to the millisecond', () => {
    const short = (by: number) =>
      wrongTrack(({ windows, contingency }) => ({
        windows: { ...windows, validity: leastValidity(windows, contingency) - by },
      }))
    expect(short(0)).toEqual([])
    expect(short(1)).toEqual(['tracks.standard.windows.validity'])
  })

  test('a chamber is a function that the charter defines, named once', () => {
    const chamber = (name: string) => ({ function: name, approval: fraction('1/2') })
    expect(wrongTrack(() => ({ chambers: [chamber('maintainer')] }))).toEqual([])
    expect(wrongTrack(() => ({ chambers: [chamber('mantainer')] }))).toEqual([
      'tracks.standard.chambers[0]',
      'tracks.standard.chambers[0].function',
    ])
    expect(
      wrongTrack(() => ({ chambers: [chamber('maintainer'), chamber('maintainer')] })),
    ).toEqual(['tracks.standard.chambers[1]'])
  })

  test('a chamber that nobody is in could never approve', () => {
    const chambers = [{ function: 'operator', approval: fraction('1/2') }]
    expect(wrongTrack(() => ({ chambers }))).toEqual(['tracks.standard.chambers[0].function'])
  })

  test('on track domain the owners of each component must have every chamber', () => {
    const chambers = [{ function: 'maintainer', approval: fraction('1/2') }]
    expect(wrongTrack(() => ({ chambers }), 'domain')).toEqual([])
    const foreign = [{ ...core, owners: ['globex'] }, wire]
    const domain = good.tracks.domain
    if (!domain) return expect.unreachable()
    const tracks = { ...good.tracks, domain: { ...domain, chambers } }
    expect(wrong({ tracks, components: foreign })).toEqual(['tracks.domain.chambers[0].function'])
  })

  test('the floor of a contingency exceeds the weight that may be faulty', () => {
    const floor = (text: string) =>
      wrongTrack(({ contingency }) => ({
        contingency: contingency && { ...contingency, floor: fraction(text) },
      }))
    // Five members of weight 1: F = 1, and 1/5 of them is no more than that.
    expect(floor('1/5')).toEqual(['tracks.standard.contingency.floor'])
    expect(floor('201/1000')).toEqual([])
  })

  test('a contingency asks for functions that are defined', () => {
    expect(
      wrongTrack(({ contingency }) => ({
        contingency: contingency && { ...contingency, functions: ['constructor'] },
      })),
    ).toEqual(['tracks.standard.contingency.functions[0]'])
  })
})

describe('gates', () => {
  const gates = (given: Track['gates']) => wrongTrack(() => ({ gates: given }))

  test('a gate is known, has every parameter, and no other', () => {
    expect(gates({ builds: { reproductions: 1 } })).toEqual([])
    expect(gates({ biulds: { reproductions: 1 } })).toEqual(['tracks.standard.gates.biulds'])
    expect(gates({ constructor: {} })).toEqual(['tracks.standard.gates.constructor'])
    expect(gates({ builds: {} })).toEqual(['tracks.standard.gates.builds.reproductions'])
    expect(gates({ builds: { reproductions: 1, more: 1 } })).toEqual([
      'tracks.standard.gates.builds.more',
    ])
  })

  test('parameters are within their bounds', () => {
    expect(gates({ builds: { reproductions: MAX_GATE_COUNT } })).toEqual([])
    expect(gates({ builds: { reproductions: MAX_GATE_COUNT + 1 } })).toHaveLength(1)
    expect(gates({ builds: { reproductions: 0 } })).toHaveLength(1)
    expect(gates({ objections: { state: 'ignored' } })).toHaveLength(1)
    expect(gates({ interop: { passes: 1, suite: 7 } })).toHaveLength(1)
    expect(gates({ reviews: { count: 1, function: 'operator' } })).toEqual([])
    expect(gates({ reviews: { count: 1, function: 'jester' } })).toHaveLength(1)
  })

  test("a newer protocol's gates are left to builds that know them", () => {
    const standard = good.tracks.standard
    if (!standard) return expect.unreachable()
    const tracks = { ...good.tracks, standard: { ...standard, gates: { oracle: {} } } }
    expect(wrong({ tracks, protocol: 2 })).toEqual([])
    const next = { ...good, tracks, protocol: 2 }
    expect(checkCharter(next, 2), 'a build that knows protocol 2 and judges by it').toHaveLength(1)
    expect(checkCharter(next, 1), 'but not as an amendment of a charter of protocol 1').toEqual([])
    expect(wrong({ tracks })).toHaveLength(1)
  })
})

describe('limits and amendments', () => {
  test('ages and intervals are more than nothing', () => {
    expect(wrong({ limits: { ...good.limits, checkpointEvery: 0 } })).toEqual([
      'limits.checkpointEvery',
    ])
    expect(wrong({ limits: { ...good.limits, keyMaxAge: MAX_DURATION_MS + 1 } })).toEqual([
      'limits.keyMaxAge',
    ])
  })

  test('no amendment names the holder of the charter: that follows from the line of charters', () => {
    const holders = [{ slot: 'charter', holder: null }]
    expect(wrong({ version: 2, holders })).toEqual(['holders[0].slot'])
  })

  test('only an amendment has leavers and holders, each once', () => {
    const leaver = { key: new Uint8Array(32), seq: 0, cid: link }
    const holder = { slot: 'core@main', holder: link }
    const named = { leavers: [leaver], holders: [holder] }
    expect(wrong(named)).toEqual(['leavers', 'holders'])
    expect(wrong({ ...named, version: 2 })).toEqual([])
    expect(wrong({ leavers: [leaver, leaver], holders: [holder, holder], version: 2 })).toEqual([
      'leavers[1].key',
      'holders[1].slot',
    ])
    expect(wrong({ holders: [{ slot: 'core', holder: null }], version: 2 })).toEqual([
      'holders[0].slot',
    ])
  })
})
