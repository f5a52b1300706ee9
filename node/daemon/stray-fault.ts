/**
 * Whose fault an exception is that nobody caught. What the network library, or a socket of its, threw
 * in an event of its own must not end the node: peers could bring it about. What passed through our
 * own code may have left it half done: the process ends, and comes back to what is on disk.
 */
import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of our own code, built or not. */
const OWN = resolve(import.meta.dirname, '../..') + sep
const FOREIGN = `${sep}node_modules${sep}`
const FRAME = /(?:file:\/\/)?\/[^\s():]+/

/** True where our own code is on the stack; also for what is no error, of which nothing is known. */
export function isOurFault(error: unknown): boolean {
  if (!(error instanceof Error) || error.stack === undefined) return true
  const frames = error.stack.split('\n').slice(1)
  return frames.some((frame) => isOwn(FRAME.exec(frame)?.[0]))
}

function isOwn(place: string | undefined): boolean {
  if (place === undefined) return false
  const path = place.startsWith('file:') ? fileURLToPath(place) : place
  return path.startsWith(OWN) && !path.slice(OWN.length - 1).includes(FOREIGN)
}
