/** Texts of our own notes: a private file each, named by its commitment, until and after it is revealed. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { ContentDigest } from '../../src/artefact/digest.ts'
import { SALT_BYTES } from '../../src/note/ops.ts'
import { ensurePrivateDir } from './files.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

const schema = z.strictObject({
  v: z.literal(1),
  salt: z.string().regex(new RegExp(`^[0-9a-f]{${2 * SALT_BYTES}}$`), 'must be a salt, hex'),
  text: z.string(),
})

/** What is kept of a note: lost, it can never be revealed. */
export interface KeptNote {
  readonly salt: Uint8Array
  readonly text: string
}

/** The notes of one home. Throws `HomeError`. */
export class NoteVault {
  private readonly dir: string

  /** `dir`: the layout's `notes`; made when the first note is kept. */
  constructor(dir: string) {
    this.dir = dir
  }

  /** Keeps a note, on disk when this returns: before its commitment is signed. */
  keep(digest: ContentDigest, { salt, text }: KeptNote): void {
    ensurePrivateDir(this.dir)
    writeJsonFile(this.pathOf(digest), { v: 1, salt: Buffer.from(salt).toString('hex'), text })
  }

  /** True when there is something of a note, readable or not. */
  has(digest: ContentDigest): boolean {
    return existsSync(this.pathOf(digest))
  }

  /** What is kept of a note; `undefined` when it is none of ours, or lost. */
  read(digest: ContentDigest): KeptNote | undefined {
    const kept = readJsonFile(this.pathOf(digest), schema)
    return kept && { salt: Uint8Array.from(Buffer.from(kept.salt, 'hex')), text: kept.text }
  }

  /** Forgets a note whose commitment was not signed after all. */
  forget(digest: ContentDigest): void {
    rmSync(this.pathOf(digest), { force: true })
  }

  private pathOf(digest: ContentDigest): string {
    return join(this.dir, `${digest}.json`)
  }
}
