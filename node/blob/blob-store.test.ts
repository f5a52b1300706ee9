import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ContentDigest } from '../../src/artefact/digest.ts'
import { CHUNK_BYTES } from '../../src/artefact/limits.ts'
import { decodeManifest } from '../../src/artefact/manifest.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { BlobFile, SYNC_CHUNKS } from './blob-file.ts'
import { BlobStore } from './blob-store.ts'
import { ContentHasher, type ContentIdentity, chunksOf } from './content-hasher.ts'

/** Content with what names it. */
interface Sample {
  readonly content: Uint8Array
  readonly identity: ContentIdentity
  readonly encoded: Uint8Array
  chunk(index: number): Uint8Array
}

/** Content as a stream of odd pieces. */
async function* pieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 100_003) yield content.subarray(at, at + 100_003)
}

async function sample(sizeBytes: number): Promise<Sample> {
  const content = new Uint8Array(randomBytes(sizeBytes))
  const hasher = new ContentHasher()
  for await (const chunk of chunksOf(pieces(content))) hasher.add(chunk)
  const { identity, manifest } = hasher.done()
  const chunk = (i: number) => content.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)
  return { content, identity, encoded: manifest.encode(), chunk }
}

const makeStore = () => {
  const dir = join(tempDir(), 'blobs')
  return { dir, store: new BlobStore(dir) }
}

const closing = (file: BlobFile): BlobFile => {
  onTestFinished(() => file.close().catch(() => undefined))
  return file
}

async function contentOf(store: BlobStore, digest: ContentDigest): Promise<Uint8Array> {
  const file = await store.openWhole(digest)
  if (!file) return expect.unreachable('it is not whole')
  closing(file)
  const chunks = []
  for (let i = 0; i < file.manifest.chunks; i++)
    chunks.push((await file.read(i)) ?? new Uint8Array())
  return Uint8Array.from(Buffer.concat(chunks))
}

describe('content that is handed over', () => {
  test('is kept with its manifest, private to its owner', async () => {
    const { dir, store } = makeStore()
    const { content, identity, encoded } = await sample(2 * CHUNK_BYTES + 77)
    await store.take(identity, pieces(content))
    expect(await contentOf(store, identity.digest)).toEqual(content)
    expect(Uint8Array.from((await store.manifestOf(identity.digest)) ?? [])).toEqual(encoded)
    expect(store.entries()).toMatchObject([
      { digest: identity.digest, isWhole: true, sizeBytes: content.length },
    ])
    expect(statSync(dir).mode & 0o077).toBe(0)
    expect(statSync(join(dir, identity.digest, 'content')).mode & 0o077).toBe(0)
  })

  test('that is something else, or longer than said, leaves nothing', async () => {
    const { dir, store } = makeStore()
    const { content, identity } = await sample(CHUNK_BYTES + 1)
    const other = content.map((byte, i) => (i === 5 ? byte ^ 1 : byte))
    const longer = Uint8Array.from(Buffer.concat([content, Uint8Array.of(0)]))
    for (const wrong of [other, longer])
      await expect(store.take(identity, pieces(wrong))).rejects.toMatchObject({
        code: 'blob-mismatch',
      })
    expect(readdirSync(dir)).toEqual([])
  })

  test('when the process dies half-way is removed at the next start', async () => {
    const { dir, store } = makeStore()
    await mkdir(join(dir, 'incoming-abc'), { recursive: true })
    writeFileSync(join(dir, 'incoming-abc', 'content'), 'half')
    store.tidy()
    expect(readdirSync(dir)).toEqual([])
  })
})

