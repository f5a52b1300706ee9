import { describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { shortId } from './ids.ts'

const TEXT = { kind: 'text', title: 'Runbook', editors: 'members' } as const

async function begun(kind: 'text' | 'map' = 'text') {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const [a, b] = [coalition.node(0), coalition.node(1)]
  const { cid } = unwrap(await a.service.documents.create({ ...TEXT, kind }))
  const id = cid as OpCid
  coalition.exchange()
  return { coalition, a, b, id, docs: a.service.documents, theirs: b.service.documents }
}

describe('documents over the API', () => {
  it('are listed without being derived, found by part of their id', async () => {
    const { docs, id } = await begun()
    unwrap(await docs.write({ id, content: 'One.\n' }))
    expect(await docs.list()).toMatchObject([
      { id, title: 'Runbook', kind: 'text', editors: 'members', author: 's1', edits: 1 },
    ])
    expect(unwrap(await docs.read(shortId(id))).text).toBe('One.\n')
    expect(await docs.read('nothere')).toMatchObject({ code: 'unknown-id' })
  })

  it('are written against the version that was read, and say when they merged', async () => {
    const { docs, theirs, coalition, id } = await begun()
    unwrap(await docs.write({ id, content: 'Stop.\nStart.\n' }))
    coalition.exchange()
    const { heads } = unwrap(await theirs.read(id))
    unwrap(await docs.write({ id, content: 'Stop all.\nStart.\n' }))
    coalition.exchange()
    const written = unwrap(
      await theirs.write({ id, base: heads, content: 'Stop.\nStart again.\n' }),
    )
    expect(written).toMatchObject({ merged: true, more: 0 })
    expect(written.signed).toHaveLength(1)
    expect(unwrap(await theirs.read(id)).text).toBe('Stop all.\nStart again.\n')
    const same = unwrap(await theirs.write({ id, content: 'Stop all.\nStart again.\n' }))
    expect(same).toEqual({ signed: [], more: 0, merged: false })
  })

  it('can be tried first: nothing is signed, and what would be is shown', async () => {
    const { a, docs, id } = await begun()
    const before = a.replica.digest()
    const { signed } = unwrap(await docs.write({ id, content: 'One.' }, { dryRun: true }))
    expect(signed).toMatchObject([{ cid: null, type: 'document.edit', dryRun: true }])
    const long = { id, content: 'x'.repeat(70_000) }
    expect(unwrap(await docs.write(long, { dryRun: true }))).toMatchObject({ more: 1 })
    unwrap(await docs.freeze(id, { dryRun: true }))
    unwrap(await docs.create(TEXT, { dryRun: true }))
    expect(a.replica.digest()).toEqual(before)
    const { signed: both } = unwrap(await docs.write(long))
    expect(both).toHaveLength(2)
    expect(unwrap(await docs.read(id)).text).toHaveLength(70_000)
  })

  it('tell who wrote what, what became of each edit, and what differs', async () => {
    const { docs, theirs, coalition, id } = await begun()
    unwrap(await docs.write({ id, content: 'Stop.\n' }))
    coalition.exchange()
    unwrap(await theirs.write({ id, content: 'Stop.\nStart.\n' }))
    coalition.exchange()
    expect(unwrap(await docs.blame(id))).toMatchObject([
      { text: 'Stop.\n', author: 's1' },
      { text: 'Start.\n', author: 's2' },
    ])
    const history = unwrap(await docs.history(id))
    expect(history).toMatchObject([
      { author: 's1', standing: 'counts', summary: '+6 −0' },
      { author: 's2', standing: 'counts', summary: '+7 −0' },
    ])
    const [first, second] = history
    const from = [first?.id ?? '']
    expect(unwrap(await docs.diff(id, { from })).diff).toBe('@@ -1,1 +1,2 @@\n Stop.\n+Start.')
    expect(unwrap(await docs.diff(id, {})).from).toEqual([])
    expect(unwrap(await docs.read(id, { at: from })).text).toBe('Stop.\n')
    expect(unwrap(await docs.diff(id, { from, to: [second?.id ?? ''] })).to).toEqual([second?.id])
    expect(await docs.diff(id, { from: ['nowhere'] })).toMatchObject({ code: 'unknown-id' })
  })

  it('are frozen, and a freeze names a version from then on', async () => {
    const { docs, id } = await begun()
    unwrap(await docs.write({ id, content: 'One.' }))
    const { cid } = unwrap(await docs.freeze(id))
    unwrap(await docs.write({ id, content: 'Two.' }))
    const detail = unwrap(await docs.read(id))
    expect(detail.freezes).toMatchObject([{ id: cid, author: 's1' }])
    expect(unwrap(await docs.read(id, { at: [cid ?? ''] })).text).toBe('One.')
    expect(unwrap(await docs.diff(id, {})).diff).toContain('-One.\n+Two.')
  })

  it('hold data, shown as YAML, with what people set to different values', async () => {
    const { docs, theirs, coalition, id } = await begun('map')
    unwrap(await docs.write({ id, content: 'owner: ash\nopen: { $counter: 1 }\n' }))
    coalition.exchange()
    unwrap(await docs.write({ id, content: '{"owner": "birch", "open": 2}' }))
    unwrap(await theirs.write({ id, content: 'owner: cedar\nopen: 3\n' }))
    coalition.exchange()
    const detail = unwrap(await docs.read(id))
    expect(detail.value).toMatchObject({ open: 4 })
    const [conflict, ...more] = detail.conflicts
    expect(more).toEqual([])
    expect(conflict?.place).toBe('/owner')
    expect(conflict?.rivals.map(({ value, author }) => [value, author]).sort()).toEqual([
      ['birch', 's1'],
      ['cedar', 's2'],
    ])
    expect(await docs.write({ id, content: 'a: 1.5' })).toMatchObject({ code: 'invalid-value' })
    expect(unwrap(await docs.read(id)).text).toMatch(/^open: 4\nowner: (birch|cedar)\n$/)
  })

  it('appear in the event stream and in the log, a sentence each', async () => {
    const { a, b, docs, coalition, id } = await begun()
    const since = b.events.lastId
    unwrap(await docs.write({ id, content: 'One.' }))
    unwrap(await docs.freeze(id))
    coalition.exchange()
    const events = await b.eventsSince(since)
    const title = `“Runbook” (${shortId(id)})`
    expect(events.map(({ kind, sentence }) => [kind, sentence])).toEqual([
      ['document', `s1 edited document ${title}.`],
      ['document', `s1 froze document ${title}.`],
    ])
    const log = await a.service.log({ type: 'document' })
    expect(log.map(({ summary }) => summary)).toContain(`s1 began document ${title}`)
  })
})
