/** Opens a replica by an image of what its store holds, where that fits in everything. */
import { sha256 } from '@noble/hashes/sha2.js'
import type { ArchiveSource } from '../../chain/archive/archive.ts'
import { recall } from '../../chain/archive/ledger-image.ts'
import { invariant } from '../../op/refusal.ts'
import type { ReplicaOptions } from '../options.ts'
import type { StoredOp } from '../store.ts'
import { decodeImage, operationsOf } from './image.ts'
import type { Imaged } from './imaging.ts'

/** A replica that holds nothing yet. */
interface Fresh extends Pick<Imaged, 'ledger' | 'views'> {
  readonly source: ArchiveSource
}

/**
 * Puts the image back into a replica that `make` made, and has it resume what came since; undefined
 * where there is none, or it is of no use: then the operations themselves say what is right, and
 * what of them is damaged.
 */
export function openByImage<Replica extends Fresh>(
  { coalition, image, hash = sha256 }: ReplicaOptions,
  make: () => Replica,
  resume: (fresh: Replica, since: Iterable<StoredOp>) => void,
): Replica | undefined {
  if (!image) return undefined
  try {
    const read = decodeImage(image.bytes, { coalition, rules: image.rules, hash })
    const fits = read !== undefined && operationsOf(read) === image.operations
    if (!fits) image.rejected('it is damaged, or of another store or build')
    if (!fits) return undefined
    const replica = make()
    const { ledger, views, source } = replica
    recall(ledger, read.ledger, source)
    for (const cid of image.signed) {
      const held = ledger.byCid.get(cid)
      if (held) held.signed = true
    }
    const { archive } = ledger.byCid
    invariant(archive, 'a ledger keeps what it is given')
    views.recall(archive, read.facts, read.line)
    resume(replica, image.since())
    return replica
  } catch (error) {
    image.rejected(error instanceof Error ? error.message : String(error))
    return undefined
  }
}
