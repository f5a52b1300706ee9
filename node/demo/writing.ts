/** The part of the story in which members write one document, also while they are parted. */
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Company } from './company.ts'
import { DemoError } from './errors.ts'
import { until } from './until.ts'

const TITLE = 'Gateway runbook'
const REACH_MS = 30_000
const FIRST =
  '# Restart the gateway\n\n1. Stop the gateway.\n2. Copy the ledger.\n3. Start it again.\n'
const MAJORITYS = FIRST.replace('Stop the gateway.', 'Tell the operators, then stop the gateway.')
const MINORITYS = FIRST.replace('Copy the ledger.', 'Copy the ledger and check the copy.')
const MERGED = MAJORITYS.replace('Copy the ledger.', 'Copy the ledger and check the copy.')

/** A document that everybody holds. */
export async function beginRunbook(company: Company, ids: readonly string[]): Promise<void> {
  const { documents } = company.org('alder').api
  const input = { kind: 'text', title: TITLE, editors: 'members' } as const
  const { cid } = unwrap(await documents.create(input))
  unwrap(await documents.write({ id: cid ?? '', content: FIRST }))
  company.stage.says('alder', `begins a document, “${TITLE}”, that all may edit`)
  await reads(company, ids, FIRST)
}

/** Each side of a partition changes it, without knowing of the other. */
export async function editApart(company: Company, left: string, right: string): Promise<void> {
  for (const [id, content] of [
    [left, MAJORITYS],
    [right, MINORITYS],
  ] as const) {
    const { documents } = company.org(id).api
    unwrap(await documents.write({ id: await runbookAt(company, id), content }))
    company.stage.says(id, `edits “${TITLE}” on its side of the split`)
  }
}

/** Both sides' words are there; they are frozen as they stand, cited by a proposal, and adopted. */
export async function adoptRunbook(company: Company, ids: readonly string[]): Promise<void> {
  const { stage } = company
  await reads(company, ids, MERGED)
  const birch = company.org('birch').api.documents
  const id = await runbookAt(company, 'birch')
  const authors = new Set(unwrap(await birch.blame(id)).map(({ author }) => author))
  stage.note(
    `the document reads alike at ${ids.length} nodes, in words of ${[...authors].join(' and ')}`,
  )
  const frozen = unwrap(await birch.freeze(id))
  stage.says('birch', 'freezes it as it stands')
  const ballot = await company.propose('birch', {
    title: 'Follow the gateway runbook',
    slot: 'runbook@policy',
    kind: 'policy',
    freeze: frozen.cid as OpCid,
  })
  unwrap(await birch.write({ id, content: `${MERGED}4. Go home.\n` }))
  stage.says('birch', 'goes on editing; what is voted on stays as it was frozen')
  for (const member of ids) await company.vote(member, ballot, 'yes')
  await company.settled(ids, ballot, 'adopted')
  const { document } = unwrap(await company.org('elm').api.proposal(ballot))
  if (document.text !== MERGED) throw new DemoError('not-reached', `elm voted on ${document.text}`)
}

async function reads(company: Company, ids: readonly string[], content: string): Promise<void> {
  await until(`${ids.join(', ')} read the same`, REACH_MS, async () => {
    const texts = await Promise.all(
      ids.map(async (id) => {
        const line = await runbookLine(company, id)
        const detail = line && (await company.org(id).api.documents.read(line.id))
        return detail?.ok ? detail.value.text : undefined
      }),
    )
    return texts.every((text) => text === content)
  })
}

async function runbookLine(company: Company, id: string) {
  const documents = await company.org(id).api.documents.list()
  return documents.find(({ title }) => title === TITLE)
}

async function runbookAt(company: Company, id: string): Promise<string> {
  const line = await runbookLine(company, id)
  if (line) return line.id
  throw new DemoError('not-reached', `${id} holds no “${TITLE}”`)
}
