/** Artefacts and notes through replicas: what counts, for whom, and that all agree. */
import { describe, expect, test } from 'vitest'
import {
  type Founded,
  found,
  heldOps,
  openReplica,
  Party,
  simpleProposal,
} from '../../test/support/coalition.ts'
import { offersOf } from '../artefact/catalogue.ts'
import {
  type ContentDigest,
  digestBytes,
  digestFromBytes,
  formatDigest,
} from '../artefact/digest.ts'
import { MAX_ARTEFACT_BYTES, MEMBER_QUOTA_BYTES } from '../artefact/limits.ts'
import { commitmentOf } from '../note/commitment.ts'
import { MAX_NOTE_LABEL, MAX_NOTE_TEXT } from '../note/ops.ts'
import type { OpCid } from '../op/ids.ts'
import { unwrap } from '../op/refusal.ts'
import { proposalDraft } from './acts.ts'
import { pinsOf } from './pins.ts'
import {
  type AnnounceInput,
  announceDraft,
  commitDraft,
  releaseDraft,
  revealDraft,
} from './record-acts.ts'

const digest = (n: number): ContentDigest => digestFromBytes(new Uint8Array(32).fill(n))

const artefact = (n: number, over: Partial<AnnounceInput> = {}): AnnounceInput => ({
  digest: digest(n),
  manifest: digest(n + 100),
  sizeBytes: 1000,
  name: `file-${n}`,
  ...over,
})

/** A coalition whose members hold the same whenever they exchange. */
class Assembly {
  readonly founded: Founded = found([1, 1, 1, 1])
  readonly parties = this.founded.members.map(
    (member) => new Party(member, openReplica(this.founded, { member })),
  )

  party(n: number): Party {
    const party = this.parties[n]
    if (!party) throw new RangeError(`there are ${this.parties.length}`)
    return party
  }

  exchange(): void {
    for (const from of this.parties)
      for (const to of this.parties) to.replica.ingest(heldOps(from.replica))
    const digests = this.parties.map(({ replica }) => replica.digest())
    expect(new Set(digests.map(({ state }) => state)).size).toBe(1)
  }

  announce(n: number, input: AnnounceInput): OpCid {
    const party = this.party(n)
    return party.issue(unwrap(announceDraft(party.replica, input))).op.cid
  }
}

const standings = ({ replica }: Party, of: ContentDigest) =>
  replica.views
    .artefacts()
    .byDigest.get(of)
    ?.map(({ standing }) => standing)

describe('an announcement', () => {
  test('is known to all with name, size and who stands behind it', () => {
    const assembly = new Assembly()
    assembly.announce(0, artefact(1, { mediaType: 'application/gzip' }))
    assembly.exchange()
    const [line] = offersOf(assembly.party(3).replica.views.artefacts(), digest(1))
    expect(line).toMatchObject({
      ...artefact(1),
      mediaType: 'application/gzip',
      standing: 'counts',
    })
  })

  test('is not repeated, but another member may say the same', () => {
    const assembly = new Assembly()
    assembly.announce(0, artefact(1))
    assembly.exchange()
    expect(announceDraft(assembly.party(0).replica, artefact(1))).toMatchObject({
      code: 'artefact-known',
    })
    assembly.announce(1, artefact(1))
    assembly.exchange()
    expect(standings(assembly.party(2), digest(1))).toEqual(['counts', 'counts'])
  })

  test('of another manifest for the same content is another offer, the better backed one first', () => {
    const assembly = new Assembly()
    assembly.announce(0, artefact(1, { manifest: digest(7) }))
    assembly.announce(1, artefact(1))
    assembly.announce(2, artefact(1))
    assembly.exchange()
    const offers = offersOf(assembly.party(3).replica.views.artefacts(), digest(1))
    expect(offers.map(({ manifest }) => manifest)).toEqual([digest(101), digest(7)])
  })

  test('of the largest size is taken, of one byte more refused', () => {
    const { replica } = new Assembly().party(0)
    const ofSize = (sizeBytes: number) => announceDraft(replica, artefact(1, { sizeBytes }))
    expect(ofSize(MAX_ARTEFACT_BYTES).ok).toBe(true)
    expect(ofSize(MAX_ARTEFACT_BYTES + 1)).toMatchObject({ code: 'artefact-too-large' })
    expect(ofSize(0)).toMatchObject({ code: 'invalid-statement' })
  })

  test('over the quota is not made, and where one was made it counts for nobody', () => {
    const assembly = new Assembly()
    const author = assembly.party(0)
    const many = MEMBER_QUOTA_BYTES / MAX_ARTEFACT_BYTES
    for (let n = 1; n <= many; n++)
      assembly.announce(0, artefact(n, { sizeBytes: MAX_ARTEFACT_BYTES }))
    const over = artefact(50, { sizeBytes: 1 })
    expect(announceDraft(author.replica, over)).toMatchObject({ code: 'artefact-quota' })
    author.issue({
      type: 'artefact.announce',
      refs: [],
      body: {
        digest: digestBytes(over.digest),
        manifest: digestBytes(over.manifest),
        sizeBytes: 1,
        name: 'too much',
      },
    })
    assembly.announce(1, artefact(60))
    assembly.exchange()
    const reader = assembly.party(3)
    expect(standings(reader, over.digest)).toEqual(['over-quota'])
    expect(offersOf(reader.replica.views.artefacts(), over.digest)).toEqual([])
    expect(standings(reader, digest(60))).toEqual(['counts'])
    for (const draft of unwrap(releaseDraft(author.replica, digest(1)))) author.issue(draft)
    assembly.exchange()
    expect(standings(reader, over.digest)).toEqual(['counts'])
    expect(standings(reader, digest(1))).toEqual(['released'])
  })

  test('is taken back only by its own member', () => {
    const assembly = new Assembly()
    const id = assembly.announce(0, artefact(1))
    assembly.exchange()
    const stranger = assembly.party(1)
    expect(releaseDraft(stranger.replica, digest(1))).toMatchObject({ code: 'artefact-not-ours' })
    stranger.issue({ type: 'artefact.release', refs: [id], body: { artefact: 0 } })
    assembly.exchange()
    expect(standings(assembly.party(2), digest(1))).toEqual(['counts'])
  })
})