describe('content that comes in parts', () => {
  test('is whole once every chunk came, in any order, and its digest fits', async () => {
    const { dir, store } = makeStore()
    const { content, identity, encoded, chunk } = await sample(3 * CHUNK_BYTES + 5)
    const { file, wasThere } = await store.openPart(identity, encoded)
    expect(wasThere).toBe(false)
    for (const index of [3, 0, 2, 1]) expect(await file.write(index, chunk(index))).toBe(true)
    expect(store.entry(identity.digest)?.isWhole).toBe(false)
    expect(await store.openWhole(identity.digest)).toBeUndefined()
    expect(await store.seal(identity.digest, file)).toBe('held')
    expect(readFileSync(join(dir, identity.digest, 'content')).equals(content)).toBe(true)
  })

  test('a chunk that is not the right one is not written', async () => {
    const { store } = makeStore()
    const { identity, encoded, chunk } = await sample(2 * CHUNK_BYTES)
    const file = closing((await store.openPart(identity, encoded)).file)
    expect(await file.write(0, chunk(1))).toBe(false)
    await file.sync()
    expect(file.durable.count).toBe(0)
  })

  test('a chunk is had only once it is synced', async () => {
    const { store } = makeStore()
    const { identity, encoded, chunk } = await sample((SYNC_CHUNKS + 1) * 1024)
    const file = closing((await store.openPart(identity, encoded)).file)
    await file.write(0, chunk(0))
    expect(file.durable.has(0)).toBe(false)
    expect(await file.read(0)).toBeUndefined()
    await file.sync()
    expect(await file.read(0)).toEqual(chunk(0))
  })

  test('what a crash left is looked at, and only what is right of it is believed', async () => {
    const { dir, store } = makeStore()
    const { identity, encoded, chunk } = await sample(4 * CHUNK_BYTES)
    const { file } = await store.openPart(identity, encoded)
    for (const index of [0, 1, 3]) await file.write(index, chunk(index))
    await file.close()
    const path = join(dir, identity.digest, 'part')
    const torn = readFileSync(path)
    torn.fill(7, CHUNK_BYTES + 10, CHUNK_BYTES + 20)
    writeFileSync(path, torn)
    const again = await new BlobStore(dir).openPart(identity, encoded)
    closing(again.file)
    expect(again.wasThere).toBe(true)
    expect(again.file.durable.count).toBe(0)
    await again.file.check()
    expect([0, 1, 2, 3].map((i) => again.file.durable.has(i))).toEqual([true, false, false, true])
  })

  test('chunks that fit a manifest which does not fit the digest are no content', async () => {
    const { store } = makeStore()
    const { identity, encoded, chunk } = await sample(CHUNK_BYTES)
    const lie = { ...identity, digest: 'ab'.repeat(32) as ContentDigest }
    const { file } = await store.openPart(lie, encoded)
    await file.write(0, chunk(0))
    expect(await store.seal(lie.digest, file)).toBe('false')
    expect(store.entry(lie.digest)).toBeUndefined()
  })

  test('and is damaged while it waits is not sealed, nor called a lie: what is lost is to come again', async () => {
    const { dir, store } = makeStore()
    const { identity, encoded, chunk } = await sample(2 * CHUNK_BYTES)
    const { file } = await store.openPart(identity, encoded)
    for (const index of [0, 1]) await file.write(index, chunk(index))
    await file.sync()
    const path = join(dir, identity.digest, 'part')
    writeFileSync(path, readFileSync(path).fill(0, CHUNK_BYTES))
    expect(await store.seal(identity.digest, file)).toBe('damaged')
    expect([0, 1].map((i) => file.durable.has(i))).toEqual([true, false])
    await file.write(1, chunk(1))
    expect(await store.seal(identity.digest, file)).toBe('held')
  })

  test('of another size than announced, as a full disk leaves it, is begun anew and whole in the end', async () => {
    const { dir, store } = makeStore()
    const { identity, encoded, chunk } = await sample(CHUNK_BYTES)
    const first = await store.openPart(identity, encoded)
    await first.file.close()
    writeFileSync(join(dir, identity.digest, 'part'), '')
    const { file, wasThere } = await store.openPart(identity, encoded)
    expect(wasThere).toBe(false)
    await file.write(0, chunk(0))
    expect(await store.seal(identity.digest, file)).toBe('held')
    expect(await contentOf(store, identity.digest)).toEqual(chunk(0))
  })

  test('by another manifest is begun anew', async () => {
    const { store } = makeStore()
    const [first, second] = [await sample(CHUNK_BYTES), await sample(CHUNK_BYTES)]
    const opened = await store.openPart(first.identity, first.encoded)
    await opened.file.write(0, first.chunk(0))
    await opened.file.close()
    const other = { ...second.identity, digest: first.identity.digest }
    const { file, wasThere } = await store.openPart(other, second.encoded)
    closing(file)
    expect(wasThere).toBe(false)
  })
})

test('a whole content that the disk changed is not handed out, and becomes a part to be mended', async () => {
  const { dir, store } = makeStore()
  const { content, identity, encoded, chunk } = await sample(2 * CHUNK_BYTES)
  await store.take(identity, pieces(content))
  const path = join(dir, identity.digest, 'content')
  writeFileSync(path, readFileSync(path).fill(0, 3, 9))
  const file = await store.openWhole(identity.digest)
  if (!file) return expect.unreachable()
  closing(file)
  expect(await file.read(0)).toBeUndefined()
  expect(file.durable.has(0)).toBe(false)
  expect(await file.read(1)).toEqual(chunk(1))
  const { file: part, wasThere } = await store.openPart(identity, encoded)
  expect(wasThere).toBe(true)
  await part.check()
  expect(part.durable.count).toBe(1)
  await part.write(0, chunk(0))
  expect(await store.seal(identity.digest, part)).toBe('held')
})

test.runIf(existsSync('/dev/full'))(
  'a full disk is an error that names itself and what to do',
  async () => {
    const { identity, encoded, chunk } = await sample(CHUNK_BYTES)
    const manifest = unwrap(decodeManifest(encoded, identity.sizeBytes))
    const file = closing(await BlobFile.openPart('/dev/full', manifest))
    await expect(file.write(0, chunk(0))).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/disk is full.*ENOSPC/),
      hint: expect.stringContaining('free disk space'),
    })
  },
)

test('what is used is the last to go: using it moves its time', async () => {
  const { store } = makeStore()
  const { content, identity } = await sample(10)
  await store.take(identity, pieces(content))
  const before = store.entry(identity.digest)?.usedAt ?? 0
  store.touch(identity.digest)
  expect(store.entry(identity.digest)?.usedAt).toBeGreaterThanOrEqual(before)
  store.remove(identity.digest)
  expect(() => store.touch(identity.digest)).not.toThrow()
})
