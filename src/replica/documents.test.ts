import { describe, expect, it } from 'vitest'
import {
  type Member,
  simpleProposal,
  testCharter,
  testMembers,
} from '../../test/support/coalition.ts'
import { ServedCoalition, type ServedNode } from '../../test/support/service.ts'
import type { Charter } from '../charter/schema.ts'
import { linkOf } from '../op/cid.ts'
import type { OpCid, Value } from '../op/ids.ts'
import { keyBytes } from '../op/key-id.ts'
import { unwrap } from '../op/refusal.ts'
import type { ProposalInput } from './acts.ts'
import { proposalDraft } from './acts.ts'
import type { DocumentInput } from './document-acts.ts'
import { createDraft, editDraft, editPlan, freezeDraft } from './document-acts.ts'

const TEXT: DocumentInput = { kind: 'text', title: 'Runbook', editors: 'members' }

function create({ party }: ServedNode, input: DocumentInput = TEXT): OpCid {
  return party.issue(unwrap(createDraft(party.replica, input))).op.cid
}

/** Writes a value over a version; the CID of the last edit. */
function write({ party }: ServedNode, document: OpCid, value: Value, base?: OpCid[]): OpCid {
  const plan = unwrap(editPlan(party.replica, { document, value, ...(base && { base }) }))
  let { after } = plan
  for (const edits of plan.portions)
    after = [party.issue(unwrap(editDraft(party.replica, document, after, edits))).op.cid]
  const [last] = after
  if (!last) throw new RangeError('nothing was written')
  return last
}

const read = ({ replica }: ServedNode, document: OpCid) =>
  unwrap(replica.views.documents.open(document))

const freeze = ({ party }: ServedNode, document: OpCid, after?: OpCid[]): OpCid =>
  party.issue(unwrap(freezeDraft(party.replica, document, after))).op.cid

function cite(node: ServedNode, frozen: OpCid, slot = 'policy@runbook'): OpCid {
  const { text: _text, ...rest } = simpleProposal(slot)
  const input: ProposalInput = { ...rest, freeze: frozen }
  for (const draft of node.replica.checkpointNow()) node.party.issue(draft)
  return node.party.issue(unwrap(proposalDraft(node.replica, input))).op.cid
}

describe('writing', () => {
  it('against a version that others have moved on from leaves theirs alone', () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const [a, b] = [coalition.node(0), coalition.node(1)]
    const id = create(a)
    write(a, id, 'Stop the gateway.\nCopy the data.\n')
    coalition.exchange()
    const base = read(b, id).heads
    write(a, id, 'Stop the old gateway.\nCopy the data.\n')
    coalition.exchange()
    write(b, id, 'Stop the gateway.\nCopy all the data.\n', base)
    coalition.exchange()
    for (const node of coalition.nodes)
      expect(read(node, id).value).toBe('Stop the old gateway.\nCopy all the data.\n')
    // The author of an edit goes on from it, though the editor showed an older version.
    write(b, id, 'Stop the gateway now.\nCopy the data.\n', base)
    expect(read(b, id).value).toBe('Stop the old gateway now.\nCopy all the data.\n')
  })

  it('is refused to those whom the document does not name', () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const [a, b] = [coalition.node(0), coalition.node(1)]
    const id = create(a, { ...TEXT, editors: { stakeholders: ['s1'] } })
    coalition.exchange()
    expect(editPlan(b.replica, { document: id, value: 'x' })).toMatchObject({ code: 'no-editor' })
    expect(freezeDraft(b.replica, id)).toMatchObject({ code: 'no-editor' })
  })

  it('of what is not text or names nobody is refused with the reason', () => {
    const { node } = { node: new ServedCoalition([1, 1, 1, 1]).node(0) }
    const id = create(node)
    expect(editPlan(node.replica, { document: id, value: { a: 1 } })).toMatchObject({
      code: 'invalid-value',
    })
    expect(createDraft(node.replica, { ...TEXT, title: '' })).toMatchObject({
      code: 'invalid-document',
    })
    expect(editPlan(node.replica, { document: node.replica.coalition, value: '' })).toMatchObject({
      code: 'unknown-document',
    })
    const base = [node.replica.coalition]
    expect(editPlan(node.replica, { document: id, base, value: 'x' })).toMatchObject({
      code: 'unknown-edit',
    })
  })
})

