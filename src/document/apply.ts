/**
 * Applies edits to a handle. Whether an edit fits is decided here, against the value at its view,
 * before Automerge is asked: what does not fit makes the whole operation void (design §2.5).
 */
import type { Value } from '../op/ids.ts'
import { childOf, type Found, type Handle, type ObjectId, rootOf } from './content.ts'
import { MAX_COUNT } from './limits.ts'
import type { Edit } from './ops.ts'
import { finish, type Steps } from './steps.ts'
import { counterOf, isValueList, isValueMap, keysOf } from './value.ts'

/** Units of text, or items, that are deleted in one step: some tens of ms. */
const DELETED_AT_ONCE = 4096

/** Applies edits one after the other; says why the first that does not fit does not. */
export const applyEdits = (handle: Handle, edits: readonly Edit[]): string | undefined =>
  finish(applying(handle, edits))

/** The same in steps; what they add up to does not depend on where they pause. */
export function* applying(handle: Handle, edits: readonly Edit[]): Steps<string | undefined> {
  for (const [i, edit] of edits.entries()) {
    const fault = yield* applyOne(handle, edit)
    if (fault !== undefined) return `edit ${i}: ${fault}`
    yield
  }
  return undefined
}

function* applyOne(handle: Handle, edit: Edit): Steps<string | undefined> {
  const target = targetOf(handle, edit.path)
  if (!target) return `nothing is at ${placeText(edit.path)}`
  switch (edit.do) {
    case 'splice':
      return target.type === 'text'
        ? yield* spliceText(handle, target.id, edit)
        : notA('text', edit)
    case 'insert':
      return target.type === 'list' ? insertItems(handle, target.id, edit) : notA('list', edit)
    default:
      return applyAt(handle, target, edit)
  }
}

type PlacedEdit = Exclude<Edit, { do: 'splice' | 'insert' }>

/** Edits of one entry: their `at` must fit what they change, a key a map, an index a list. */
function applyAt(handle: Handle, target: Found, edit: PlacedEdit): string | undefined {
  const { at } = edit
  const wanted = typeof at === 'string' ? 'map' : 'list'
  if (!('id' in target) || target.type !== wanted) return notA(wanted, edit)
  const found = childOf(handle, target.id, at)
  if (!found && !(edit.do === 'set' && wanted === 'map'))
    return `nothing is at ${placeText([...edit.path, at])}`
  if (edit.do === 'set') return put(handle, target.id, at, edit.value)
  if (edit.do === 'increment') return increment(handle, target.id, edit, found)
  return removeAt(handle, target.id, edit)
}

/** The text, list or map that a path leads to. */
function targetOf(handle: Handle, path: Edit['path']): Found | undefined {
  let at: Found | undefined = rootOf(handle)
  for (const step of path) {
    const wanted = typeof step === 'string' ? 'map' : 'list'
    if (at?.type !== wanted) return undefined
    at = childOf(handle, at.id, step)
  }
  return at
}

function* spliceText(
  handle: Handle,
  id: ObjectId,
  { at, remove, insert }: Extract<Edit, { do: 'splice' }>,
): Steps<string | undefined> {
  const length = handle.length(id)
  if (at + remove > length) return `text of ${length} units has no ${at + remove}`
  if (cutsPair(handle, id, at) || cutsPair(handle, id, at + remove))
    return 'it cuts a surrogate pair'
  // Automerge too inserts first. To delete costs ten times as much; in parts it is the same change.
  handle.splice(id, at, 0, insert)
  yield
  const behind = at + insert.length
  let left = remove
  for (; left > DELETED_AT_ONCE; yield) left -= deleteSome(handle, id, behind)
  handle.splice(id, behind, left, '')
  return undefined
}

/** Deletes whole characters; returns how many units. */
function deleteSome(handle: Handle, id: ObjectId, at: number): number {
  const count = DELETED_AT_ONCE + (cutsPair(handle, id, at + DELETED_AT_ONCE) ? 1 : 0)
  handle.splice(id, at, count, '')
  return count
}

