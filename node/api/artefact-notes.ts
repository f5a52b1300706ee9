/** What this node remembers about artefacts: local facts that survive a restart, in no digest. */
import { z } from 'zod'
import { type ContentDigest, readDigest } from '../../src/artefact/digest.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'

const PINS = 'artefact-pins'
const LIARS = 'artefact-liars'
const FALSE = 'artefact-false'
/** Most lies that are remembered; the oldest go first. */
export const MAX_REMEMBERED_LIES = 1_000

const words = z.array(z.string())

const read = (replica: Replica, note: string): string[] => {
  const text = replica.local.get(note)
  return text === undefined ? [] : words.parse(JSON.parse(text))
}

/** Throws what the store throws. */
function write(replica: Replica, note: string, list: readonly string[]): void {
  replica.note([[note, list.length === 0 ? null : JSON.stringify(list)]])
  replica.flush()
}

/** What the operator asked to keep. */
export const askedPins = (replica: Replica): ReadonlySet<ContentDigest> =>
  new Set(read(replica, PINS).flatMap((text) => readDigest(text) ?? []))

/** Remembers exactly these as asked for. Throws what the store throws. */
export const savePins = (replica: Replica, pins: ReadonlySet<ContentDigest>): void =>
  write(replica, PINS, [...pins].sort())

/** True for a peer that sent wrong bytes of this artefact. */
export const isLiar = (replica: Replica, peer: KeyId, digest: ContentDigest): boolean =>
  read(replica, LIARS).includes(`${digest} ${peer}`)

/** Remembers that a peer sent wrong bytes of an artefact. Throws what the store throws. */
export const noteLiar = (replica: Replica, peer: KeyId, digest: ContentDigest): void =>
  remember(replica, LIARS, `${digest} ${peer}`)

/** True for a manifest whose chunks are not the content that its announcer said. */
export const isFalse = (replica: Replica, manifest: ContentDigest): boolean =>
  read(replica, FALSE).includes(manifest)

/** Remembers a manifest that was announced for another content. Throws what the store throws. */
export const noteFalse = (replica: Replica, manifest: ContentDigest): void =>
  remember(replica, FALSE, manifest)

function remember(replica: Replica, note: string, fact: string): void {
  const others = read(replica, note).filter((known) => known !== fact)
  write(replica, note, [...others, fact].slice(-MAX_REMEMBERED_LIES))
}
