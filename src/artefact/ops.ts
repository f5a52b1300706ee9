/** Operations about artefacts: who stands behind which content. Who holds it is asked, not signed. */
import { z } from 'zod'
import { bytesOf, defineOp, refIndex, text } from '../op/type.ts'
import { MAX_ARTEFACT_BYTES, MAX_ARTEFACT_NAME, MAX_MEDIA_TYPE } from './limits.ts'

/** "This content exists, and these are its chunks": its sha256 and that of its manifest. */
export const artefactAnnounce = defineOp('artefact.announce', 'attest', {
  digest: bytesOf(32),
  manifest: bytesOf(32),
  sizeBytes: z.int().min(1).max(MAX_ARTEFACT_BYTES),
  name: text(MAX_ARTEFACT_NAME),
  mediaType: text(MAX_MEDIA_TYPE).optional(),
})

/** Its member takes an announcement back: its quota is free, and nobody serves it on its account. */
export const artefactRelease = defineOp('artefact.release', 'attest', { artefact: refIndex })
