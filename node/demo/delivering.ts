/** The part of the story in which an upgrade reaches everybody, and another one is halted. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { RolloutDetail } from '../api/rollout-api.ts'
import type { Company } from './company.ts'
import { DemoError } from './errors.ts'
import { freePort, type Organisation } from './organisation.ts'
import { type Release, writeRelease } from './release.ts'
import { until } from './until.ts'

const HOOK = fileURLToPath(new URL('./deploy-hook.ts', import.meta.url))
/** Longest wait for a stage, in ms. */
const STAGE_MS = 60_000
/** Ports of the services, by organisation. */
const ports = new Map<string, number>()

const hookArgs = (company: Company, org: Organisation): string[] => [
  HOOK,
  org.home,
  String(ports.get(org.id)),
  company.path('releases'),
]

/** The organisation's own hook: what deploys, and what rolls back. */
export async function setHooks(company: Company, org: Organisation): Promise<void> {
  ports.set(org.id, await freePort())
  const command = [process.execPath, ...hookArgs(company, org)]
  const deploy = { command, artefact: join(company.path('releases'), '{name}'), timeoutMs: 60_000 }
  const hooks = { gateway: { deploy, rollback: { command, timeoutMs: 60_000 } } }
  await org.run('config', 'set', 'rollout.hooks', JSON.stringify(hooks))
}

/** Every organisation runs the gateway that they had before: version 1. */
async function begin(company: Company): Promise<void> {
  const { name } = writeRelease(company.path('releases'), '1')
  await Promise.all(
    company.founders.map(async (org) => {
      const child = spawn(process.execPath, hookArgs(company, org), {
        stdio: ['pipe', 'ignore', 'inherit'],
      })
      child.stdin?.end(JSON.stringify({ data: { kind: 'deploy', artefacts: [{ name }] } }))
      await once(child, 'close')
    }),
  )
  await serves(company.founders, '1')
  company.stage.note('five gateways serve version 1, each a process of its organisation')
}

/** An upgrade from a draft to its adoption, and through three cohorts. */
export async function rolledOut(company: Company, all: readonly string[]): Promise<void> {
  const { stage } = company
  await begin(company)
  const ballot = await adopt(company, all, writeRelease(company.path('releases'), '2'))
  const seen = new Set<string>()
  await until('all three cohorts are through', STAGE_MS, async () => {
    const detail = await rollout(company, 'dogwood', ballot)
    for (const { name, progress, healthy } of detail.stages)
      if (progress !== 'waiting' && progress !== 'held' && healthy.length > 0 && !seen.has(name)) {
        seen.add(name)
        stage.note(`stage ${name}: ${healthy.join(', ')}`)
      }
    return detail.state === 'complete'
  })
  await serves(company.founders, '2')
  stage.note('asked over HTTP, all five gateways answer: version 2')
}

/** Each stage is closed with what went otherwise than planned. */
export async function closed(company: Company, all: readonly string[]): Promise<void> {
  const alder = company.org('alder')
  const ballot = await releaseBallot(alder, '2')
  const { stages } = await rollout(company, 'alder', ballot)
  for (const { name } of stages) {
    const because = 'each gateway was measured before the next cohort began'
    await alder.run('rollout', 'close', ballot, name, '--no-deviations', '--because', because)
  }
  await everywhere(company, all, ballot, ({ state }) => state === 'done')
  company.stage.says('alder', 'closes every stage, with a rationale: the rollout is done')
}

/** A worse release: its first cohort measures an error rate beyond the indicator. */
export async function halted(company: Company, all: readonly string[]): Promise<void> {
  const { stage } = company
  const ballot = await adopt(company, all, writeRelease(company.path('releases'), '3', 3))
  await everywhere(company, all, ballot, ({ halts }) => halts.length > 0)
  const { halts, stages } = await rollout(company, 'elm', ballot)
  stage.note(`halted at all five: ${halts[0]?.sentence}`)
  const later = stages.slice(1).flatMap(({ members }) => members)
  if (later.some(({ status }) => status !== 'silent'))
    throw new DemoError('not-reached', 'a later cohort began in spite of the halt')
}

/** Who had moved is back by its own hook, seen by asking the services. */
export async function backAgain(company: Company, all: readonly string[]): Promise<void> {
  const ballot = await releaseBallot(company.org('alder'), '3')
  await everywhere(company, all, ballot, ({ state }) => state === 'rolled-back')
  await serves(company.founders, '2')
  company.stage.note('asked over HTTP, all five gateways answer: version 2')
  const text = await company.org('birch').run('rollout', 'show', ballot)
  for (const row of text.trimEnd().split('\n').slice(0, 12)) company.stage.note(row)
}

/** From a draft in a file to the adoption by all. */
async function adopt(company: Company, all: readonly string[], release: Release): Promise<OpCid> {
  const { version } = release
  const draft = company.write(`gateway-${version}.yaml`, upgradeText(release))
  const out = await company.org('alder').run('propose', draft, '--json')
  const ballot: OpCid = JSON.parse(out).cid
  company.stage.says(
    'alder',
    `drafts and proposes gateway ${version}, with a rollout in three cohorts`,
  )
  for (const id of all) await company.vote(id, ballot, 'yes')
  await company.settled(all, ballot, 'adopted')
  return ballot
}

const upgradeText = ({ version, name, digest }: Release): string => `kind: upgrade
track: delivery
slot: gateway@release
components: [gateway]
title: ${titleOf(version)}
text: Every gateway runs version ${version}.
scope:
  objectives: [one version everywhere]
  nonGoals: [anything but the gateway]
  compatibility: [clients notice nothing]
  performance: [fewer than 1 in 100 requests fail]
  variability: [none, because clients go through any gateway]
subjects: [{ name: ${name}, digest: '${digest}' }]
rollout:
  stages:
    - { name: canary, cohort: [birch, cedar], soak: 1s, success: [error-rate <= 1%] }
    - { name: early, cohort: 4/5, soak: 1s, success: [error-rate <= 1%] }
    - { name: everyone, cohort: 100%, soak: 1s, success: [error-rate <= 1%] }
  indicators: [error-rate > 5%]
rollback:
  owner: alder
  steps: [Start the version before on the same port., Ask it for its version.]
`

const rollout = async (company: Company, id: string, ballot: string): Promise<RolloutDetail> =>
  unwrap(await company.org(id).api.rollouts.show(ballot))

async function releaseBallot({ api }: Organisation, version: string): Promise<string> {
  const listed = unwrap(await api.rollouts.list())
  const found = listed.find(({ title }) => title === titleOf(version))
  if (found) return found.proposal
  throw new DemoError('not-reached', `no gateway ${version} is rolled out`)
}

const titleOf = (version: string): string => `Gateway ${version}`

async function everywhere(
  company: Company,
  ids: readonly string[],
  ballot: string,
  holds: (detail: RolloutDetail) => boolean,
): Promise<void> {
  await until(`the rollout stands alike at ${ids.join(', ')}`, STAGE_MS, async () => {
    const details = await Promise.all(ids.map((id) => rollout(company, id, ballot)))
    return details.every(holds)
  })
}

async function serves(orgs: readonly Organisation[], version: string): Promise<void> {
  await until(`every gateway serves version ${version}`, STAGE_MS, async () => {
    const answers = await Promise.all(
      orgs.map(({ id }) =>
        fetch(`http://127.0.0.1:${ports.get(id)}/version`).then(
          (answer) => answer.text(),
          () => 'nothing',
        ),
      ),
    )
    return answers.every((answer) => answer === version)
  })
}
