/** The misbehaviours that scenarios can name. */
import type { Charter } from '../../src/charter/schema.ts'
import type { OpCid } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import { type ProposalInput, proposalDraft } from '../../src/replica/acts.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { mixWord } from '../random/stream.ts'
import type { Actor, Strategy, VoteChoice } from '../world/strategy.ts'

const DAY_MS = 86_400_000
/** Operations of a flood in one burst, and between two bursts, in ms. */
const FLOOD_BURST = 60
const FLOOD_EVERY_MS = 60 * 60_000
const BACKDATE_DAYS = 20

const opposite = (choice: VoteChoice): VoteChoice => (choice === 'yes' ? 'no' : 'yes')

/** A half of all nodes, by name: another one for each salt. */
const isInHalf = (name: string, salt: number): boolean => {
  let hash = salt
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return mixWord(hash) % 2 === 0
}
const half = (actor: Actor, isFirst: boolean): string[] =>
  actor.peers.filter((peer) => isInHalf(peer, 7) === isFirst)

/** The half that a twin's copy keeps to: copies of other twins to their own, everybody else by name. */
function isOnSide(actor: Actor, peer: string): boolean {
  const isSecond = peer.includes('~')
  const isTwin = isSecond || actor.peers.includes(`${peer}~2`)
  return (isTwin ? !isSecond : isInHalf(peer, 11)) === (actor.copy === 0)
}

const isOwn = (actor: Actor, op: Op): boolean => op.key === actor.replica.signer?.key

/** Says something else than what was just said, at the same place, to one half. */
function contradict(actor: Actor, op: Op, draft: Draft): void {
  actor.say(draft, { seq: op.seq, to: half(actor, false) })
}

const flood: Strategy = {
  name: 'flood',
  about: 'signs far more than the charter’s rate allows',
  tickMs: FLOOD_EVERY_MS,
  onTick(actor) {
    if (!actor.random.chance(0.3)) return
    for (let i = 0; i < FLOOD_BURST; i++)
      actor.issue({ type: 'node.address', refs: [], body: { addresses: [] } })
  },
}

/** A proposal that faulty members make. */
const faultyProposal = (title: string, slot: string): ProposalInput => ({
  kind: 'resolution',
  track: 'standard',
  title,
  summary: '',
  text: title,
  scope: { objectives: [], nonGoals: [], compatibility: [], performance: [], variability: [] },
  components: [],
  slot,
  subjects: [],
  reversible: true,
})

const backdate: Strategy = {
  name: 'backdate',
  about: 'proposes as if it had been weeks ago, so that the voting would be over',
  tickMs: 2 * DAY_MS,
  onTick(actor) {
    const { replica } = actor
    for (const draft of replica.checkpointNow()) if (!actor.issue(draft)) return
    const past = replica.clock.now() - BACKDATE_DAYS * DAY_MS
    const proposal = faultyProposal('as decided long ago', 'policy@backdated')
    const draft = proposalDraft(replica, { ...proposal, opensAt: past })
    if (draft.ok) actor.issue(draft.value)
  },
}

const usurp: Strategy = {
  name: 'usurp',
  about: 'proposes to go on without more than a third of the others as silent, who are not',
  tickMs: 2 * DAY_MS,
  onTick(actor) {
    const { replica } = actor
    const charter = replica.charter?.charter
    if (!charter) return
    for (const draft of replica.checkpointNow()) if (!actor.issue(draft)) return
    const gone = lastThird(charter.stakeholders, actor.name)
    const stakeholders = charter.stakeholders.filter(({ id }) => !gone.includes(id))
    const draft = proposalDraft(replica, {
      ...faultyProposal('the rest goes on', 'charter'),
      kind: 'amendment',
      track: 'constitutional',
      amendment: {
        ...charter,
        version: charter.version + 1,
        stakeholders,
        leavers: [],
        holders: [],
      },
    })
    // The replica itself would refuse to name those as silent whom it heard.
    if (draft.ok)
      actor.issue({ ...draft.value, body: { ...draft.value.body, removesSilent: gone } })
  },
}

/** The last members that weigh more than a third together, but for one. */
function lastThird(stakeholders: Charter['stakeholders'], but: string): string[] {
  const total = stakeholders.reduce((sum, { weight }) => sum + weight, 0)
  const taken: string[] = []
  let weight = 0
  for (const one of stakeholders.toReversed()) {
    if (3 * weight > total || one.id === but) continue
    taken.unshift(one.id)
    weight += one.weight
  }
  return taken
}

