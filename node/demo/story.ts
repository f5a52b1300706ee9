/** The story, step by step. Each step fails loudly when it does not come true. */
import { unwrap } from '../../src/op/refusal.ts'
import { answered, appealed } from './arguing.ts'
import { demoCharter, FOUNDERS, NEWCOMER } from './cast.ts'
import type { Company } from './company.ts'
import { backAgain, closed, halted, rolledOut, setHooks } from './delivering.ts'
import { DemoError } from './errors.ts'
import { forkChain } from './fork.ts'
import { freePort, type Organisation } from './organisation.ts'
import { goAhead, partition, ratify } from './splitting.ts'
import { until } from './until.ts'
import { adoptRunbook } from './writing.ts'

/** One step: a short name for reports, a title for people, what happens. */
export interface Step {
  readonly name: string
  readonly title: string
  readonly act: (company: Company) => Promise<void>
}

const ALL = FOUNDERS.map(({ id }) => id)
const MAJORITY = ['alder', 'birch', 'cedar']
const REACH_MS = 30_000

/** The story in order. */
export const STORY: readonly Step[] = [
  {
    name: 'founding',
    title: 'Five organisations found a coalition: cards, a charter, an invite, ratification',
    act: founding,
  },
  {
    name: 'meeting',
    title: 'Each starts its own daemon; they find each other over libp2p',
    act: meeting,
  },
  {
    name: 'adopted',
    title: 'A proposal is adopted',
    act: adopted,
  },
  {
    name: 'answered',
    title: 'All have voted, but an objection holds the ballot open until it is answered',
    act: (company) => answered(company, ALL),
  },
  {
    name: 'failed',
    title: 'A proposal fails, and anybody can ask why',
    act: failed,
  },
  {
    name: 'vetoed',
    title: 'The owner of a component stops a change to it',
    act: vetoed,
  },
  {
    name: 'partition',
    title: 'A 3–2 partition: both sides vote in one slot, neither can settle',
    act: (company) => partition(company, ALL),
  },
  {
    name: 'contingency',
    title: 'The larger side goes ahead, provisionally; the smaller one may not',
    act: goAhead,
  },
  {
    name: 'ratified',
    title: 'Healed, all settle alike: what was provisional is ratified',
    act: (company) => ratify(company, ALL),
  },
  {
    name: 'appealed',
    title: 'A member that was cut off appeals against it, and the appeal is upheld',
    act: (company) => appealed(company, ALL),
  },
  {
    name: 'written',
    title: 'What both sides wrote meanwhile is one document; frozen, it is voted on and adopted',
    act: (company) => adoptRunbook(company, ALL),
  },
  {
    name: 'killed',
    title:
      'A node that is cut off votes, is killed at once, comes back elsewhere: the vote is there',
    act: killed,
  },
  {
    name: 'rollout-cohorts',
    title:
      'An upgrade of a real service, from its draft through three cohorts, by everybody’s hooks',
    act: (company) => rolledOut(company, ALL),
  },
  {
    name: 'rollout-closed',
    title: 'Every stage is closed with a rationale',
    act: (company) => closed(company, ALL),
  },
  {
    name: 'halt-breach',
    title: 'A worse release breaches an indicator in its first cohort: halted everywhere',
    act: (company) => halted(company, ALL),
  },
  {
    name: 'rollback-seen',
    title: 'Who had moved is back on the version before',
    act: (company) => backAgain(company, ALL),
  },
  {
    name: 'forked',
    title: 'A member forks its chain: everybody holds the proof; it goes on with a new key',
    act: forked,
  },
  {
    name: 'admission',
    title: 'An amendment admits a sixth organisation, which joins late',
    act: admission,
  },
  {
    name: 'converged',
    title: 'Six nodes, one state',
    act: (company) => company.converged([...ALL, NEWCOMER.id]),
  },
  {
    name: 'audited',
    title: 'Six exports are audited in separate processes, from the operations alone',
    act: audited,
  },
]

async function founding(company: Company): Promise<void> {
  const { stage, founders } = company
  await Promise.all(company.everyone.map((org) => initialise(org, company)))
  const [founder, ...others] = founders
  if (!founder) return
  const charter = company.write('charter.yaml', demoCharter(FOUNDERS))
  const cards = founders.map(({ id }) => company.path(`${id}.card`))
  const invite = company.path('grove.invite')
  await founder.run('found', charter, '--cards', ...cards, '-o', invite)
  stage.says(founder.id, 'founds “Grove” under a charter that gives all five one vote each')
  await Promise.all(
    others.map(async (org) => {
      await org.run('join', invite)
      await org.run('ratify')
      stage.says(org.id, 'checks the invite, joins, and ratifies the charter with its root key')
    }),
  )
}

async function initialise(org: Organisation, company: Company): Promise<void> {
  const { id, name, functions } = org.role
  const listen = `/ip4/127.0.0.1/tcp/${await freePort()}`
  await org.run(
    'init',
    '--id',
    id,
    '--name',
    name,
    '--functions',
    functions.join(),
    '--listen',
    listen,
  )
  await setHooks(company, org)
  await org.run('card', '-o', company.path(`${id}.card`))
  company.stage.says(id, `makes its keys and its card, and will listen on ${listen}`)
}

async function meeting(company: Company): Promise<void> {
  await Promise.all(company.founders.map((org) => org.up()))
  for (const { id, pid } of company.founders) company.stage.says(id, `is up as process ${pid}`)
  await company.connected(ALL, ALL.length - 1)
  await until('everybody has everybody’s ratification', REACH_MS, async () => {
    const states = await Promise.all(company.founders.map(({ api }) => api.status()))
    return states.every(({ ratified }) => ratified.weight === ALL.length)
  })
  company.stage.note('ratified by 5 of 5: the coalition is active')
}

