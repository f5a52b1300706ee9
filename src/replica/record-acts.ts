/** What people do about artefacts and notes, checked against the rules and made drafts (design §6.6). */
import {
  type ContentDigest,
  digestBytes,
  digestFromBytes,
  formatDigest,
} from '../artefact/digest.ts'
import { MAX_ARTEFACT_BYTES, MEMBER_QUOTA_BYTES } from '../artefact/limits.ts'
import { artefactAnnounce, artefactRelease } from '../artefact/ops.ts'
import type { Note } from '../note/notes.ts'
import { noteCommit, noteReveal } from '../note/ops.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { checkedDraft, type Draft } from './draft.ts'
import type { Replica } from './replica.ts'

/** An artefact as its member announces it. */
export interface AnnounceInput {
  readonly digest: ContentDigest
  readonly manifest: ContentDigest
  readonly sizeBytes: number
  readonly name: string
  readonly mediaType?: string
}

/** Drafts an announcement; refuses what would not count (`artefact-quota`), or says nothing new. */
export function announceDraft(replica: Replica, input: AnnounceInput): Result<Draft> {
  const root = ownRoot(replica)
  if (!root.ok) return root
  const { digest, manifest, sizeBytes, name, mediaType } = input
  if (sizeBytes > MAX_ARTEFACT_BYTES)
    return refuse(
      'artefact-too-large',
      `${sizeBytes} bytes; an artefact has at most ${MAX_ARTEFACT_BYTES}`,
      'split it',
    )
  const catalogue = replica.views.artefacts()
  const own = (catalogue.byDigest.get(digest) ?? []).find(
    (one) => one.root === root.value && one.standing === 'counts',
  )
  if (own)
    return refuse(
      'artefact-known',
      `${formatDigest(digest)} is announced by us already`,
      'folkmoot artefact list',
    )
  const used = catalogue.usedBytes.get(root.value) ?? 0
  if (used + sizeBytes > MEMBER_QUOTA_BYTES)
    return refuse(
      'artefact-quota',
      `a member stands behind ${MEMBER_QUOTA_BYTES} bytes at most; ours are ${used} already`,
      'folkmoot artefact release <id>',
    )
  return checkedDraft(artefactAnnounce, [], {
    digest: digestBytes(digest),
    manifest: digestBytes(manifest),
    sizeBytes,
    name,
    ...(mediaType !== undefined && { mediaType }),
  })
}

/** Drafts the releases of all that our organisation said about an artefact; none refuses. */
export function releaseDraft(replica: Replica, digest: ContentDigest): Result<readonly Draft[]> {
  const root = ownRoot(replica)
  if (!root.ok) return root
  const own = (replica.views.artefacts().byDigest.get(digest) ?? []).filter(
    (one) => one.root === root.value && one.standing !== 'released',
  )
  if (own.length === 0)
    return refuse('artefact-not-ours', `${formatDigest(digest)} is not announced by us`)
  return accept(
    own.map(({ id }) => ({ type: artefactRelease.type, refs: [id], body: { artefact: 0 } })),
  )
}

/** A commitment as it is signed; the text stays where it is. */
export interface CommitInput {
  readonly digest: Uint8Array
  readonly about?: OpCid
  readonly label?: string
}

/** Drafts a commitment. */
export function commitDraft(replica: Replica, input: CommitInput): Result<Draft> {
  const { digest, about, label } = input
  if (about !== undefined && !replica.ledger.byCid.get(about)?.complete)
    return refuse('unknown-id', `no operation ${about} is held`, 'folkmoot log')
  return checkedDraft(noteCommit, about === undefined ? [] : [about], {
    digest,
    ...(about !== undefined && { about: 0 }),
    ...(label !== undefined && { label }),
  })
}

/** Drafts a reveal; whether it fits is for every reader to see. */
export const revealDraft = (note: Note, salt: Uint8Array, text: string): Result<Draft> =>
  checkedDraft(noteReveal, [note.id], { note: 0, salt, text })

function ownRoot({ signer, ledger }: Replica): Result<KeyId> {
  const root = signer && ledger.keyring.rootOf(signer.key)
  return root === undefined
    ? refuse('not-delegated', 'no root has delegated this node key', 'folkmoot join <invite>')
    : accept(root)
}

/** The digest of a note, for people. */
export const noteDigest = ({ digest }: Note): string => formatDigest(digestFromBytes(digest))
