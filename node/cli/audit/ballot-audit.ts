/**
 * One ballot, judged anew from the operations alone: its certificates, and for an adopted one
 * whether the tallies behind its endorsing seals pass the rules (design §3.6, justified adoption).
 */
import { positions } from '../../../src/ballot/position.ts'
import { tally } from '../../../src/ballot/tally.ts'
import { verdict } from '../../../src/ballot/verdict.ts'
import type { OpCid, StakeholderId } from '../../../src/op/ids.ts'
import { keyIdFromBytes } from '../../../src/op/key-id.ts'
import type { Ballot } from '../../../src/replica/ballot.ts'
import { judgedVotes, tallyOf } from '../../../src/replica/decision/judged.ts'
import type { Replica } from '../../../src/replica/replica.ts'

/** One endorsing seal with what its tally comes to. */
export interface SealAudit {
  readonly stakeholder: StakeholderId
  readonly seal: OpCid
  readonly passes: boolean
  /** Rules that the tally does not meet. */
  readonly unmet: readonly string[]
}

/** One ballot, judged anew. */
export interface BallotAudit {
  readonly id: OpCid
  readonly title: string
  readonly outcome: 'adopted' | 'declined' | 'open'
  /** Round of the settlement certificate; null without one. */
  readonly round: number | null
  /** The amendment that ended it, where no certificate did. */
  readonly endedBy: OpCid | null
  readonly weights: {
    readonly total: number
    readonly quorum: number
    readonly endorsing: number
    /** Of the auxiliaries in the settlement certificate. */
    readonly settling: number
  }
  /** Endorsing seals; for an adopted ballot they are its endorsement certificate. */
  readonly seals: readonly SealAudit[]
  /**
   * Adopted only: tallies of more than F weight pass, so that of an honest node does. `null` for
   * other outcomes.
   */
  readonly isJustified: boolean | null
  /** Members whom a reconstitution removes, with their last word as they dated it, in ms. */
  readonly removesSilent: readonly { readonly id: string; readonly saidAt: number | null }[]
}

/** Judges a ballot anew. */
export function auditBallot(replica: Replica, ballot: Ballot): BallotAudit {
  const { board, electorate } = ballot
  const outcome = replica.views.standing()?.outcomes.get(ballot.id)
  const [certificate] = board.settlements()
  const seals = [...board.endorse].map(([stakeholder, cid]) =>
    auditSeal(replica, ballot, stakeholder, cid),
  )
  const passing = seals.filter(({ passes }) => passes).map(({ stakeholder }) => stakeholder)
  const settled = outcome?.outcome ?? 'open'
  return {
    id: ballot.id,
    title: ballot.body.title,
    outcome: settled,
    round: certificate?.round ?? null,
    endedBy: outcome?.endedBy ?? null,
    weights: {
      total: electorate.total,
      quorum: electorate.quorum,
      endorsing: board.weight(board.endorse.keys()),
      settling: board.weight(speakers(replica, ballot, certificate?.auxiliaries ?? [])),
    },
    seals,
    isJustified: settled === 'adopted' ? board.weight(passing) > electorate.faulty : null,
    removesSilent: lastWords(replica, ballot),
  }
}

/** What those said last who were removed as silent, by their own clocks: seals were by others'. */
const lastWords = (
  { ledger: { keyring, chains } }: Replica,
  { charter, body: { removesSilent = [] } }: Ballot,
): BallotAudit['removesSilent'] =>
  charter.stakeholders
    .filter(({ id }) => removesSilent.includes(id))
    .map(({ id, root }) => {
      const own = keyIdFromBytes(root)
      const said = [own, ...keyring.keysOf(own)].flatMap((key) => chains.get(key)?.main ?? [])
      return {
        id,
        saidAt: said.reduce<number | null>((last, { op }) => Math.max(last ?? 0, op.at), null),
      }
    })

/** The stakeholders that said these operations. */
function speakers(replica: Replica, ballot: Ballot, cids: readonly OpCid[]): Set<StakeholderId> {
  const found = cids.flatMap((cid) => {
    const held = replica.ledger.byCid.get(cid)
    return (held && ballot.eligibility.stakeholderOf(held.op.key)) ?? []
  })
  return new Set(found)
}

function auditSeal(
  replica: Replica,
  ballot: Ballot,
  stakeholder: StakeholderId,
  cid: OpCid,
): SealAudit {
  const votes = judgedVotes(replica, ballot, tallyOf(replica, cid))
  if (votes === undefined) return { stakeholder, seal: cid, passes: false, unmet: ['no tally'] }
  const { electorate, charter, track, body } = ballot
  const counted = tally({
    positions: positions(votes, electorate),
    electorate,
    charter,
    components: body.components,
    track,
  })
  // Gates are left out: an objection that came after the seal says nothing against it.
  const judged = verdict({ tally: counted, electorate, track, gates: [], withdrawn: false })
  const unmet = judged.rules.filter(({ met }) => !met).map(({ rule }) => rule)
  return { stakeholder, seal: cid, passes: judged.result === 'passes', unmet }
}