async function adopted(company: Company): Promise<void> {
  const ballot = await company.propose('alder', {
    title: 'Gateway speaks protocol 4',
    slot: 'gateway@main',
    components: ['gateway'],
    text: 'The gateway accepts protocol 4 beside protocol 3 for one year.',
  })
  for (const id of ALL) await company.vote(id, ballot, 'yes')
  await company.settled(ALL, ballot, 'adopted')
}

async function failed(company: Company): Promise<void> {
  const ballot = await company.propose('elm', {
    title: 'Freeze all releases until spring',
    slot: 'releases@policy',
    kind: 'policy',
  })
  await company.vote('elm', ballot, 'yes')
  await company.vote('dogwood', ballot, 'yes')
  for (const id of MAJORITY) await company.vote(id, ballot, 'no')
  const line = await company.settled(ALL, ballot, 'declined')
  if (line.reasons.length === 0) throw new DemoError('not-reached', 'it does not say why')
  const text = await company.org('cedar').run('explain', ballot)
  for (const row of text.trimEnd().split('\n')) company.stage.note(row)
}

async function vetoed(company: Company): Promise<void> {
  const ballot = await company.propose('birch', {
    title: 'Ledger drops its old index',
    slot: 'ledger@main',
    components: ['ledger'],
  })
  for (const id of ['alder', 'birch', 'dogwood', 'elm']) await company.vote(id, ballot, 'yes')
  await company.vote('cedar', ballot, 'veto', 'our exports still read that index')
  await company.settled(ALL, ballot, 'declined')
  company.stage.note('4 of 5 said yes; cedar owns the ledger, and 9/10 would have been needed')
}

async function killed(company: Company): Promise<void> {
  const { stage } = company
  const cedar = company.org('cedar')
  const others = ALL.filter((id) => id !== 'cedar')
  const ballot = await company.propose('dogwood', {
    title: 'Publish audit reports within a week',
    slot: 'audits@policy',
    kind: 'policy',
  })
  await company.reached(ALL, ballot)
  await company.part(['cedar'], others)
  stage.note('cedar is cut off from everybody')
  const vote = unwrap(await cedar.api.vote(ballot, 'yes', 'reports are no use in a drawer'))
  await cedar.down('SIGKILL')
  stage.says('cedar', 'votes yes and, the moment that is acknowledged, is killed')
  const listen = `/ip4/127.0.0.1/tcp/${await freePort()}`
  await cedar.run('config', 'set', 'listen', listen)
  for (const id of others) unwrap(await company.org(id).api.unblock(['cedar']))
  await cedar.up()
  unwrap(await cedar.api.unblock(others))
  stage.says('cedar', `is back as process ${cedar.pid}, now on ${listen}`)
  await company.connected(ALL, ALL.length - 1)
  await until('cedar’s vote reaches elm', REACH_MS, async () => {
    const detail = unwrap(await company.org('elm').api.proposal(ballot))
    return detail.votes.some(({ id }) => id === vote.cid)
  })
  stage.note('only its disk can have kept that vote; now elm holds it too')
  for (const id of others) await company.vote(id, ballot, 'yes')
  await company.settled(ALL, ballot, 'adopted')
}

async function forked(company: Company): Promise<void> {
  const { stage } = company
  const elm = company.org('elm')
  await forkChain(elm, company.org('alder'))
  stage.says('elm', 'signs a second operation at a place of its chain that is taken')
  await until('everybody holds the proof', REACH_MS, async () => {
    const lists = await Promise.all(company.founders.map(({ api }) => api.evidence()))
    return lists.every((list) => list.some(({ stakeholder }) => stakeholder === 'elm'))
  })
  stage.note('two signatures of one key at one place are their own proof: the key is frozen')
  await elm.down()
  await elm.run('keys', 'rotate')
  await elm.up()
  await company.connected(['elm'], ALL.length - 1)
  stage.says('elm', `goes on with a new key that its root delegated, as process ${elm.pid}`)
}

async function admission(company: Company): Promise<void> {
  const { stage, newcomer } = company
  const charter = company.write('next-charter.yaml', demoCharter([...FOUNDERS, NEWCOMER]))
  const proposal = company.write(
    'admit-fir.yaml',
    `kind: amendment\ntrack: constitutional\nslot: charter\ntitle: Admit the Fir Foundation\namendment: ${charter}\n`,
  )
  const card = company.path(`${newcomer.id}.card`)
  const out = await company.org('birch').run('propose', proposal, '--cards', card, '--json')
  const ballot = JSON.parse(out).cid
  stage.says('birch', 'proposes the next charter, which admits fir')
  await company.reached(ALL, ballot)
  await Promise.all(company.founders.map((org) => org.run('accept', ballot)))
  stage.note('five of six roots accept the next charter')
  for (const id of ALL) await company.vote(id, ballot, 'yes')
  await company.settled(ALL, ballot, 'adopted')
  await company.org('alder').run('invite', '-o', company.path('grove-now.invite'))
  await newcomer.run('join', company.path('grove-now.invite'))
  await newcomer.up()
  stage.says(newcomer.id, `joins with the invite as process ${newcomer.pid} and catches up`)
  await company.connected([newcomer.id], ALL.length)
}

async function audited(company: Company): Promise<void> {
  await Promise.all(
    company.everyone.map(async (org) => {
      const bundle = company.path(`${org.id}.car`)
      await org.run('export', '-o', bundle)
      await org.run('audit', bundle)
      company.stage.says(org.id, 'every hash, signature, verdict and settlement holds')
    }),
  )
}
