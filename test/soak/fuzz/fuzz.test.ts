/** No decoder throws, hangs or grows, whatever it is given: 200,000 inputs; `npm run soak:fuzz` gives more. */
import { describe, expect, it } from 'vitest'
import { decodeValue, Malformed } from '../../../src/op/cbor.ts'
import { fuzz, type Target } from './fuzzer.ts'
import { fuzzAll, TARGETS } from './run.ts'
import { mangledJson } from './texts.ts'
import { mangledCbor, SEED_OPS } from './wire-targets.ts'

const INPUTS = 200_000
const TIMEOUT_MS = 600_000
const MAX_GROWTH_MIB = 768
/** What the planted readers have room for. */
const MOST_BYTES = 2 ** 30

describe('every decoder', { timeout: TIMEOUT_MS }, () => {
  it(`answers ${INPUTS} inputs, each in time and in bounded memory`, async () => {
    const { inputs, findings, growthMib, targets } = await fuzzAll(INPUTS, 1)
    expect(findings).toEqual([])
    expect(inputs).toBeGreaterThanOrEqual(INPUTS)
    expect(Object.keys(targets)).toHaveLength(TARGETS.length)
    // A fuzzer that only ever sees one answer fuzzes nothing.
    for (const [name, { kinds }] of Object.entries(targets)) expect(kinds, name).toBeGreaterThan(1)
    expect(growthMib).toBeLessThan(MAX_GROWTH_MIB)
  })
})

const bytesTarget = (run: (bytes: Uint8Array) => string): Target<Uint8Array> => ({
  name: 'planted',
  share: 1,
  seeds: SEED_OPS.map(({ bytes }) => bytes),
  mangle: mangledCbor,
  run,
  show: (bytes) => Buffer.from(bytes).toString('hex'),
})

describe('the fuzzer', () => {
  it('finds a reader that believes a length', async () => {
    const target = bytesTarget((bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const at = bytes.indexOf(0x5a)
      const promised = at < 0 || at + 5 > bytes.length ? 0 : view.getUint32(at + 1)
      // Sets aside what is promised before it looks whether that is there.
      if (promised > MOST_BYTES) throw new RangeError(`no room for ${promised} bytes`)
      return `${promised > 0}`
    })
    const { findings } = await fuzz(target, 5_000, 1)
    expect(findings[0]).toMatchObject({
      what: 'threw',
      input: expect.stringMatching(/^[0-9a-f]+$/),
    })
  })

  it('finds a reader that recurses as deep as it is told', async () => {
    const depth = (value: unknown): number => {
      if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0
      const [inner] = Object.values(value)
      const below = inner === undefined ? 0 : depth(inner)
      if (below > 12) throw new Malformed('too deep for me')
      return below + 1
    }
    const target = bytesTarget((bytes) => {
      const value = decodeValue(bytes)
      return value.ok ? `${depth(value.value)}` : value.code
    })
    expect((await fuzz(target, 20_000, 1)).findings[0]?.why).toContain('too deep for me')
  })

  it('finds a name that is a property of every object', async () => {
    const known: Readonly<Record<string, () => string>> = { yes: () => 'y', no: () => 'n' }
    const target: Target<string> = {
      name: 'planted',
      share: 1,
      seeds: ['{"choice":"yes"}', '{"choice":"no"}'],
      mangle: mangledJson,
      run: (text) => {
        const read: { choice?: unknown } | null = safely(text)
        const choice = read?.choice
        return typeof choice === 'string' && choice in known ? (known[choice]?.() ?? '') : 'none'
      },
      show: (text) => text,
    }
    const { findings } = await fuzz(target, 5_000, 1)
    expect(findings[0]?.input).toContain('__proto__')
  })
})

function safely(text: string): { choice?: unknown } | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
