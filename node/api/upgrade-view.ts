/** Upgrades as people read them: stages, what is missing, what came late. */
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { advice, lacksOf, UPGRADE_SCHEMA } from '../../src/proposal/upgrade.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { DocumentTopic } from '../../src/replica/document-topics.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type LateWord as Late, lateWordsOf } from '../../src/replica/upgrade/late.ts'
import { timelineOf, type UpgradeStage } from '../../src/replica/upgrade/timeline.ts'
import { findId } from './ids.ts'
import { nameOf } from './naming.ts'
import type { LateWord, UpgradeDetail, UpgradeLine, UpgradeStageLine } from './upgrade-api.ts'

/** A draft that nobody has proposed, or a ballot. */
export type Upgrade = { readonly draft: DocumentTopic } | { readonly ballot: Ballot }

/** All upgrades: drafts that no proposal cites, and proposals. */
export function upgradesOf(replica: Replica): Upgrade[] {
  const ballots = replica.views
    .ballots()
    .filter(({ body }) => body.kind === 'upgrade')
    .sort((a, b) => b.body.opensAt - a.body.opensAt || (a.id < b.id ? -1 : 1))
  const proposed = new Set(ballots.flatMap(({ frozen }) => frozen?.document ?? []))
  const drafts = draftTopics(replica).filter(({ id }) => !proposed.has(id))
  return [...drafts.map((draft) => ({ draft })), ...ballots.map((ballot) => ({ ballot }))]
}

/** An upgrade by its id; a draft that was proposed is its proposal. */
export function findUpgrade(replica: Replica, given: string): Result<Upgrade> {
  const ballots = new Map(replica.views.ballots().map((ballot) => [ballot.id, ballot]))
  const drafts = new Map(draftTopics(replica).map((topic) => [topic.id, topic]))
  const id = findId(given, [...ballots.keys(), ...drafts.keys()], 'upgrade')
  if (!id.ok) return id
  const ballot =
    ballots.get(id.value) ??
    [...ballots.values()].find(({ frozen }) => frozen?.document === id.value)
  const draft = drafts.get(id.value)
  if (ballot) return accept({ ballot })
  return draft ? accept({ draft }) : refuse('unknown-id', `no upgrade ${given}`)
}

const draftTopics = ({ views }: Replica): DocumentTopic[] =>
  views.documents
    .topics()
    .filter(
      ({ creation }) => creation?.body.schema === UPGRADE_SCHEMA && creation.body.kind === 'map',
    )

/** One upgrade whole; undefined for a draft that does not stand. */
export function upgradeDetail(replica: Replica, upgrade: Upgrade): UpgradeDetail | undefined {
  return 'draft' in upgrade
    ? draftDetail(replica, upgrade.draft)
    : ballotDetail(replica, upgrade.ballot)
}

/** A detail as a line. */
export const upgradeLine = ({
  id,
  title,
  author,
  stage,
  standing,
  outcome,
  missing,
}: UpgradeDetail): UpgradeLine => ({ id, title, author, stage, standing, outcome, missing })

function draftDetail(replica: Replica, { id, creation }: DocumentTopic): UpgradeDetail | undefined {
  const document = replica.views.documents.open(id)
  if (!document.ok || !creation) return undefined
  const { value } = document.value
  const missing = lacksOf(value).map(({ sentence }) => sentence)
  const stage: UpgradeStageLine = { name: 'draft', standing: 'now', from: null, to: null, missing }
  return {
    id,
    title: titleIn(value) ?? creation.body.title,
    author: nameOf(replica, creation.held.op.key),
    stage: 'draft',
    standing: 'now',
    outcome: 'draft',
    missing,
    draft: id,
    stages: [stage],
    advice: advice(value),
    late: [],
  }
}

function titleIn(value: unknown): string | undefined {
  const title: unknown =
    typeof value === 'object' && value !== null && 'title' in value ? value.title : ''
  return typeof title === 'string' && title.trim() !== '' ? title : undefined
}

function ballotDetail(replica: Replica, ballot: Ballot): UpgradeDetail | undefined {
  const standing = replica.views.standing()
  if (!standing) return undefined
  const stages = timelineOf(replica, ballot, standing).map(stageLine)
  const current =
    stages.find((stage) => stage.standing === 'held') ??
    stages.find((stage) => stage.standing === 'now') ??
    stages.find((stage) => stage.standing === 'ahead') ??
    stages.at(-1)
  return {
    id: ballot.id,
    title: ballot.body.title,
    author: ballot.author,
    stage: current?.name ?? 'draft',
    standing: current?.standing ?? 'done',
    outcome: standing.outcomes.get(ballot.id)?.outcome ?? 'open',
    missing: current?.missing ?? [],
    draft: ballot.frozen?.document ?? null,
    stages,
    advice: [],
    late: lateWordsOf(replica, ballot).map(lateLine),
  }
}

const stageLine = ({ name, standing, from, to, missing }: UpgradeStage): UpgradeStageLine => ({
  ...{ name, standing, missing },
  from: from ?? null,
  to: to ?? null,
})

const lateLine = ({ cid, ...word }: Late): LateWord => ({ id: cid satisfies OpCid, ...word })