describe('a frozen document', () => {
  it('is what a proposal says, and stays so whatever is written afterwards', () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const [a, b] = [coalition.node(0), coalition.node(1)]
    const id = create(a)
    write(a, id, 'Version one.')
    const frozen = freeze(a, id)
    const ballot = cite(a, frozen)
    coalition.exchange()
    write(b, id, 'Version two.')
    coalition.exchange()
    for (const { replica } of coalition.nodes) {
      const { frozen: cited } = unwrap(replica.views.ballot(ballot))
      expect(cited).toMatchObject({ id: frozen, document: id, author: 's1' })
      expect(cited && replica.views.documents.frozenValue(cited)).toMatchObject({
        value: 'Version one.',
      })
      expect(replica.views.documents.freezesOf(id).map(({ id: one }) => one)).toEqual([frozen])
    }
    expect(a.replica.digest()).toEqual(b.replica.digest())
  })

  it('with a digest of something else makes every proposal void that cites it', () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const [a, b] = [coalition.node(0), coalition.node(1)]
    const id = create(a)
    write(a, id, 'What it says.')
    const draft = unwrap(freezeDraft(a.replica, id))
    const lie = a.party.issue({ ...draft, body: { ...draft.body, digest: new Uint8Array(32) } })
    const good = cite(a, freeze(a, id))
    coalition.exchange()
    expect(b.replica.views.documents.frozen(lie.op.cid)).toMatchObject({ code: 'invalid-freeze' })
    expect(b.replica.views.documents.freezesOf(id)).toHaveLength(1)
    const honest = unwrap(b.replica.views.ballot(good)).proposal.op
    const refs = [...honest.refs]
    refs[Number(Object(honest.body.document).freeze)] = lie.op.cid
    const bad = a.party.issue({ type: 'proposal.open', refs, body: honest.body })
    coalition.exchange()
    for (const { replica } of coalition.nodes)
      expect(replica.views.ballot(bad.op.cid)).toMatchObject({ code: 'invalid-proposal' })
  })

  it('is not what a proposal says whose own digest differs, or that cites something else', () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const [a, b] = [coalition.node(0), coalition.node(1)]
    const id = create(a)
    const edit = write(a, id, 'What it says.')
    const good = cite(a, freeze(a, id))
    const { op } = unwrap(a.replica.views.ballot(good)).proposal
    const { freeze: at } = Object(op.body.document)
    const digest = `sha256:${'0'.repeat(64)}`
    const document = { freeze: at, digest }
    const wrong = a.party.issue({
      type: op.type,
      refs: op.refs,
      body: { ...op.body, document, slot: 'policy@other' },
    })
    const refs = op.refs.with(at, edit)
    const misled = a.party.issue({ type: op.type, refs, body: op.body })
    coalition.exchange()
    expect(b.replica.views.ballot(wrong.op.cid)).toMatchObject({ code: 'invalid-proposal' })
    expect(b.replica.views.ballot(misled.op.cid)).toMatchObject({ code: 'invalid-proposal' })
  })

  it('can be cited by a draft only if it holds, and beside no text', () => {
    const { replica, party } = new ServedCoalition([1, 1, 1, 1]).node(0)
    for (const draft of replica.checkpointNow()) party.issue(draft)
    const input = { ...simpleProposal('policy@a'), freeze: replica.coalition }
    expect(proposalDraft(replica, input)).toMatchObject({ code: 'invalid-proposal' })
    const { text: _text, ...rest } = input
    expect(proposalDraft(replica, rest)).toMatchObject({ code: 'invalid-freeze' })
  })
})

