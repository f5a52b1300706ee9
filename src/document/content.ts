/**
 * The one place that knows Automerge's handles: making, reading and measuring them. A handle is
 * filled by changes that this node derived itself, never by bytes of a peer (design §2.5).
 */
import { getBackend, init, load } from '@automerge/automerge'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { cidBytes } from '../op/cid.ts'
import type { OpCid, Value } from '../op/ids.ts'
import { invariant } from '../op/refusal.ts'
import type { DocumentKind } from './ops.ts'
import { COUNTER_KEY } from './value.ts'

/** An Automerge document in memory of its own; `free` it. */
export type Handle = ReturnType<typeof getBackend>
/** Names of changes, as Automerge has them. */
export type Heads = ReturnType<Handle['getHeads']>
/** Name of a text, list or map inside a document. */
export type ObjectId = string

/** What a place holds: an object with its name, or a plain value. */
export type Found =
  | { readonly type: 'text' | 'list' | 'map'; readonly id: ObjectId }
  | { readonly type: 'counter'; readonly value: number }
  | { readonly type: 'scalar'; readonly value: Value }

/** The key of Automerge's root map under which the document's own root stands. */
const ROOT_KEY = 'content'
const ACTOR_DOMAIN = new TextEncoder().encode('folkmoot/actor/v1')
const ACTOR_BYTES = 16

/**
 * The author of an operation's change: sha256("folkmoot/actor/v1" ‖ CID), its first 16 bytes as
 * hex. So nobody can write as another, or twice as himself.
 */
export function actorOf(cid: OpCid): string {
  const bytes = cidBytes(cid)
  const input = new Uint8Array(ACTOR_DOMAIN.length + bytes.length)
  input.set(ACTOR_DOMAIN)
  input.set(bytes, ACTOR_DOMAIN.length)
  return bytesToHex(sha256(input).subarray(0, ACTOR_BYTES))
}

/** The document as its creation leaves it: empty text, or an empty map. */
export function blank(id: OpCid, kind: DocumentKind): Handle {
  const handle = getBackend(init({ actor: actorOf(id) }))
  handle.putObject('/', ROOT_KEY, kind === 'text' ? '' : {})
  handle.commit(null, 0)
  return handle
}

/** Opens what `save` gave; the caller has checked that it is what it saved. */
export const loadHandle = (bytes: Uint8Array): Handle =>
  getBackend(load(bytes, { actor: READER, unchecked: true }))

/** The actor of handles that write nothing. */
export const READER = '00'.repeat(ACTOR_BYTES)

/** The document's own root. */
export function rootOf(handle: Handle): Found & { readonly id: ObjectId } {
  const root = childOf(handle, '/', ROOT_KEY)
  invariant(root && 'id' in root, 'every document has a root')
  return root
}

/** What stands at a key of a map or an index of a list; undefined where nothing does. */
export function childOf(handle: Handle, parent: ObjectId, at: string | number): Found | undefined {
  const found = handle.getWithType(parent, at)
  return found ? foundOf(found[0], found[1]) : undefined
}

/** Reads one of Automerge's typed values. */
export function foundOf(type: string, value: unknown): Found {
  if (type === 'text' || type === 'list' || type === 'map') return { type, id: String(value) }
  if (type === 'counter') return { type, value: Number(value) }
  if (typeof value === 'bigint') return { type: 'scalar', value: Number(value) }
  if (value instanceof Uint8Array) return { type: 'scalar', value: value.slice() }
  const isPlain = value === null || typeof value === 'boolean' || typeof value === 'number'
  invariant(isPlain, `documents hold no ${type}`)
  return { type: 'scalar', value }
}

/** The plain value of what was found: counters are their number, text is a string. */
export const plainOf = (handle: Handle, found: Found): Value => read(handle, found, (n) => n)

/** The value of what was found as it can be written: counters as `{ $counter: n }`. */
export const writableOf = (handle: Handle, found: Found): Value =>
  read(handle, found, (n) => ({ [COUNTER_KEY]: n }))

function read(handle: Handle, found: Found, count: (n: number) => Value): Value {
  const child = (at: string | number): Value => {
    const there = 'id' in found ? childOf(handle, found.id, at) : undefined
    invariant(there, 'what is listed is there')
    return read(handle, there, count)
  }
  switch (found.type) {
    case 'text':
      return handle.text(found.id)
    case 'list':
      return Array.from({ length: handle.length(found.id) }, (_, i) => child(i))
    case 'map':
      return Object.fromEntries(handle.keys(found.id).map((key) => [key, child(key)]))
    case 'counter':
      return count(found.value)
    default:
      return found.value
  }
}

/** The plain value of a whole document. */
export const contentOf = (handle: Handle): Value => plainOf(handle, rootOf(handle))

/** Size in the units of `MAX_DOCUMENT_SIZE`: those of `measure`, of what stands there now. */
export function sizeOf(handle: Handle, found: Found = rootOf(handle)): number {
  if (found.type === 'text') return 1 + handle.length(found.id)
  if (found.type === 'list' || found.type === 'map') {
    const keys = found.type === 'map' ? handle.keys(found.id) : undefined
    const places = keys ?? Array.from({ length: handle.length(found.id) }, (_, i) => i)
    return places.reduce<number>((sum, at) => {
      const child = childOf(handle, found.id, at)
      const name = typeof at === 'string' ? at.length : 0
      return sum + name + (child ? sizeOf(handle, child) : 0)
    }, 1)
  }
  return found.type === 'scalar' && found.value instanceof Uint8Array ? 1 + found.value.length : 1
}
