/** The part of the story in which the network splits: what each side may do, and what comes of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Company } from './company.ts'
import { DemoError } from './errors.ts'
import { until } from './until.ts'
import { beginRunbook, editApart } from './writing.ts'

const MAJORITY = ['alder', 'birch', 'cedar']
const MINORITY = ['dogwood', 'elm']
/** What the larger side proposes, which is appealed against later. */
export const MONTHLY = 'Key rotation every month'
const YEARLY = 'Key rotation every year'
const REACH_MS = 60_000
/** How long the demo watches that a partition settles nothing, in ms. */
const WATCH_MS = 3_000

/** Each side proposes and votes in one slot; three of five seal, and that settles nothing. */
export async function partition(company: Company, all: readonly string[]): Promise<void> {
  const { stage } = company
  await beginRunbook(company, all)
  await company.part(MAJORITY, MINORITY)
  stage.note('the network splits: alder, birch, cedar | dogwood, elm')
  const pitch = { slot: 'keys@policy', track: 'emergency', kind: 'policy' } as const
  const [left, right] = await Promise.all([
    company.propose('alder', { ...pitch, title: MONTHLY }),
    company.propose('elm', { ...pitch, title: YEARLY }),
  ])
  for (const id of MAJORITY) await company.vote(id, left, 'yes')
  for (const id of MINORITY) await company.vote(id, right, 'yes')
  await editApart(company, 'cedar', 'dogwood')
  await until('the larger side has sealed', REACH_MS, async () => {
    const detail = unwrap(await company.org('alder').api.proposal(left))
    return detail.seals.length === MAJORITY.length
  })
  await sleep(WATCH_MS)
  const sides = await Promise.all([company.line('birch', left), company.line('elm', right)])
  if (sides.some((line) => line === undefined || line.rounds > 0))
    throw new DemoError('not-reached', 'a side settled alone')
  stage.note('three of five have sealed; final takes four: neither side can settle')
}

/** The charter lets three of five go ahead for now. Two of five wait. */
export async function goAhead(company: Company): Promise<void> {
  const { stage } = company
  const left = await company.titled('alder', MONTHLY)
  await until('it is provisional on the larger side', REACH_MS, async () => {
    const lines = await Promise.all(MAJORITY.map((id) => company.titled(id, MONTHLY)))
    return lines.every(({ outcome }) => outcome === 'provisional')
  })
  const { contingency } = unwrap(await company.org('birch').api.explain(left.id))
  stage.says('birch', `explains: ${contingency?.sentence}`)
  for (const { sentence } of contingency?.rules ?? []) stage.note(`✓ ${sentence}`)
  const right = await company.titled('elm', YEARLY)
  if (right.outcome !== 'open')
    throw new DemoError('not-reached', `the smaller side has ${right.outcome}`)
  stage.note('it is marked provisional wherever it is shown; the smaller side still has nothing')
}

/** The sides meet: the provisional outcome is ratified by settlement, the other ballot is declined. */
export async function ratify(company: Company, all: readonly string[]): Promise<void> {
  const { stage } = company
  const [left, right] = await Promise.all([
    company.titled('alder', MONTHLY),
    company.titled('elm', YEARLY),
  ])
  await company.heal(MAJORITY, MINORITY)
  stage.note('the network heals')
  await company.settled(all, left.id as OpCid, 'adopted')
  const { contingency } = unwrap(await company.org('elm').api.explain(left.id))
  if (contingency?.state !== 'ratified')
    throw new DemoError('not-reached', `to elm it is ${contingency?.state}, not ratified`)
  stage.says('elm', `explains: ${contingency.sentence}`)
  await company.vote('alder', right.id as OpCid, 'no')
  stage.note('with that, the ballot of the smaller side has its quorum; the slot is taken by then')
  await company.settled(all, right.id as OpCid, 'declined')
}
