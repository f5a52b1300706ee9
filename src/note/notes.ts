/**
 * The notes that members committed to, and what they said their texts were: a pure function of the
 * commitments and reveals that count. A reveal by another member than the note's is passed over: it
 * is not its author's word, whatever it says.
 */
import type { Held } from '../chain/held.ts'
import type { CoalitionId, KeyId, OpCid } from '../op/ids.ts'
import type { OpType } from '../op/type.ts'
import { commitmentOf } from './commitment.ts'
import type { noteCommit, noteReveal } from './ops.ts'

type BodyOf<T> = T extends OpType<infer Body> ? Body : never

/** A completed operation with its body. */
interface Said<Body> {
  readonly held: Held
  readonly body: Body
}

/** A completed commitment. */
export type SaidCommit = Said<BodyOf<typeof noteCommit>>
/** A completed reveal. */
export type SaidReveal = Said<BodyOf<typeof noteReveal>>

/** A text that was said to be the note's. */
export interface Reveal {
  readonly id: OpCid
  readonly at: number
  readonly salt: Uint8Array
  readonly text: string
  /** The digest fits: this is what was committed to. */
  readonly isTrue: boolean
}

/** How a note stands: `false` when something was said to be its text and nothing said was. */
export type NoteStanding = 'sealed' | 'revealed' | 'false'

/** One note. */
export interface Note {
  readonly id: OpCid
  readonly key: KeyId
  readonly root: KeyId
  readonly at: number
  readonly digest: Uint8Array
  readonly about: OpCid | undefined
  readonly label: string | undefined
  readonly standing: NoteStanding
  /** In the order of their CIDs. */
  readonly reveals: readonly Reveal[]
}

/** What notes are derived from. */
export interface NotesInput {
  readonly coalition: CoalitionId
  readonly commits: readonly SaidCommit[]
  readonly reveals: readonly SaidReveal[]
  readonly rootOf: (key: KeyId) => KeyId | undefined
}

/** Derives all notes, in the order of their authors' times. */
export function deriveNotes(input: NotesInput): Note[] {
  const said = Map.groupBy(input.reveals, ({ held, body }) => held.op.refs[body.note])
  return input.commits
    .flatMap((commit) => noteOf(commit, said.get(commit.held.op.cid) ?? [], input))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

function noteOf(
  { held: { op }, body }: SaidCommit,
  said: readonly SaidReveal[],
  { coalition, rootOf }: NotesInput,
): Note[] {
  const root = rootOf(op.key)
  if (root === undefined) return []
  const reveals = said
    .filter(({ held }) => rootOf(held.op.key) === root)
    .map((reveal) => revealOf(reveal, { coalition, key: op.key, digest: body.digest }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return [
    {
      id: op.cid,
      key: op.key,
      root,
      at: op.at,
      digest: body.digest,
      about: body.about === undefined ? undefined : op.refs[body.about],
      label: body.label,
      standing: standingOf(reveals),
      reveals,
    },
  ]
}

function revealOf(
  { held: { op }, body: { salt, text } }: SaidReveal,
  { digest, ...owner }: { coalition: CoalitionId; key: KeyId; digest: Uint8Array },
): Reveal {
  const given = commitmentOf({ ...owner, salt, text })
  return { id: op.cid, at: op.at, salt, text, isTrue: given.every((byte, i) => byte === digest[i]) }
}

const standingOf = (reveals: readonly Reveal[]): NoteStanding =>
  reveals.some(({ isTrue }) => isTrue) ? 'revealed' : reveals.length > 0 ? 'false' : 'sealed'
