/** The part of a ballot that its proposal fixes: electorate, windows, slot, basis (design §3.4). */
import { type Electorate, electorateFrom, electorateOf } from '../ballot/electorate.ts'
import type { SettleRules } from '../ballot/rules.ts'
import type { BallotWindows } from '../ballot/timing.ts'
import type { Checkpoints, Seen, SeenFrontier } from '../chain/checkpoint.ts'
import type { Held } from '../chain/held.ts'
import type { Keyring } from '../chain/keyring.ts'
import { trackOf } from '../charter/lookup.ts'
import type { Charter, Track } from '../charter/schema.ts'
import type { KeyId, OpCid, StakeholderId } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import type { OpType } from '../op/type.ts'
import type { Frozen } from './documents.ts'
import { Eligibility, type EligibilityContext, isDissent } from './eligibility.ts'
import type { Entry } from './entry.ts'
import type { LastSeqOf } from './leaving.ts'
import { contentFault, type FreezeReader, readDocument } from './proposal-content.ts'
import { recourseFault } from './recourse/fault.ts'
import { type Planned, readPlan } from './rollout/planned.ts'
import type { ProposalBody } from './topics.ts'

/** A slot generation: what two ballots must not both win. */
export interface Generation {
  readonly slot: string
  readonly replaces: OpCid | null
}

/** What a valid proposal fixes for its ballot. */
export interface Frame {
  readonly id: OpCid
  readonly proposal: Held
  readonly body: ProposalBody
  readonly author: StakeholderId
  readonly charterId: OpCid
  readonly charter: Charter
  readonly track: Track
  readonly electorate: Electorate
  readonly windows: BallotWindows
  readonly generation: Generation
  readonly basis: SeenFrontier
  /** The frozen document that is voted on, where the text is not inline. */
  readonly frozen: Frozen | undefined
  readonly eligibility: Eligibility
  /** How it is rolled out once it is adopted, if it says so (§3.9). */
  readonly planned: Planned | undefined
  /** For whom of all stakeholders of the charter an operation speaks, whoever votes. */
  readonly membership: Eligibility
}

/** What frames are read with. */
export interface FrameContext extends FreezeReader {
  readonly keyring: Keyring
  readonly checkpoints: Checkpoints
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly rules: SettleRules
  readonly held: (cid: OpCid) => Held | undefined
  readonly charterById: (id: OpCid) => Charter | undefined
  readonly lastSeqOf: LastSeqOf
}

/** Reads the frame of a ballot, or says why the proposal is void. */
export function readFrame(
  { held, body }: Entry<ProposalBody>,
  context: FrameContext,
): Result<Frame> {
  const charterId = held.op.refs[body.charter]
  const charter = charterId && context.charterById(charterId)
  if (!charterId || !charter)
    return refuse('invalid-proposal', 'names no charter of this coalition')
  const track = trackOf(charter, body.track)
  if (!track) return refuse('invalid-proposal', `the charter has no track "${body.track}"`)
  const electorate = electorateOf(charter, body, context.rules)
  if (!electorate.ok) return electorate
  const basis = readBasis(held, body, charter, context)
  if (!basis.ok) return basis
  const frozen = readDocument(held, body, charterId, context)
  if (!frozen.ok) return frozen
  const fault = contentFault(held, body, charter, track)
  if (fault) return fault
  const { keyring, types } = context
  const lastSeqOf: EligibilityContext['lastSeqOf'] = (key, root, type) =>
    context.lastSeqOf(key, root, charterId, isDissent(type) ? held.op.cid : undefined)
  const everyone = electorateFrom(charter.stakeholders)
  const { protocol } = charter
  const eligible = { keyring, types, lastSeqOf, protocol, basis: basis.value }
  const membership = new Eligibility({ ...eligible, electorate: everyone })
  const author = membership.speakerOf(held)
  if (!author) return refuse('invalid-proposal', 'its author may not propose under its charter')
  const unfit = recourseFault({ held, body, charter, author, members: membership }, context)
  if (unfit) return unfit
  const planned = readPlan(body, charter, author)
  if (!planned.ok) return planned
  const replaces = body.replaces === null ? null : held.op.refs[body.replaces]
  if (replaces === undefined) return refuse('invalid-proposal', 'replaces names no reference')
  return accept({
    id: held.op.cid,
    proposal: held,
    body,
    author,
    charterId,
    charter,
    track,
    electorate: electorate.value,
    windows: body.windows ?? track.windows,
    generation: { slot: body.slot, replaces },
    basis: basis.value,
    frozen: frozen.value,
    planned: planned.value,
    eligibility: new Eligibility({ ...eligible, electorate: electorate.value }),
    membership,
  })
}

/** The basis is an earlier checkpoint of the proposer's own chain (§3.4). */
function readBasis(
  held: Held,
  body: ProposalBody,
  charter: Charter,
  context: FrameContext,
): Result<SeenFrontier> {
  const cid = held.op.refs[body.basis]
  const basis = cid && context.held(cid)
  const frontier =
    basis && basis.op.key === held.op.key && basis.op.seq < held.op.seq
      ? context.checkpoints.frontierOf(basis.op.cid)
      : undefined
  if (!frontier)
    return refuse('invalid-proposal', 'its basis is no earlier checkpoint of its author')
  // What it shows of roots must be named, so that nothing on the ballot counts before it is held;
  // and be true, or a root's later revocation might count as one that the basis shows.
  const named = new Set(held.op.refs)
  const unnamed = electorateFrom(charter.stakeholders).members.find(({ root }) => {
    const seen = frontier.get(root)
    const shown = seen ? [seen.cid, ...(seen.twin ? [seen.twin] : [])] : []
    return shown.some((cid) => {
      const op = named.has(cid) ? context.held(cid)?.op : undefined
      return op?.key !== root || op.seq !== seen?.seq
    })
  })
  if (unnamed)
    return refuse(
      'invalid-proposal',
      `its refs leave out what its basis shows of ${unnamed.id}'s root`,
    )
  return accept(rootsOnly(frontier, charter))
}

/**
 * All that a ballot asks of its basis: a frontier of thousands of keys is not kept for each. The
 * same for the same frontier and charter, in every replica of a process.
 */
function rootsOnly(frontier: SeenFrontier, charter: Charter): SeenFrontier {
  const ofFrontier = shownRoots.get(frontier) ?? new WeakMap<Charter, SeenFrontier>()
  shownRoots.set(frontier, ofFrontier)
  const known = ofFrontier.get(charter)
  if (known) return known
  const shown = new Map<KeyId, Seen>()
  for (const { root } of electorateFrom(charter.stakeholders).members) {
    const seen = frontier.get(root)
    if (seen) shown.set(root, seen)
  }
  ofFrontier.set(charter, shown)
  return shown
}

const shownRoots = new WeakMap<SeenFrontier, WeakMap<Charter, SeenFrontier>>()