const replay: Strategy = {
  name: 'replay',
  about: 'sends what others said long ago once more',
  tickMs: 10 * 60_000,
  onTick(actor) {
    const chains = [...actor.replica.ledger.chains.values()]
    const chain = actor.random.pick(chains)
    const cids = chain?.main.slice(0, 16).map(({ op }) => op.cid) ?? []
    actor.send(cids, actor.random.shuffled(actor.peers).slice(0, 4))
  },
}

const betray: Strategy = {
  name: 'betray',
  about:
    'once a ballot is settled forks its key from its first word on, so that all it said is broken',
  tickMs: 60 * 60_000,
  onTick(actor) {
    const { replica } = actor
    const outcomes = [...(replica.views.standing()?.outcomes.values() ?? [])]
    const key = replica.signer?.key
    const isWhole = key !== undefined && replica.ledger.chain(key).cut === Number.POSITIVE_INFINITY
    if (!isWhole || !outcomes.some(({ outcome }) => outcome !== 'open')) return
    actor.say({ type: 'node.address', refs: [], body: { addresses: [] } }, { seq: 0 })
  },
}

/** The opposite of what a seal, an estimate or an auxiliary says. */
function otherSettleDraft(op: Op): Draft | undefined {
  const { type, refs, body } = op
  const swapped = (value: unknown): string => (value === 'adopt' ? 'decline' : 'adopt')
  if (type === 'seal') {
    const verdict = body.verdict === 'endorse' ? 'decline' : 'endorse'
    return { type, refs: refs.slice(0, 2), body: { ballot: 0, verdict, tally: 1 } }
  }
  if (type === 'settle.estimate') {
    const base = { ballot: 0, round: body.round ?? 1, value: swapped(body.value) }
    return { type, refs: refs.slice(0, 1), body: base }
  }
  if (type !== 'settle.auxiliary') return undefined
  const [first] = Array.isArray(body.values) ? body.values : []
  return { type, refs, body: { ballot: 0, round: body.round ?? 1, values: [swapped(first)] } }
}

/** What scenarios can name, and what `--strategy` adds to. */
export const STRATEGIES: readonly Strategy[] = [
  {
    name: 'twins',
    about: 'runs two nodes with one key, each talking with one half of the others',
    copies: 2,
    vote: (actor, _ballot, choice) => (actor.copy === 0 ? choice : opposite(choice)),
    meets: isOnSide,
    passes: (actor, _op, to) => isOnSide(actor, to),
    hears: (actor, _op, from) => isOnSide(actor, from),
  },
  {
    name: 'amnesia',
    about:
      'runs two nodes with one key that both talk with everybody, each forgetting the other’s words',
    copies: 2,
    vote: (actor, _ballot, choice) => (actor.copy === 0 ? choice : opposite(choice)),
  },
  {
    name: 'equivocate',
    about: 'tells one half that it votes yes and the other that it votes no',
    onOp(actor, op) {
      if (op.type !== 'vote.cast' || !isOwn(actor, op)) return
      const choice = opposite(op.body.choice as VoteChoice)
      contradict(actor, op, {
        type: op.type,
        refs: op.refs.slice(0, 1),
        body: { ballot: 0, choice, supersedes: [] },
      })
    },
  },
  {
    name: 'double-seal',
    about: 'says the opposite of each seal, estimate and auxiliary at the same place to one half',
    onOp(actor, op) {
      if (!isOwn(actor, op)) return
      const draft = otherSettleDraft(op)
      if (draft) contradict(actor, op, draft)
    },
  },
  {
    name: 'withhold',
    about: 'passes its own words on to a quarter of the others only, until somebody asks',
    passes: (actor, op, to) => !isOwn(actor, op) || (isInHalf(to, 3) && isInHalf(to, 5)),
  },
  {
    name: 'silent',
    about: 'neither votes nor passes anything on nor talks with anybody',
    vote: () => undefined,
    passes: () => false,
    meets: () => false,
  },
  {
    name: 'censor',
    about: 'relays nothing of one half of the members, and syncs with nobody who might notice',
    passes: (actor, op) => isOwn(actor, op) || isInHalf(op.key, 13),
    meets: (_actor, peer) => isInHalf(peer, 17),
  },
  {
    name: 'contrary',
    about: 'votes the opposite of what its people think',
    vote: (_actor, _ballot: OpCid, choice) => opposite(choice),
  },
  backdate,
  betray,
  flood,
  replay,
  usurp,
]
