/** `artefact …`: announces, fetches, checks and keeps files. Contents stream; none is in memory whole. */
import { createReadStream, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { formatDigest } from '../../../src/artefact/digest.ts'
import { MAX_ARTEFACT_BYTES } from '../../../src/artefact/limits.ts'
import { shortId } from '../../api/ids.ts'
import type { NodeApi } from '../../api/node-api.ts'
import type { ArtefactLine } from '../../api/record-api.ts'
import { type ContentIdentity, identityOf } from '../../blob/content-hasher.ts'
import { messageOf } from '../../home/errors.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { assertFree, writeVerified } from '../files.ts'
import { withNode } from '../node-access.ts'
import { POLL_MS } from '../polling.ts'
import { shareText, sizeText } from '../view/bytes.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { count, plain } from '../view/text.ts'

/** Longest wait without anything coming, in ms. */
const STALL_MS = 60_000
/** Bytes read from a file at a time. */
const READ_BYTES = 256 * 1024

interface Named {
  readonly artefact: string
}

/** Lists artefacts. */
export const list = ({ held }: { readonly held: boolean }, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const all = await api.artefacts.list()
    const lines = held ? all.filter(({ local }) => local.state === 'held') : all
    const text = tableLines(COLUMNS, lines, context.print).join('\n')
    return { data: { artefacts: lines }, text: text || 'no artefacts' }
  })

const COLUMNS: readonly Column<ArtefactLine>[] = [
  { title: 'DIGEST', of: ({ digest }) => digest.replace('sha256:', '').slice(0, 12) },
  { title: 'NAME', of: ({ name }) => name, shrinks: true, style: () => 'title' },
  { title: 'SIZE', of: ({ sizeBytes }) => sizeText(sizeBytes) },
  {
    title: 'BY',
    of: ({ by, standing }) => (standing === 'counts' ? by.join(', ') : `(${standing})`),
  },
  {
    title: 'HERE',
    of: localText,
    style: ({ local: { state } }) =>
      state === 'held' ? 'good' : state === 'stopped' ? 'bad' : 'dim',
  },
  { title: 'KEPT', of: ({ pins }) => pins.join(', ') },
]

function localText({ local: { state, doneBytes }, sizeBytes }: ArtefactLine): string {
  if (state === 'held') return 'whole'
  if (state === 'absent') return ''
  return `${state} ${shareText(doneBytes, sizeBytes)}`
}

interface AddInput {
  readonly file: string
  readonly name: string | undefined
  readonly type: string | undefined
  readonly dryRun: boolean
}

/** Hashes a file, hands it to the daemon and announces it. */
export async function add(input: AddInput, context: Context): Promise<Report> {
  const path = resolve(context.io.cwd, input.file)
  const identity = await hashFile(path, context)
  return withNode(context, 'daemon', async ({ api: { artefacts } }) => {
    const announced = {
      ...identity,
      name: (input.name ?? basename(path)).normalize('NFC'),
      ...(input.type !== undefined && { mediaType: input.type }),
    }
    // First what the rules say: a large file should not travel for nothing.
    const tried = await artefacts.announce(announced, { dryRun: true })
    const digest = formatDigest(identity.digest)
    if (input.dryRun) return withDigest(signedReport([need(tried)], ''), digest)
    if (!tried.ok && tried.code !== 'artefact-known') need(tried)
    const source = progressing(readFile(path), identity.sizeBytes, 'storing', context)
    need(await artefacts.put(identity, source))
    const size = sizeText(identity.sizeBytes)
    if (!tried.ok) return { data: { digest }, text: `✓ ${digest} was announced before` }
    const signed = need(await artefacts.announce(announced))
    const text = `✓ announced ${plain(announced.name)}, ${size}\n  digest  ${digest}`
    return withDigest(signedReport([signed], text), digest)
  })
}

const withDigest = (report: Report, digest: string): Report => ({
  ...report,
  data: { digest, ...report.data },
})

async function hashFile(path: string, context: Context): Promise<ContentIdentity> {
  try {
    const sizeBytes = statSync(path).size
    if (sizeBytes === 0) throw emptyFile(path)
    if (sizeBytes > MAX_ARTEFACT_BYTES) throw largeFile(path, sizeBytes)
    return await identityOf(progressing(readFile(path), sizeBytes, 'hashing', context))
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError('file-unreadable', messageOf(error), 'check the path and its permissions')
  }
}

const readFile = (path: string): AsyncIterable<Uint8Array> =>
  createReadStream(path, { highWaterMark: READ_BYTES })

const emptyFile = (path: string): CliError =>
  new CliError('file-empty', `${path} is empty`, 'an artefact has at least one byte')

const largeFile = (path: string, sizeBytes: number): CliError =>
  new CliError(
    'artefact-too-large',
    `${path} has ${sizeBytes} bytes; an artefact has at most ${MAX_ARTEFACT_BYTES}`,
    'split it',
  )

