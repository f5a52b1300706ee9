/** What follows from records that are about no ballot: artefacts that members stand behind, notes. */
import { type Catalogue, deriveCatalogue } from '../artefact/catalogue.ts'
import { MEMBER_QUOTA_BYTES } from '../artefact/limits.ts'
import { deriveNotes, type Note } from '../note/notes.ts'
import type { CoalitionId, KeyId } from '../op/ids.ts'
import type { OpType } from '../op/type.ts'
import { countedRecords, type Records } from './topics.ts'

/** What is derived from records of a version, as a protocol counts them. */
export interface Recorded {
  readonly version: number
  readonly protocol: number
  readonly catalogue: Catalogue
  readonly notes: readonly Note[]
}

/** What records are read by. */
export interface RecordScene {
  readonly coalition: CoalitionId
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly protocol: number
  readonly rootOf: (key: KeyId) => KeyId | undefined
}

/** Reads records; what was read before, where nothing has come since. */
export function readRecords(
  filed: Records,
  { coalition, types, protocol, rootOf }: RecordScene,
  before: Recorded | undefined,
): Recorded {
  const { version } = filed
  if (before?.version === version && before.protocol === protocol) return before
  const records = countedRecords(filed, types, protocol)
  return {
    version,
    protocol,
    catalogue: deriveCatalogue({ ...records, rootOf, quotaBytes: MEMBER_QUOTA_BYTES }),
    notes: deriveNotes({ ...records, rootOf, coalition }),
  }
}
