/** That what a command would deploy is what was settled: the file's digest, looked at just before. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { messageOf } from '../home/errors.ts'
import type { HookEvent } from './hook-event.ts'
import type { Hook } from './hook-settings.ts'

/** Why the hook must not run: a file is not what was settled. Undefined where all are, or none is set. */
export async function artefactFault(hook: Hook, { data }: HookEvent): Promise<string | undefined> {
  if (!('command' in hook) || hook.artefact === undefined || data.kind === 'rollback')
    return undefined
  if (data.artefacts.length === 0) return 'the ballot has settled no digest for the artefact'
  for (const { name, digest } of data.artefacts) {
    const file = pathOf(hook.artefact, name, digest)
    const found = await digestOf(file)
    if ('fault' in found) return found.fault
    if (found.digest !== plainDigest(digest))
      return `${file} is ${found.digest}; settled is ${plainDigest(digest)}`
  }
  return undefined
}

/** `{name}` and `{digest}` in a path; neither can lead out of its folder. */
const pathOf = (template: string, name: string, digest: string): string =>
  template
    .replaceAll('{name}', name.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_'))
    .replaceAll('{digest}', plainDigest(digest).replaceAll(/[^a-z0-9]/g, '_'))

const plainDigest = (digest: string): string => digest.toLowerCase().replace(/^sha256:/, '')

async function digestOf(
  file: string,
): Promise<{ readonly digest: string } | { readonly fault: string }> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file), hash)
    return { digest: hash.digest('hex') }
  } catch (error) {
    return { fault: `the artefact cannot be read: ${messageOf(error)}` }
  }
}
