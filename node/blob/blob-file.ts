/**
 * One content on disk, whole or in part. The file is its own journal: which chunks are here is found
 * by hashing them, so a crash can leave nothing behind that passes for what it is not.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { ChunkSet } from '../../src/artefact/chunk-set.ts'
import { type ContentDigest, digestFromBytes } from '../../src/artefact/digest.ts'
import { CHUNK_BYTES } from '../../src/artefact/limits.ts'
import type { Manifest } from '../../src/artefact/manifest.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { FILE_MODE } from '../home/files.ts'
import { blobFault } from './errors.ts'

/** Chunks written between two syncs (16 MiB): what a crash may cost, and when others may have them. */
export const SYNC_CHUNKS = 64

/** An open content. All methods throw `BlobError`; close it. */
export class BlobFile {
  readonly path: string
  readonly manifest: Manifest
  /** Chunks that were verified and are on disk: what we may say that we have. */
  readonly durable: ChunkSet
  private readonly handle: FileHandle
  /** Verified and written, not synced yet. */
  private fresh: number[] = []

  private constructor(path: string, manifest: Manifest, handle: FileHandle, durable: ChunkSet) {
    this.path = path
    this.manifest = manifest
    this.handle = handle
    this.durable = durable
  }

  /** Makes an empty file of the full size; only what is written takes room. */
  static async create(path: string, manifest: Manifest): Promise<BlobFile> {
    const handle = await attempt(path, () => open(path, 'wx+', FILE_MODE))
    try {
      await attempt(path, () => handle.truncate(manifest.sizeBytes))
    } catch (error) {
      await handle.close()
      throw error
    }
    return new BlobFile(path, manifest, handle, new ChunkSet(manifest.chunks))
  }

  /** Opens a part, of which nothing is believed before `check`. */
  static async openPart(path: string, manifest: Manifest): Promise<BlobFile> {
    const handle = await attempt(path, () => open(path, 'r+'))
    return new BlobFile(path, manifest, handle, new ChunkSet(manifest.chunks))
  }

  /** Opens a whole content to read from. */
  static async openWhole(path: string, manifest: Manifest): Promise<BlobFile> {
    const handle = await attempt(path, () => open(path, 'r'))
    return new BlobFile(path, manifest, handle, ChunkSet.full(manifest.chunks))
  }

  /** Opens the same content once more to read from, also while the other writes. */
  async share(): Promise<BlobFile> {
    const handle = await attempt(this.path, () => open(this.path, 'r'))
    return new BlobFile(this.path, this.manifest, handle, this.durable)
  }

  /** Finds out which chunks are here. `onProgress` is told how many were looked at. */
  async check(onProgress: (looked: number) => void = () => {}): Promise<void> {
    const buffer = new Uint8Array(CHUNK_BYTES)
    for (let i = 0; i < this.manifest.chunks; i++) {
      const bytes = await this.readInto(buffer, i)
      if (this.manifest.fits(i, bytes, nodeSha256(bytes))) this.fresh.push(i)
      onProgress(i + 1)
    }
    // What is read may be in the system's cache only, from a process that was killed.
    await this.sync()
  }

  /** A chunk that is durable; `undefined` when it is not, or the disk has changed it: then no more. */
  async read(index: number): Promise<Uint8Array | undefined> {
    if (!this.durable.has(index)) return undefined
    const bytes = await this.readInto(new Uint8Array(this.manifest.lengthOf(index)), index)
    if (this.manifest.fits(index, bytes, nodeSha256(bytes))) return bytes
    this.durable.delete(index)
    return undefined
  }

  /** Writes a chunk if it is the right one; false when it is not. Durable after a while, or `sync`. */
  async write(index: number, bytes: Uint8Array): Promise<boolean> {
    if (!this.manifest.fits(index, bytes, nodeSha256(bytes))) return false
    await this.writeAll(bytes, index * CHUNK_BYTES)
    this.fresh.push(index)
    if (this.fresh.length >= SYNC_CHUNKS) await this.sync()
    return true
  }

  /** Makes what was written durable. */
  async sync(): Promise<void> {
    const synced = this.fresh
    this.fresh = []
    await attempt(this.path, () => this.handle.datasync())
    for (const index of synced) this.durable.add(index)
  }

  /**
   * The sha256 of the whole file. Chunks that the disk changed since they were verified are durable
   * no more: then `damaged` says how many, and the digest says nothing.
   */
  async wholeDigest(): Promise<{ readonly digest: ContentDigest; readonly damaged: number }> {
    const hash = createHash('sha256')
    const buffer = new Uint8Array(CHUNK_BYTES)
    let damaged = 0
    for (let i = 0; i < this.manifest.chunks; i++) {
      const bytes = await this.readInto(buffer, i)
      hash.update(bytes)
      if (this.manifest.fits(i, bytes, nodeSha256(bytes))) continue
      this.durable.delete(i)
      damaged++
    }
    return { digest: digestFromBytes(hash.digest()), damaged }
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.handle.close()
  }

  private async readInto(buffer: Uint8Array, index: number): Promise<Uint8Array> {
    const length = this.manifest.lengthOf(index)
    const at = index * CHUNK_BYTES
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await attempt(this.path, () =>
        this.handle.read(buffer, filled, length - filled, at + filled),
      )
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  }

  private async writeAll(bytes: Uint8Array, at: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await attempt(this.path, () =>
        this.handle.write(bytes, done, bytes.length - done, at + done),
      )
      done += bytesWritten
    }
  }
}

async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw blobFault(path, error)
  }
}