/** The next charter is adopted by all, and accepted by who is a member of it. */
function amend(coalition: ServedCoalition, change: Partial<Charter>): void {
  const author = coalition.node(0)
  const { charter } = author.replica.charter ?? expect.unreachable('a charter is in force')
  const version = charter.version + 1
  const amendment = { ...charter, version, leavers: [], ...change }
  const input: ProposalInput = {
    ...simpleProposal('charter'),
    kind: 'amendment',
    track: 'constitutional',
    amendment,
  }
  for (const draft of author.replica.checkpointNow()) author.party.issue(draft)
  const ballot = author.party.issue(unwrap(proposalDraft(author.replica, input))).op.cid
  for (const { id } of amendment.stakeholders) {
    const draft = { type: 'charter.accept', refs: [ballot], body: { amendment: 0 } }
    const root = coalition.founded.roots.get(id as Member['id'])
    if (root) author.replica.ingest([root.say(draft, coalition.clock.now())])
  }
  coalition.exchange()
  for (const { party } of coalition.nodes)
    party.issue({
      type: 'vote.cast',
      refs: [ballot],
      body: { ballot: 0, choice: 'yes', supersedes: [] },
    })
  coalition.exchange()
  coalition.settle()
  expect(author.replica.charter?.charter.version).toBe(version)
}

describe('a member that left', () => {
  /** s4 is removed as of the operation that it had said when `before` was done. */
  function withoutFourth(late: (coalition: ServedCoalition, id: OpCid) => void) {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const leaver = coalition.node(3)
    const id = create(coalition.node(0))
    coalition.exchange()
    write(leaver, id, 'On time. ')
    const last = leaver.replica.ledger.chain(leaver.party.member.node.key).main.at(-1)?.op
    if (!last) throw new RangeError('it said something')
    late(coalition, id)
    coalition.exchange()
    const leavers = [{ key: keyBytes(last.key), seq: last.seq, cid: linkOf(last.cid) }]
    amend(coalition, { stakeholders: coalition.founded.charter.stakeholders.slice(0, 3), leavers })
    return { coalition, id }
  }

  it('keeps what it wrote before, and later words are late', () => {
    const { coalition, id } = withoutFourth((c) => void write(c.node(3), id0(c), 'On time. Late. '))
    for (const node of coalition.nodes.slice(0, 3)) {
      expect(read(node, id).value).toBe('On time. ')
      expect(
        read(node, id)
          .history()
          .map(({ standing }) => standing),
      ).toEqual(['counts', 'late'])
    }
  })

  it('leaves to others what they had built on', () => {
    const { coalition, id } = withoutFourth((c) => {
      write(c.node(3), id0(c), 'On time. Late. ')
      c.exchange()
      write(c.node(1), id0(c), 'On time. Late. And used.')
    })
    for (const node of coalition.nodes.slice(0, 3))
      expect(read(node, id).value).toBe('On time. Late. And used.')
  })

  it('does not take back a ballot on what it had written', () => {
    let ballot: OpCid | undefined
    const { coalition } = withoutFourth((c) => {
      write(c.node(3), id0(c), 'On time. Late. ')
      c.exchange()
      ballot = cite(c.node(1), freeze(c.node(1), id0(c)))
    })
    for (const { replica } of coalition.nodes.slice(0, 3))
      expect(ballot && replica.views.ballot(ballot).ok).toBe(true)
  })

  const id0 = (coalition: ServedCoalition): OpCid => {
    const [topic] = coalition.node(0).replica.views.documents.topics()
    if (!topic) throw new RangeError('there is a document')
    return topic.id
  }
})

