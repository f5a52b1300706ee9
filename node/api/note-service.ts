/** Answers and acts about notes: the text is kept in the home before its commitment is signed. */
import { randomBytes } from 'node:crypto'
import { digestFromBytes, formatDigest } from '../../src/artefact/digest.ts'
import { commitmentOf } from '../../src/note/commitment.ts'
import type { Note } from '../../src/note/notes.ts'
import { MAX_NOTE_TEXT, SALT_BYTES } from '../../src/note/ops.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { commitDraft, revealDraft } from '../../src/replica/record-acts.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { HomeError } from '../home/errors.ts'
import type { HomeLayout } from '../home/layout.ts'
import { type KeptNote, NoteVault } from '../home/note-vault.ts'
import type { Acting } from './acting.ts'
import { findId } from './ids.ts'
import { nameOf } from './naming.ts'
import type { ActOptions, Signed } from './node-api.ts'
import type { NoteApi, NoteDetail, NoteInput, NoteLine } from './record-api.ts'

/** What the service works with. */
export interface NoteServiceParts {
  readonly replica: Replica
  readonly acting: Acting
  readonly layout: Pick<HomeLayout, 'notes'>
}

/** The one implementation of `NoteApi`; the client only carries it. */
export class NoteService implements NoteApi {
  private readonly replica: Replica
  private readonly acting: Acting
  private readonly vault: NoteVault

  constructor({ replica, acting, layout }: NoteServiceParts) {
    this.replica = replica
    this.acting = acting
    this.vault = new NoteVault(layout.notes)
  }

  async list(): Promise<readonly NoteLine[]> {
    return this.replica.views.notes().map((note) => this.line(note))
  }

  async show(id: string): Promise<Result<NoteDetail>> {
    const note = this.find(id)
    if (!note.ok) return note
    const kept = this.kept(note.value)
    if (!kept.ok) return kept
    return accept({ ...this.line(note.value), kept: this.shown(note.value, kept.value) })
  }

  async add(
    { text: given, label, about }: NoteInput,
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const text = given.normalize('NFC')
    const key = this.replica.signer?.key
    if (key === undefined) return refuse('no-key', 'this replica has no key to sign with')
    if (text.length === 0 || text.length > MAX_NOTE_TEXT)
      return refuse(
        'note-length',
        `a note has 1 to ${MAX_NOTE_TEXT} characters, not ${text.length}`,
      )
    const target = about === undefined ? undefined : this.findOp(about)
    if (target && !target.ok) return target
    const salt = new Uint8Array(randomBytes(SALT_BYTES))
    const digest = commitmentOf({ coalition: this.replica.coalition, key, salt, text })
    const draft = commitDraft(this.replica, {
      digest,
      ...(target && { about: target.value }),
      ...(label !== undefined && { label: label.normalize('NFC') }),
    })
    if (!draft.ok || options.dryRun) return this.acting.sign(draft, options)
    const name = digestFromBytes(digest)
    const kept = refusingHomeErrors(() => this.vault.keep(name, { salt, text }))
    if (!kept.ok) return kept
    const signed = this.acting.sign(draft, options)
    if (!signed.ok) this.vault.forget(name)
    return signed
  }

  async reveal(id: string, options: ActOptions = {}): Promise<Result<Signed>> {
    const note = this.find(id)
    if (!note.ok) return note
    if (note.value.standing === 'revealed')
      return refuse('note-revealed', 'this note is revealed already', 'folkmoot note show <id>')
    const found = this.kept(note.value)
    if (!found.ok) return found
    const kept = found.value
    if (!kept)
      return refuse(
        'note-not-ours',
        `this home holds no text of note ${note.value.id}`,
        'reveal it from the home that added it, or bring its notes folder back from a backup',
      )
    if (!this.fits(note.value, kept))
      return refuse(
        'note-changed',
        'the text in this home is not what was committed to',
        'bring the notes folder back from a backup',
      )
    return this.acting.sign(revealDraft(note.value, kept.salt, kept.text), options)
  }

  private find(given: string): Result<Note> {
    const notes = new Map(this.replica.views.notes().map((note) => [note.id, note]))
    const id = findId(given, notes.keys(), 'note')
    const note = id.ok ? notes.get(id.value) : undefined
    if (note) return accept(note)
    return id.ok || id.code !== 'unknown-id'
      ? refuse('unknown-id', `no note is called "${given}"`, 'folkmoot note list')
      : refuse(id.code, id.message, 'folkmoot note list')
  }

  private findOp(given: string): Result<OpCid> {
    const found = findId(given, this.replica.ledger.byCid.keys(), 'operation')
    return found.ok || found.code !== 'unknown-id'
      ? found
      : refuse(found.code, found.message, 'folkmoot log')
  }

  private kept({ digest }: Note): Result<KeptNote | undefined> {
    return refusingHomeErrors(() => this.vault.read(digestFromBytes(digest)))
  }

  private shown(note: Note, kept: KeptNote | undefined): NoteDetail['kept'] {
    if (!kept) return null
    const { text, salt } = kept
    return { text, salt: Buffer.from(salt).toString('hex'), isTrue: this.fits(note, kept) }
  }

  private fits({ key, digest }: Note, { salt, text }: KeptNote): boolean {
    const given = commitmentOf({ coalition: this.replica.coalition, key, salt, text })
    return Buffer.from(given).equals(digest)
  }

  private line(note: Note): NoteLine {
    const { id, at, label, about, digest, standing, reveals } = note
    return {
      id,
      by: nameOf(this.replica, note.key),
      at,
      label: label ?? null,
      about: about ?? null,
      digest: formatDigest(digestFromBytes(digest)),
      standing,
      isOurs: this.vault.has(digestFromBytes(digest)),
      reveals: reveals.map((reveal) => ({
        id: reveal.id,
        at: reveal.at,
        text: reveal.text,
        isTrue: reveal.isTrue,
      })),
    }
  }
}

/** A home that fails refuses the act; any other exception is a bug and goes on its way. */
function refusingHomeErrors<T>(act: () => T): Result<T> {
  try {
    return accept(act())
  } catch (error) {
    if (error instanceof HomeError) return refuse(error.code, error.message, error.hint)
    throw error
  }
}
