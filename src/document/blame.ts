/** Who wrote what stands in a document, and where people wrote different things in one place. */
import type { Value } from '../op/ids.ts'
import {
  childOf,
  type Found,
  foundOf,
  type Handle,
  type ObjectId,
  plainOf,
  rootOf,
} from './content.ts'
import type { EditRecord } from './record.ts'
import type { Steps } from './steps.ts'

/** A place in a document: keys and indexes from the root. */
export type Place = readonly (string | number)[]

/** Text, or another value, that one edit put where it stands. */
export interface BlameSpan {
  readonly place: Place
  /** Position in text, in UTF-16 units; 0 for other values. */
  readonly at: number
  readonly value: Value
  /** Undefined for what the creation itself put there. */
  readonly edit: EditRecord | undefined
}

/** One of several values that people set one place to. */
export interface Rival {
  readonly value: Value
  readonly edit: EditRecord | undefined
  /** The one that is shown. */
  readonly isShown: boolean
}

/** A place with several values. */
export interface Conflict {
  readonly place: Place
  readonly rivals: readonly Rival[]
}

type Actors = ReadonlyMap<string, EditRecord>

/** Characters whose author is asked for in one step: some tens of ms. */
const ASKED_AT_ONCE = 1024

/** Every span of text and every other value, with the edit that put it there. */
export const blaming = (handle: Handle, actors: Actors): Steps<BlameSpan[]> =>
  new Reading(handle, actors).blame(rootOf(handle), [], undefined)

/** Every place with more than one value. */
export const conflictsOf = (handle: Handle, actors: Actors): Conflict[] =>
  new Reading(handle, actors).conflicts(rootOf(handle), [])

class Reading {
  private readonly handle: Handle
  private readonly actors: Actors

  constructor(handle: Handle, actors: Actors) {
    this.handle = handle
    this.actors = actors
  }

  *blame(found: Found, place: Place, by: EditRecord | undefined): Steps<BlameSpan[]> {
    if (found.type === 'text') return yield* this.spans(found.id, place)
    if (found.type === 'counter' || found.type === 'scalar')
      return [{ place, at: 0, value: found.value, edit: by }]
    const spans: BlameSpan[] = []
    for (const at of this.placesIn(found)) {
      const child = childOf(this.handle, found.id, at)
      const setter = this.rivalsAt(found.id, at).at(-1)?.edit
      if (child)
        for (const span of yield* this.blame(child, [...place, at], setter)) spans.push(span)
      yield
    }
    return spans
  }

  conflicts(found: Found, place: Place): Conflict[] {
    if (found.type !== 'map' && found.type !== 'list') return []
    return this.placesIn(found).flatMap((at) => {
      const rivals = this.rivalsAt(found.id, at)
      const child = childOf(this.handle, found.id, at)
      const here = [...place, at]
      const deeper = child ? this.conflicts(child, here) : []
      return rivals.length > 1 ? [{ place: here, rivals }, ...deeper] : deeper
    })
  }

  private placesIn(found: Found & { readonly id: ObjectId }): (string | number)[] {
    return found.type === 'map'
      ? this.handle.keys(found.id)
      : Array.from({ length: this.handle.length(found.id) }, (_, i) => i)
  }

  /** All values at a place, the one that is shown last. */
  private rivalsAt(parent: ObjectId, at: string | number): Rival[] {
    const all = this.handle.getAll(parent, at)
    return all.map((full, i) => {
      const [type, value] = full
      // An object is its own name; what else there is has its name behind it.
      const id = full.length > 2 ? full[2] : value
      const found = foundOf(type, value)
      return {
        value: plainOf(this.handle, found),
        edit: this.editOf(String(id)),
        isShown: i === all.length - 1,
      }
    })
  }

  private *spans(id: ObjectId, place: Place): Steps<BlameSpan[]> {
    const text = this.handle.text(id)
    const spans: { place: Place; at: number; value: string; edit: EditRecord | undefined }[] = []
    let at = 0
    for (const point of text) {
      const edit = this.editOf(String(this.handle.getCursor(id, at)))
      const last = spans.at(-1)
      if (last && last.edit === edit) last.value += point
      else spans.push({ place, at, value: point, edit })
      if (at % ASKED_AT_ONCE === 0) yield
      at += point.length
    }
    return spans
  }

  /** The edit whose actor stands in one of Automerge's names, `counter@actor`. */
  private editOf(name: string): EditRecord | undefined {
    return this.actors.get(name.slice(name.indexOf('@') + 1))
  }
}