describe('a member that stays and loses the right to edit', () => {
  /** All four may edit, by their function; version 2 takes it from s4, version 3 gives it back. */
  const scribes = (ids: readonly string[]): Partial<Charter> => {
    const { stakeholders } = testCharter(testMembers([1, 1, 1, 1]))
    return {
      functions: { scribe: { description: 'writes' } },
      stakeholders: stakeholders.map((member) => ({
        ...member,
        functions: ids.includes(member.id) ? ['scribe'] : [],
      })),
    }
  }
  const ALL = ['s1', 's2', 's3', 's4']
  const FIRST = ['s1', 's2', 's3']

  function begun() {
    const coalition = new ServedCoalition([1, 1, 1, 1], { charter: scribes(ALL) })
    const id = create(coalition.node(0), { ...TEXT, editors: { functions: ['scribe'] } })
    coalition.exchange()
    write(coalition.node(3), id, 'On time. ')
    coalition.exchange()
    return { coalition, id }
  }

  /** What its node does no more: an edit that names the first charter, on what stands. */
  function byOldCharter({ party, replica }: ServedNode, id: OpCid, insert: string): OpCid {
    const document = unwrap(replica.views.documents.open(id))
    const after = document.afterFor(party.member.node.key, document.heads)
    const splice = { do: 'splice' as const, path: [], at: 0, remove: 0, insert }
    const { body, refs, type } = unwrap(editDraft(replica, id, after, [splice]))
    const first = replica.coalition
    return party.issue({ type, body, refs: refs.map((ref, i) => (i === 1 ? first : ref)) }).op.cid
  }

  const standings = (node: ServedNode, id: OpCid) =>
    read(node, id)
      .history()
      .map(({ standing }) => standing)

  it('keeps what it had written; what it says by the old charter is late, everywhere', () => {
    const { coalition, id } = begun()
    amend(coalition, scribes(FIRST))
    byOldCharter(coalition.node(3), id, 'Late. ')
    coalition.exchange()
    for (const node of coalition.nodes) {
      expect(read(node, id).value).toBe('On time. ')
      expect(standings(node, id)).toEqual(['counts', 'late'])
    }
    const heads = coalition.nodes.map((node) => read(node, id).automergeHeads.join())
    expect(new Set(heads).size).toBe(1)
  })

  it('freezes nothing by the old charter', () => {
    const { coalition, id } = begun()
    const { replica, party } = coalition.node(3)
    const early = unwrap(freezeDraft(replica, id))
    amend(coalition, scribes(FIRST))
    const late = party.issue(early).op.cid
    coalition.exchange()
    for (const node of coalition.nodes)
      expect(node.replica.views.documents.frozen(late)).toMatchObject({ code: 'invalid-freeze' })
  })

  it('proposes as before, and edits what the right was not taken for', () => {
    const { coalition } = begun()
    const open = create(coalition.node(3))
    coalition.exchange()
    write(coalition.node(3), open, 'Ours. ')
    amend(coalition, scribes(FIRST))
    byOldCharter(coalition.node(3), open, 'Still. ')
    coalition.exchange()
    for (const node of coalition.nodes) expect(read(node, open).value).toBe('Still. Ours. ')
    const ballot = cite(coalition.node(3), freeze(coalition.node(3), open))
    coalition.exchange()
    for (const { replica } of coalition.nodes) expect(replica.views.ballot(ballot).ok).toBe(true)
  })

  it('edits again once a charter gives the right back, by that charter', () => {
    const { coalition, id } = begun()
    amend(coalition, scribes(FIRST))
    byOldCharter(coalition.node(3), id, 'Late. ')
    coalition.exchange()
    amend(coalition, scribes(ALL))
    byOldCharter(coalition.node(3), id, 'Later. ')
    coalition.exchange()
    expect(read(coalition.node(0), id).value, 'the old one gives nothing').toBe('On time. ')
    const { party, replica } = coalition.node(3)
    const { after } = unwrap(editPlan(replica, { document: id, value: 'x' }))
    const splice = { do: 'splice' as const, path: [], at: 0, remove: 0, insert: 'Again. ' }
    party.issue(unwrap(editDraft(replica, id, after, [splice])))
    coalition.exchange()
    for (const node of coalition.nodes)
      expect(read(node, id).value, 'its new words carry what it had said').toBe(
        'Again. Later. Late. On time. ',
      )
  })
})