test('what is kept: our own, subjects of open proposals, and what the operator asked for', () => {
  const assembly = new Assembly()
  const [author, reader] = [assembly.party(0), assembly.party(1)]
  for (const n of [1, 2, 3]) assembly.announce(0, artefact(n))
  for (const draft of author.replica.checkpointNow()) author.issue(draft)
  const subjects = [{ name: 'file-2', digest: formatDigest(digest(2)) }]
  author.issue(unwrap(proposalDraft(author.replica, { ...simpleProposal('policy@a'), subjects })))
  assembly.exchange()
  const kept = (party: Party, asked: ContentDigest[] = []) =>
    [...pinsOf(party.replica, asked)].map(([of, why]) => [of, [...why].sort()]).sort()
  expect(kept(reader)).toEqual([[digest(2), ['subject']]])
  expect(kept(reader, [digest(9)])).toEqual([
    [digest(2), ['subject']],
    [digest(9), ['asked']],
  ])
  expect(kept(author)).toEqual([
    [digest(1), ['own']],
    [digest(2), ['own', 'subject']],
    [digest(3), ['own']],
  ])
})

describe('a note', () => {
  const salt = new Uint8Array(32).fill(5)
  const text = 'we would accept 3 weeks'

  /** The first member commits to the text; all hear of it. */
  function committed(assembly: Assembly): OpCid {
    const { replica, member } = assembly.party(0)
    const { coalition } = assembly.founded
    const bound = commitmentOf({ coalition, key: member.node.key, salt, text })
    const draft = unwrap(commitDraft(replica, { digest: bound, label: 'position' }))
    const { cid } = assembly.party(0).issue(draft).op
    assembly.exchange()
    return cid
  }

  const noteAt = (assembly: Assembly, n: number, id: OpCid) => {
    const note = assembly
      .party(n)
      .replica.views.notes()
      .find((one) => one.id === id)
    return note ?? expect.unreachable()
  }

  test('says nothing of its text until it is revealed, and then shows that it was so', () => {
    const assembly = new Assembly()
    const id = committed(assembly)
    expect(noteAt(assembly, 2, id)).toMatchObject({ standing: 'sealed', label: 'position' })
    assembly.party(0).issue(unwrap(revealDraft(noteAt(assembly, 0, id), salt, text)))
    assembly.exchange()
    const { standing, reveals } = noteAt(assembly, 2, id)
    expect(standing).toBe('revealed')
    expect(reveals).toMatchObject([{ text, isTrue: true }])
  })

  test('with another text or salt is shown as false, and a true word later still counts', () => {
    const assembly = new Assembly()
    const id = committed(assembly)
    const author = assembly.party(0)
    author.issue(unwrap(revealDraft(noteAt(assembly, 0, id), salt, `${text}!`)))
    author.issue(unwrap(revealDraft(noteAt(assembly, 0, id), new Uint8Array(32), text)))
    assembly.exchange()
    expect(noteAt(assembly, 1, id).standing).toBe('false')
    author.issue(unwrap(revealDraft(noteAt(assembly, 0, id), salt, text)))
    assembly.exchange()
    const { standing, reveals } = noteAt(assembly, 1, id)
    expect(standing).toBe('revealed')
    expect(reveals.filter(({ isTrue }) => isTrue)).toHaveLength(1)
  })

  test('of another is revealed by nobody else, nor copied: the same digest under another key is false', () => {
    const assembly = new Assembly()
    const id = committed(assembly)
    const copier = assembly.party(1)
    copier.issue(unwrap(revealDraft(noteAt(assembly, 1, id), salt, text)))
    const { digest: stolen } = noteAt(assembly, 1, id)
    const copy = copier.issue(unwrap(commitDraft(copier.replica, { digest: stolen }))).op.cid
    copier.issue(unwrap(revealDraft(noteAt(assembly, 1, copy), salt, text)))
    assembly.exchange()
    expect(noteAt(assembly, 2, id)).toMatchObject({ standing: 'sealed', reveals: [] })
    expect(noteAt(assembly, 2, copy).standing).toBe('false')
  })

  test('may be about something that is held, and nothing else', () => {
    const assembly = new Assembly()
    const id = committed(assembly)
    const { replica } = assembly.party(1)
    expect(unwrap(commitDraft(replica, { digest: salt, about: id })).refs).toEqual([id])
    const nowhere = id.replace(/.{4}$/, 'aaaa') as OpCid
    expect(commitDraft(replica, { digest: salt, about: nowhere })).toMatchObject({
      code: 'unknown-id',
    })
  })

  test('has a longest label and a longest text', () => {
    const assembly = new Assembly()
    const id = committed(assembly)
    const { replica } = assembly.party(0)
    const labelled = (length: number) =>
      commitDraft(replica, { digest: salt, label: 'x'.repeat(length) }).ok
    expect([labelled(MAX_NOTE_LABEL), labelled(MAX_NOTE_LABEL + 1)]).toEqual([true, false])
    const long = (length: number) =>
      revealDraft(noteAt(assembly, 0, id), salt, 'x'.repeat(length)).ok
    expect([long(MAX_NOTE_TEXT), long(MAX_NOTE_TEXT + 1)]).toEqual([true, false])
  })
})
