/**
 * Builds `zip215.json`: signatures around the points of small order, which implementations of
 * ed25519 judge differently (ZIP 215; de Valence, "It's 255:19AM", 2020). Verdicts follow from how
 * each case is made, not from running a verifier.
 */
import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'

/** One signature with the verdict that Folkmoot must give. */
export interface SignatureCase {
  readonly about: string
  readonly message: string
  readonly publicKey: string
  readonly signature: string
  /** The key may enter the keyring. */
  readonly acceptsKey: boolean
  /** The signature is valid; presupposes `acceptsKey`. */
  readonly valid: boolean
}

const P = 2n ** 255n - 19n
const L = 2n ** 252n + 27742317777372353535851937790883648493n
const SIGN_BIT = 1n << 255n
const MESSAGE = new TextEncoder().encode('Zcash')
/** A secret scalar and a nonce for the cases that need an honest key; any would do. */
const SECRET = 0x666f6c6b6d6f6f74n ** 3n % L
const NONCE = 0x6e6f6e6365n ** 5n % L

const toBytes = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
const toNumber = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const challenge = (r: Uint8Array, a: Uint8Array): bigint =>
  toNumber(sha512(Uint8Array.of(...r, ...a, ...MESSAGE))) % L

/** The eight points whose order divides the cofactor. */
function torsionPoints(): readonly Point[] {
  // A point of order 8 (ZIP 215 lists its encoding); its multiples are the whole subgroup.
  const generator = Point.fromHex(
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  )
  const points = [Point.ZERO]
  for (let i = 1; i < 8; i++) points.push((points[i - 1] ?? Point.ZERO).add(generator))
  return points
}

/** Every 32 bytes that decode to a point of small order under ZIP 215: 8 canonical, 6 not. */
function smallOrderEncodings(): readonly Uint8Array[] {
  const heights = new Set(torsionPoints().map((point) => point.toAffine().y))
  const spellings = [...heights].flatMap((y) => (y + P < SIGN_BIT ? [y, y + P] : [y]))
  return spellings.flatMap((y) => [toBytes(y), toBytes(y | SIGN_BIT)])
}

const signatureCase = (
  about: string,
  key: Uint8Array,
  [r, s]: readonly [Uint8Array, bigint],
  verdict: Pick<SignatureCase, 'acceptsKey' | 'valid'>,
): SignatureCase => ({
  about,
  message: hex(MESSAGE),
  publicKey: hex(key),
  signature: hex(r) + hex(toBytes(s)),
  ...verdict,
})

/** Both A and R of small order, S = 0: all valid under ZIP 215, but such a key is never accepted. */
function smallKeys(): readonly SignatureCase[] {
  const encodings = smallOrderEncodings()
  const verdict = { acceptsKey: false, valid: false }
  return encodings.flatMap((a) =>
    encodings.map((r) => signatureCase('small-order A and R, S = 0', a, [r, 0n], verdict)),
  )
}

/**
 * An honest key signs with R of small order and S = k·a. Valid under ZIP 215; cofactorless only
 * where R is the neutral element in its canonical spelling.
 */
function smallNonces(): readonly SignatureCase[] {
  const key = Point.BASE.multiply(SECRET).toBytes()
  return smallOrderEncodings().map((r) => {
    const valid = hex(r) === hex(Point.ZERO.toBytes())
    const s = (challenge(r, key) * SECRET) % L
    return signatureCase('prime-order A, small-order R', key, [r, s], { acceptsKey: true, valid })
  })
}

/** An honest key adds each torsion point to an honest R: valid cofactored, else only for zero. */
function mixedNonces(): readonly SignatureCase[] {
  const key = Point.BASE.multiply(SECRET).toBytes()
  return torsionPoints().map((torsion) => {
    const r = Point.BASE.multiply(NONCE).add(torsion).toBytes()
    const s = (NONCE + challenge(r, key) * SECRET) % L
    const verdict = { acceptsKey: true, valid: torsion.is0() }
    return signatureCase('prime-order A, R with torsion', key, [r, s], verdict)
  })
}

/** A key with torsion in it signs honestly: refused as a key, whatever the equation says. */
function mixedKeys(): readonly SignatureCase[] {
  return torsionPoints().map((torsion) => {
    const key = Point.BASE.multiply(SECRET).add(torsion).toBytes()
    const r = Point.BASE.multiply(NONCE).toBytes()
    const s = (NONCE + challenge(r, key) * SECRET) % L
    const isHonest = torsion.is0()
    return signatureCase('A with torsion, prime-order R', key, [r, s], {
      acceptsKey: isHonest,
      valid: isHonest,
    })
  })
}

/** An honest signature with S spelled as S + n·L, as far as 256 bits reach. */
function wideScalars(): readonly SignatureCase[] {
  const key = Point.BASE.multiply(SECRET).toBytes()
  const r = Point.BASE.multiply(NONCE).toBytes()
  const s = (NONCE + challenge(r, key) * SECRET) % L
  return Array.from({ length: 15 }, (_, n) =>
    signatureCase(`honest, S + ${n}L`, key, [r, s + BigInt(n) * L], {
      acceptsKey: true,
      valid: n === 0,
    }),
  )
}

/** The whole table. */
export const zip215Cases = (): readonly SignatureCase[] => [
  ...smallKeys(),
  ...smallNonces(),
  ...mixedNonces(),
  ...mixedKeys(),
  ...wideScalars(),
]
