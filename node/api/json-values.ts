/**
 * JSON that keeps bytes and links, as dag-json writes them: `{"/": {"bytes": "<base64>"}}` and
 * `{"/": "<cid>"}`. So a charter can travel over HTTP and be the same value at the other end.
 */
import { CID } from 'multiformats/cid'

/** Turns bytes and links, however deep, into JSON. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return { '/': { bytes: Buffer.from(value).toString('base64') } }
  if (value instanceof CID) return { '/': value.toString() }
  return mapDeep(value, toJson)
}

/** The reverse of `toJson`; what only looks like bytes or a link stays as it is. */
export function fromJson(value: unknown): unknown {
  if (!isRecord(value) || !('/' in value) || Object.keys(value).length !== 1)
    return mapDeep(value, fromJson)
  const inner = value['/']
  if (typeof inner === 'string') return readLink(inner) ?? value
  if (isRecord(inner) && typeof inner.bytes === 'string')
    return Uint8Array.from(Buffer.from(inner.bytes, 'base64'))
  return mapDeep(value, fromJson)
}

/** A value for people to read: bytes as hex, links as text. */
export function plainValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof CID) return value.toString()
  return mapDeep(value, plainValue)
}

/** True for a map. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function mapDeep(value: unknown, turn: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(turn)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, turn(inner)]))
}

function readLink(text: string): CID | undefined {
  try {
    return CID.parse(text)
  } catch {
    return undefined
  }
}
