/** The part of the story in which members argue: an objection before, an appeal after. */
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Company } from './company.ts'
import { DemoError } from './errors.ts'
import { MONTHLY } from './splitting.ts'
import { until } from './until.ts'

const REACH_MS = 30_000

/** An objection says what would settle it; the charter asks for an answer before anything is sealed. */
export async function answered(company: Company, all: readonly string[]): Promise<void> {
  const { stage } = company
  const ballot = await company.propose('birch', {
    title: 'Gateway drops protocol 2',
    slot: 'gateway@legacy',
    components: ['gateway'],
  })
  await company.reached(all, ballot)
  const objection = unwrap(
    await company.org('dogwood').api.comment({
      proposal: ballot,
      kind: 'objection',
      text: 'Who still speaks protocol 2?',
      disposition: 'A list of those who do, and a word from each.',
    }),
  )
  stage.says('dogwood', 'objects: who still speaks protocol 2?')
  await until('the objection reaches all', REACH_MS, async () => {
    const details = await Promise.all(all.map((id) => company.org(id).api.proposal(ballot)))
    return details.every((detail) => unwrap(detail).comments.length > 0)
  })
  for (const id of all) await company.vote(id, ballot, 'yes')
  const { rules } = unwrap(await company.org('cedar').api.explain(ballot))
  const gate = rules.find(({ rule }) => rule === 'gate:objections')
  const detail = unwrap(await company.org('cedar').api.proposal(ballot))
  if (gate?.met !== false || detail.seals.length > 0)
    throw new DemoError('not-reached', 'the objection held nothing open')
  stage.says('cedar', `explains: ${gate.sentence}`)
  unwrap(
    await company.org('birch').api.comment({
      proposal: ballot,
      kind: 'answer',
      text: 'Nobody since June: the list is empty, and each of us has looked.',
      answers: objection.cid as OpCid,
    }),
  )
  stage.says('birch', 'answers: nobody since June')
  await company.settled(all, ballot, 'adopted')
}

/** What was adopted without them is appealed against; the ballot of the appeal sets it aside. */
export async function appealed(company: Company, all: readonly string[]): Promise<void> {
  const { stage } = company
  const { id } = await company.titled('elm', MONTHLY)
  const filed = await company
    .org('elm')
    .run('appeal', id, '--because', 'we were cut off, and our keys are on cards', '--json')
  const { ballot } = JSON.parse(filed) as { ballot: OpCid }
  stage.says('elm', 'appeals: we were cut off, and our keys are on cards')
  await until('all know of the appeal', REACH_MS, async () => {
    const details = await Promise.all(all.map((one) => company.org(one).api.proposal(id)))
    return details.every((detail) => detail.ok && detail.value.appeal?.stage === 'pending')
  })
  stage.note('hooks wait everywhere; what was decided stands until the appeal is')
  for (const one of all) await company.vote(one, ballot, 'yes')
  await company.settled(all, ballot, 'adopted')
  await until('it is set aside everywhere', REACH_MS, async () => {
    const details = await Promise.all(all.map((one) => company.org(one).api.proposal(id)))
    return details.every((detail) => detail.ok && detail.value.appeal?.stage === 'upheld')
  })
  stage.note('upheld: the slot is free again')
}
