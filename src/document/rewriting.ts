/**
 * From a value that somebody wrote to the fewest edits that lead there, so that what others write
 * at the same time is left alone (design §2.5).
 */
import { getBackend, init } from '@automerge/automerge'
import type { Value } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { applyEdits } from './apply.ts'
import { childOf, type Found, type Handle, plainOf, READER, rootOf, writableOf } from './content.ts'
import { MAX_EDITS, MAX_TEXT, MAX_VALUES } from './limits.ts'
import { type Edit, weigh } from './ops.ts'
import { counterOf, isValueList, isValueMap, keysOf, type ValueMap } from './value.ts'

type Place = Edit['path']

/**
 * Edits that make the value of a handle the wanted one; a number in a counter's place becomes a
 * step of it. Refuses (`invalid-value`) text for data and data for text.
 */
export function editsTo(handle: Handle, wanted: Value): Result<Edit[]> {
  const edits = new Rewriting(handle).at(rootOf(handle), wanted, [])
  return edits
    ? accept(edits)
    : refuse('invalid-value', 'text documents hold text, map documents a map', 'write what it is')
}

/** Edits in portions that each fit into one operation; refuses a value that fits into none. */
export function portionsOf(edits: readonly Edit[]): Result<Edit[][]> {
  const portions: Edit[][] = []
  let room = { edits: 0, text: 0, values: 0 }
  for (const edit of edits.flatMap(pieces)) {
    const { text, size } = weigh(edit)
    const values = size - text
    if (text > MAX_TEXT || values > MAX_VALUES)
      return refuse(
        'too-large',
        `a value at /${edit.path.join('/')} of ${text} units and ${values} parts; an operation carries ${MAX_TEXT} and ${MAX_VALUES}`,
        'add it in parts',
      )
    if (room.edits < 1 || room.text < text || room.values < values) {
      portions.push([])
      room = { edits: MAX_EDITS, text: MAX_TEXT, values: MAX_VALUES }
    }
    portions.at(-1)?.push(edit)
    room = { edits: room.edits - 1, text: room.text - text, values: room.values - values }
  }
  return accept(portions)
}

/** A long insertion as several. */
function pieces(edit: Edit): Edit[] {
  if (edit.do !== 'splice' || edit.insert.length <= MAX_TEXT) return [edit]
  const list: Edit[] = []
  for (let from = 0; from < edit.insert.length; ) {
    let to = Math.min(edit.insert.length, from + MAX_TEXT)
    const last = edit.insert.charCodeAt(to - 1)
    if (to < edit.insert.length && last >= 0xd800 && last < 0xdc00) to--
    const remove = from === 0 ? edit.remove : 0
    list.push({ ...edit, at: edit.at + from, remove, insert: edit.insert.slice(from, to) })
    from = to
  }
  return list
}

class Rewriting {
  private readonly handle: Handle

  constructor(handle: Handle) {
    this.handle = handle
  }

  /** Edits from what was found to what is wanted; undefined when only replacing it will do. */
  at(found: Found, wanted: Value, path: Place): Edit[] | undefined {
    if (found.type === 'text')
      return typeof wanted === 'string' ? this.text(found, wanted, path) : undefined
    if (found.type === 'map') return isValueMap(wanted) ? this.map(found, wanted, path) : undefined
    if (found.type === 'list')
      return isValueList(wanted) ? this.list(found, wanted, path) : undefined
    return undefined
  }

  private text(found: Found, wanted: string, path: Place): Edit[] {
    const spelt = plainOf(this.handle, found)
    return splices(typeof spelt === 'string' ? spelt : '', wanted).map((one) => ({
      do: 'splice',
      path,
      ...one,
    }))
  }

  private map(found: Found & { id: string }, wanted: ValueMap, path: Place): Edit[] {
    const removed = this.handle
      .keys(found.id)
      .filter((key) => !Object.hasOwn(wanted, key))
      .map((key) => ({ do: 'remove', path, at: key, count: 1 }) as const)
    const kept = keysOf(wanted).flatMap((key) =>
      this.entry(found.id, key, wanted[key] ?? null, path),
    )
    return [...removed, ...kept]
  }

  /** Edits of one entry of a map or item of a list. */
  private entry(parent: string, at: string | number, wanted: Value, path: Place): Edit[] {
    const found = childOf(this.handle, parent, at)
    if (!found) return [{ do: 'set', path, at, value: wanted }]
    const count = counterOf(wanted) ?? wanted
    if (found.type === 'counter' && typeof count === 'number')
      return count === found.value ? [] : [{ do: 'increment', path, at, by: count - found.value }]
    if (found.type === 'scalar' && isEqual(found.value, wanted)) return []
    if (found.type === 'text' && this.isWord(found, wanted))
      return isEqual(plainOf(this.handle, found), wanted)
        ? []
        : [{ do: 'set', path, at, value: wanted }]
    return this.at(found, wanted, [...path, at]) ?? [{ do: 'set', path, at, value: wanted }]
  }