/** A character of two units has one name at both: asking is far cheaper than reading the text. */
function cutsPair(handle: Handle, id: ObjectId, at: number): boolean {
  if (at === 0 || at >= handle.length(id)) return false
  return handle.getCursor(id, at - 1) === handle.getCursor(id, at)
}

function insertItems(
  handle: Handle,
  id: ObjectId,
  { at, values }: Extract<Edit, { do: 'insert' }>,
): string | undefined {
  const length = handle.length(id)
  if (at > length) return `a list of ${length} has no place ${at}`
  for (const [i, value] of values.entries()) insertItem(handle, id, at + i, value)
  return undefined
}

function removeAt(
  handle: Handle,
  id: ObjectId,
  { at, count }: Extract<Edit, { do: 'remove' }>,
): string | undefined {
  if (typeof at === 'string') {
    if (count !== 1) return 'a key is removed once'
    handle.delete(id, at)
    return undefined
  }
  const length = handle.length(id)
  if (at + count > length) return `a list of ${length} has no ${at + count}`
  for (let left = count; left > 0; left--) handle.delete(id, at)
  return undefined
}

function increment(
  handle: Handle,
  id: ObjectId,
  { at, by }: Extract<Edit, { do: 'increment' }>,
  found: Found | undefined,
): string | undefined {
  if (found?.type !== 'counter') return 'it is no counter'
  const next = found.value + by
  // Concurrent steps may add up to more; from there on only steps towards zero fit.
  if (Math.abs(next) > MAX_COUNT && Math.abs(next) >= Math.abs(found.value))
    return `a counter goes to ${MAX_COUNT} at most`
  handle.increment(id, at, by)
  return undefined
}

/** Puts a value at a key or in place of an item. */
function put(handle: Handle, id: ObjectId, at: string | number, value: Value): undefined {
  const counter = counterOf(value)
  if (counter !== undefined) handle.put(id, at, counter, 'counter')
  else if (typeof value === 'string') handle.putObject(id, at, value)
  else if (isValueList(value)) fillList(handle, handle.putObject(id, at, []), value)
  else if (isValueMap(value)) fillMap(handle, handle.putObject(id, at, {}), value)
  else handle.put(id, at, scalarOf(value), typeOf(value))
}

function insertItem(handle: Handle, id: ObjectId, at: number, value: Value): void {
  const counter = counterOf(value)
  if (counter !== undefined) handle.insert(id, at, counter, 'counter')
  else if (typeof value === 'string') handle.insertObject(id, at, value)
  else if (isValueList(value)) fillList(handle, handle.insertObject(id, at, []), value)
  else if (isValueMap(value)) fillMap(handle, handle.insertObject(id, at, {}), value)
  else handle.insert(id, at, scalarOf(value), typeOf(value))
}

function fillList(handle: Handle, id: ObjectId, values: readonly Value[]): void {
  for (const [i, value] of values.entries()) insertItem(handle, id, i, value)
}

function fillMap(handle: Handle, id: ObjectId, map: { readonly [key: string]: Value }): void {
  for (const key of keysOf(map)) put(handle, id, key, map[key] ?? null)
}

type Scalar = null | boolean | number | Uint8Array

const scalarOf = (value: Value): Scalar =>
  value === null ||
  typeof value === 'boolean' ||
  typeof value === 'number' ||
  value instanceof Uint8Array
    ? value
    : null

const typeOf = (value: Value): 'null' | 'boolean' | 'int' | 'bytes' =>
  typeof value === 'boolean'
    ? 'boolean'
    : typeof value === 'number'
      ? 'int'
      : value instanceof Uint8Array
        ? 'bytes'
        : 'null'

const notA = (wanted: string, { path }: Edit): string => `${placeText(path)} is no ${wanted}`

/** A place as people write it: `/checks/0/name`; the root is `/`. */
export const placeText = (path: readonly (string | number)[]): string => `/${path.join('/')}`