async function* progressing(
  source: AsyncIterable<Uint8Array>,
  totalBytes: number,
  verb: string,
  { print, io }: Context,
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0
  let shownAt = 0
  for await (const part of source) {
    doneBytes += part.length
    if (io.now() - shownAt >= POLL_MS) {
      shownAt = io.now()
      print.progress(`${verb}: ${shareText(doneBytes, totalBytes)} of ${sizeText(totalBytes)}`)
    }
    yield part
  }
}

interface GetInput extends Named {
  readonly out: string | undefined
  readonly timeout: number | undefined
}

/** Has an artefact fetched, follows it, and writes it whole or not at all. */
export const get = (input: GetInput, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const known = need(await api.artefacts.show(input.artefact))
    const out = input.out ?? safeName(known)
    assertFree(context, out)
    need(await api.artefacts.fetch(known.digest))
    const line = await follow(known, api, context, input.timeout)
    const content = need(await api.artefacts.content(line.digest))
    const shown = progressing(content, line.sizeBytes, 'writing', context)
    await writeVerified(context, out, shown, line.digest)
    return {
      data: { file: out, digest: line.digest, sizeBytes: line.sizeBytes },
      text: `✓ ${out}: ${sizeText(line.sizeBytes)}, ${line.digest}`,
    }
  })

/** What a peer called it, as a name in this folder; else its digest. */
function safeName({ name, digest }: ArtefactLine): string {
  const last = plain(basename(name.replaceAll('\\', '/')))
  return last === '' || last.startsWith('.') ? shortId(digest) : last
}

/** Waits until it is whole; throws what stopped it, or `timeout` when nothing comes any more. */
async function follow(
  known: ArtefactLine,
  { artefacts }: NodeApi,
  { io, print }: Context,
  stallMs = STALL_MS,
): Promise<ArtefactLine> {
  let last = ''
  let movedAt = io.now()
  for (;;) {
    const line = need(await artefacts.show(known.digest))
    const { state, doneBytes, sources, problem } = line.local
    if (state === 'held') return line
    if (problem) throw new CliError(problem.code, problem.message, problem.hint)
    const stands = `${state}: ${shareText(doneBytes, line.sizeBytes)} of ${sizeText(line.sizeBytes)}, from ${count(sources, 'member')}`
    print.progress(stands)
    const now = `${state} ${doneBytes}`
    if (now !== last) movedAt = io.now()
    last = now
    if (io.now() - movedAt >= stallMs || io.signal.aborted) throw stalled(stands, line.local)
    await pause(POLL_MS, undefined, { signal: io.signal }).catch(() => undefined)
  }
}

const stalled = (stands: string, local: ArtefactLine['local']): CliError =>
  new CliError(
    'timeout',
    `it does not go on: ${stands}`,
    'the daemon keeps trying: wait longer with --timeout, or see who is connected: folkmoot peers',
    { exit: EXIT.timeout, details: { local } },
  )

interface VerifyInput extends Named {
  readonly file: string | undefined
  readonly timeout: number | undefined
}

/** Looks at every byte: of the daemon's copy, or of a file. */
export const verify = (input: VerifyInput, context: Context): Promise<Report> =>
  withNode(context, input.file === undefined ? 'daemon' : 'any', async ({ api }) => {
    const known = need(await api.artefacts.show(input.artefact))
    if (input.file !== undefined) return verifyFile(known, input.file, context)
    need(await api.artefacts.check(known.digest))
    const line = await follow(known, api, context, input.timeout)
    const damaged = line.local.checked?.damagedChunks ?? 0
    const data = { digest: line.digest, damagedChunks: damaged }
    if (damaged === 0) return { data, text: `✓ every byte of ${line.digest} is right` }
    const text = `✗ ${count(damaged, 'chunk')} of ${line.digest} had been damaged; fetched again, whole now`
    return { data, text, exit: EXIT.failed }
  })

async function verifyFile(known: ArtefactLine, file: string, context: Context): Promise<Report> {
  const { digest } = await hashFile(resolve(context.io.cwd, file), context)
  const actual = formatDigest(digest)
  const isRight = actual === known.digest
  const data = { file, digest: known.digest, actual, isRight }
  const text = isRight
    ? `✓ ${file} is ${known.digest} (${plain(known.name)})`
    : `✗ ${file} is ${actual}, not ${known.digest}`
  return { data, text, exit: isRight ? EXIT.ok : EXIT.failed }
}

/** What `pin`, `unpin` and `drop` have done. */
const DONE = { pin: 'is kept', unpin: 'is no longer kept by hand', drop: 'is gone from here' }

/** Pins, unpins or drops. */
export const act = (
  word: 'pin' | 'unpin' | 'drop',
  { artefact }: Named,
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const line = need(await api.artefacts[word](artefact))
    const others = line.pins.filter((reason) => reason !== 'asked')
    const still = word === 'unpin' && others.length > 0 ? `, but still as ${others.join(', ')}` : ''
    return { data: line, text: `✓ ${plain(line.name)} ${DONE[word]}${still}` }
  })

/** Takes back what we announced. */
export const release = (
  { artefact, dryRun }: Named & { readonly dryRun: boolean },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.artefacts.release(artefact, { dryRun }))
    return signedReport(signed, '✓ we no longer stand behind it')
  })
