/**
 * What plain Automerge makes of edits, without any of the engine: each on a fork of one document at
 * the heads that it names, all forks merged. Slow and plain on purpose.
 */
import { createHash } from 'node:crypto'
import { getBackend, init } from '@automerge/automerge'
import { CID } from 'multiformats/cid'
import type { Edit } from '../../src/document/ops.ts'
import { isValueList, isValueMap } from '../../src/document/value.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'

type Handle = ReturnType<typeof getBackend>

/** An edit of plain Automerge. */
export interface PlainEdit {
  readonly cid: OpCid
  readonly after: readonly OpCid[]
  readonly edits: readonly Edit[]
}

const actor = (cid: OpCid): string =>
  createHash('sha256')
    .update('folkmoot/actor/v1')
    .update(CID.parse(cid).bytes)
    .digest('hex')
    .slice(0, 32)

/** Heads and plain value of a document with these edits, each given after what it builds on. */
export function plainAutomerge(
  id: OpCid,
  kind: 'text' | 'map',
  edits: readonly PlainEdit[],
): { readonly heads: string[]; readonly value: unknown } {
  const doc = getBackend(init({ actor: actor(id) }))
  doc.putObject('/', 'content', kind === 'text' ? '' : {})
  const created = doc.commit(null, 0) ?? ''
  const hashes = new Map<OpCid, string>()
  for (const { cid, after, edits: list } of edits) {
    const at = after.length === 0 ? [created] : after.map((one) => hashes.get(one) ?? '')
    const fork = doc.fork(actor(cid), at)
    for (const edit of list) change(fork, edit)
    hashes.set(cid, fork.commit(null, 0) ?? fork.emptyChange(null, 0))
    doc.merge(fork)
    fork.free()
  }
  const { content } = doc.materialize('/') as { content: unknown }
  const result = { heads: [...doc.getHeads()].sort(), value: content }
  doc.free()
  return result
}

function change(doc: Handle, edit: Edit): void {
  const object = edit.path.reduce<string>(
    (id, step) => String(doc.getWithType(id, step)?.[1]),
    String(doc.getWithType('/', 'content')?.[1]),
  )
  if (edit.do === 'splice') doc.splice(object, edit.at, edit.remove, edit.insert)
  else if (edit.do === 'set') put(doc, { object, at: edit.at }, edit.value)
  else if (edit.do === 'increment') doc.increment(object, edit.at, edit.by)
  else if (edit.do === 'remove')
    for (let left = edit.count; left > 0; left--) doc.delete(object, edit.at)
  else
    for (const [i, value] of edit.values.entries())
      put(doc, { list: object, index: edit.at + i }, value)
}

type Insert = { readonly list: string; readonly index: number }
type Target = { readonly object: string; readonly at: string | number } | Insert

/** Puts a value at a key or index, or inserts it into a list. */
function put(doc: Handle, to: Target, value: Value): void {
  const scalar = (type: string, plain: unknown): void =>
    'list' in to
      ? doc.insert(to.list, to.index, plain as never, type as never)
      : doc.put(to.object, to.at, plain as never, type as never)
  const made = (plain: unknown): string =>
    'list' in to
      ? doc.insertObject(to.list, to.index, plain as never)
      : doc.putObject(to.object, to.at, plain as never)
  if (typeof value === 'string') made(value)
  else if (value === null) scalar('null', null)
  else if (typeof value === 'boolean') scalar('boolean', value)
  else if (typeof value === 'number') scalar('int', value)
  else if (value instanceof Uint8Array) scalar('bytes', value)
  else if (isValueList(value)) {
    const list = made([])
    for (const [index, item] of value.entries()) put(doc, { list, index }, item)
  } else if (isValueMap(value)) {
    if ('$counter' in value) scalar('counter', value.$counter)
    else fill(doc, made({}), value)
  }
}

function fill(doc: Handle, object: string, map: { readonly [key: string]: Value }): void {
  for (const at of Object.keys(map).sort()) put(doc, { object, at }, map[at] ?? null)
}
