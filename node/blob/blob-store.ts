/**
 * Contents of artefacts under the home: a folder for each, named by its digest, with its manifest
 * and the content, which is called `part` until all of it was verified (design §6.2).
 */
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ContentDigest, readDigest } from '../../src/artefact/digest.ts'
import { decodeManifest } from '../../src/artefact/manifest.ts'
import { errnoOf } from '../home/errors.ts'
import { ensurePrivateDir, FILE_MODE, syncDir, writeFileAtomic } from '../home/files.ts'
import { BlobFile } from './blob-file.ts'
import {
  ContentHasher,
  type ContentIdentity,
  chunksOf,
  digestOfManifest,
} from './content-hasher.ts'
import { BlobError, blobFault } from './errors.ts'

const WHOLE = 'content'
const PART = 'part'
const MANIFEST = 'manifest'
/** Folders of contents that are being handed over; what a crash leaves of them is removed. */
const INCOMING = 'incoming-'

/** A content on disk. */
export interface BlobEntry {
  readonly digest: ContentDigest
  readonly isWhole: boolean
  /** What it takes when it is whole. */
  readonly sizeBytes: number
  /** When it was last used, in ms; of a part, last written. */
  readonly usedAt: number
}

/** What became of a part that should be whole. */
export type SealOutcome = 'held' | 'damaged' | 'false'

/** All contents of one home. Methods throw `BlobError`. One process writes at a time: the daemon. */
export class BlobStore {
  private readonly dir: string

  /** `dir` need not exist: it is made when something is put there. */
  constructor(dir: string) {
    this.dir = dir
  }

  /** Removes what a crash left of contents that were being handed over. */
  tidy(): void {
    for (const name of this.names())
      if (name.startsWith(INCOMING)) rmSync(join(this.dir, name), { recursive: true, force: true })
  }

  /** What is here, in no order. */
  entries(): BlobEntry[] {
    return this.names().flatMap((name) => {
      const digest = readDigest(name)
      return (digest && this.entry(digest)) ?? []
    })
  }

  /** One content; `undefined` when nothing of it is here. */
  entry(digest: ContentDigest): BlobEntry | undefined {
    for (const name of [WHOLE, PART]) {
      const stat = statSync(this.at(digest, name), { throwIfNoEntry: false })
      if (!stat) continue
      return { digest, isWhole: name === WHOLE, sizeBytes: stat.size, usedAt: stat.mtimeMs }
    }
    return undefined
  }

  /** The encoded manifest that is kept with a content. */
  async manifestOf(digest: ContentDigest): Promise<Uint8Array | undefined> {
    const path = this.at(digest, MANIFEST)
    try {
      return await readFile(path)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw blobFault(path, error)
    }
  }

  /** Opens a content that is whole; `undefined` when it is not, or its manifest is damaged. */
  async openWhole(digest: ContentDigest): Promise<BlobFile | undefined> {
    const entry = this.entry(digest)
    const encoded = await this.manifestOf(digest)
    if (!entry?.isWhole || encoded === undefined) return undefined
    const manifest = decodeManifest(encoded, entry.sizeBytes)
    return manifest.ok ? BlobFile.openWhole(this.at(digest, WHOLE), manifest.value) : undefined
  }

  /**
   * Opens the part of a content, or begins one: call `check` on one that `wasThere`. A whole content
   * becomes a part again, and a part by another manifest is begun anew.
   */
  async openPart(
    { digest, manifest, sizeBytes }: ContentIdentity,
    encoded: Uint8Array,
  ): Promise<{ readonly file: BlobFile; readonly wasThere: boolean }> {
    const decoded = decodeManifest(encoded, sizeBytes)
    if (!decoded.ok) throw mismatch(this.at(digest, MANIFEST), decoded.message)
    const before = await this.manifestOf(digest)
    const isSame =
      before !== undefined &&
      digestOfManifest(before) === manifest &&
      this.entry(digest)?.sizeBytes === sizeBytes
    if (!isSame) this.remove(digest)
    return this.guarded(digest, async () => {
      ensurePrivateDir(this.at(digest))
      if (!isSame) writeFileAtomic(this.at(digest, MANIFEST), encoded)
      if (this.entry(digest)?.isWhole) renameSync(this.at(digest, WHOLE), this.at(digest, PART))
      const path = this.at(digest, PART)
      const wasThere = this.entry(digest) !== undefined
      const file = wasThere
        ? await BlobFile.openPart(path, decoded.value)
        : await BlobFile.create(path, decoded.value)
      return { file, wasThere }
    })
  }

  /**
   * Makes a part, all of whose chunks are durable, the content, and closes it. `damaged`: the disk
   * changed some; they are durable no more, the file stays open. `false`: the chunks are those of the
   * manifest, but the content is another: who announced it lied, and the part is removed.
   */
  async seal(digest: ContentDigest, file: BlobFile): Promise<SealOutcome> {
    await file.sync()
    const whole = await file.wholeDigest()
    if (whole.damaged > 0) return 'damaged'
    await file.close()
    if (whole.digest !== digest) {
      this.remove(digest)
      return 'false'
    }
    return this.guarded<SealOutcome>(digest, async () => {
      renameSync(this.at(digest, PART), this.at(digest, WHOLE))
      syncDir(this.at(digest))
      syncDir(this.dir)
      this.touch(digest)
      return 'held'
    })
  }

  /** Takes in a content; throws `blob-mismatch`, and keeps nothing, when it is not what was said. */
  async take(said: ContentIdentity, source: AsyncIterable<Uint8Array>): Promise<void> {
    await this.guarded(said.digest, async () => {
      ensurePrivateDir(this.dir)
      const folder = mkdtempSync(join(this.dir, INCOMING))
      try {
        const encoded = await receive(join(folder, WHOLE), said, source)
        writeFileAtomic(join(folder, MANIFEST), encoded)
        this.remove(said.digest)
        renameSync(folder, this.at(said.digest))
        syncDir(this.dir)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }

  /** Removes a content or its part. Who has it open may read on. */
  remove(digest: ContentDigest): void {
    rmSync(this.at(digest), { recursive: true, force: true })
  }

  /** The content is used: it is the last to be evicted now. */
  touch(digest: ContentDigest): void {
    const now = new Date()
    try {
      utimesSync(this.at(digest, WHOLE), now, now)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw blobFault(this.at(digest), error)
    }
  }

  private names(): string[] {
    try {
      return readdirSync(this.dir)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return []
      throw blobFault(this.dir, error)
    }
  }

  private at(digest: ContentDigest, name = ''): string {
    return join(this.dir, digest, name)
  }

  private async guarded<T>(digest: ContentDigest, act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      throw blobFault(this.at(digest), error)
    }
  }
}

/** Writes a content as it comes; the encoded manifest when it is what was said. */
async function receive(
  path: string,
  said: ContentIdentity,
  source: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  const handle = await open(path, 'wx', FILE_MODE)
  const hasher = new ContentHasher()
  let left = said.sizeBytes
  try {
    for await (const chunk of chunksOf(source)) {
      left -= chunk.length
      if (left < 0) throw mismatch(path, `it has more than ${said.sizeBytes} bytes`)
      hasher.add(chunk)
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  const { identity, manifest } = hasher.done()
  if (identity.digest !== said.digest || identity.manifest !== said.manifest)
    throw mismatch(path, `it is sha256:${identity.digest}, ${identity.sizeBytes} bytes`)
  return manifest.encode()
}

const mismatch = (path: string, what: string): BlobError =>
  new BlobError(
    'blob-mismatch',
    `${path} is not the content that it was said to be: ${what}`,
    'was the file changed meanwhile? add it again',
  )