  /**
   * Text of one line in data is a word that people choose, not prose that they weave: two choices
   * are a conflict to be shown, and never mixed letter by letter.
   */
  private isWord(found: Found, wanted: Value): boolean {
    const now = plainOf(this.handle, found)
    return [now, wanted].every((text) => typeof text === 'string' && !text.includes('\n'))
  }

  /** What is alike at both ends stays; of the middle, items that differ are changed in place. */
  private list(found: Found & { id: string }, wanted: readonly Value[], path: Place): Edit[] {
    const plain = plainOf(this.handle, found)
    const now = isValueList(plain) ? plain : []
    let start = 0
    while (start < now.length && start < wanted.length && isEqual(now[start], wanted[start]))
      start++
    let [end, wantedEnd] = [now.length, wanted.length]
    while (end > start && wantedEnd > start && isEqual(now[end - 1], wanted[wantedEnd - 1])) {
      end--
      wantedEnd--
    }
    const common = Math.min(end, wantedEnd)
    const edits: Edit[] = []
    for (let i = start; i < common; i++)
      edits.push(...this.entry(found.id, i, wanted[i] ?? null, path))
    if (end > common) edits.push({ do: 'remove', path, at: common, count: end - common })
    for (let from = common; from < wantedEnd; from += LIST_PORTION) {
      const values = wanted.slice(from, Math.min(wantedEnd, from + LIST_PORTION))
      edits.push({ do: 'insert', path, at: from, values: [...values] })
    }
    return edits
  }
}

/** Items that one edit inserts into a list. */
const LIST_PORTION = 64

/** Alike as people read them: a counter is its number. */
function isEqual(one: Value | undefined, other: Value | undefined): boolean {
  const [a, b] = [one, other].map((value) => value && (counterOf(value) ?? value))
  if (isValueList(a) && isValueList(b))
    return a.length === b.length && a.every((item, i) => isEqual(item, b[i]))
  if (isValueMap(a) && isValueMap(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every((key) => isEqual(a[key], b[key]))
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array)
    return a.length === b.length && a.every((byte, i) => byte === b[i])
  return a === b
}

interface Splice {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** The splices from one text to another, by Automerge's own difference of grapheme clusters. */
export function splices(before: string, after: string): Splice[] {
  if (before === after) return []
  const handle = getBackend(init({ actor: READER }))
  try {
    const id = handle.putObject('/', 'text', before)
    handle.commit(null, 0)
    const heads = handle.getHeads()
    handle.updateText(id, after)
    handle.commit(null, 0)
    return merged(
      handle.diff(heads, handle.getHeads()).flatMap((patch) => {
        const at = patch.path.at(-1)
        if (typeof at !== 'number') return []
        if (patch.action === 'del') return [{ at, remove: patch.length ?? 1, insert: '' }]
        return patch.action === 'splice' ? [{ at, remove: 0, insert: patch.value }] : []
      }),
    )
  } finally {
    handle.free()
  }
}

/** A removal right where something was inserted belongs to it. */
function merged(list: readonly Splice[]): Splice[] {
  const out: Splice[] = []
  for (const one of list) {
    const last = out.at(-1)
    if (last && last.remove === 0 && one.insert === '' && one.at === last.at + last.insert.length)
      out[out.length - 1] = { ...last, remove: one.remove }
    else out.push(one)
  }
  return out
}

/**
 * Edits on `onto` for what a value, written over `from`, changes there. Text merges; where another
 * has set the same key since, what was written holds.
 */
export function rebased(from: Handle, onto: Handle, wanted: Value): Result<Edit[]> {
  const edits = editsTo(from, wanted)
  if (!edits.ok) return edits
  const scratch = from.clone(SCRATCH)
  const merge = onto.clone(READER)
  try {
    applyEdits(scratch, edits.value)
    scratch.commit(null, 0)
    const change = scratch.getLastLocalChange()
    if (change) merge.applyChanges([change])
    for (const edit of edits.value) if (isKeyed(edit)) applyEdits(merge, [edit])
    return editsTo(onto, writableOf(merge, rootOf(merge)))
  } finally {
    scratch.free()
    merge.free()
  }
}

/** True for what sets or removes a key that has the same name in every version. */
const isKeyed = (edit: Edit): boolean =>
  (edit.do === 'set' || edit.do === 'remove') &&
  [...edit.path, edit.at].every((step) => typeof step === 'string')

/** The actor of changes that are thrown away. */
const SCRATCH = 'ff'.repeat(16)
