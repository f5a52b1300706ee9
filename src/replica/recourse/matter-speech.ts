/** Statements about matters, disputes above all, read by type; and who speaks on a matter (design §3.8). */
import { electorateFrom } from '../../ballot/electorate.ts'
import type { Held } from '../../chain/held.ts'
import type { Keyring } from '../../chain/keyring.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import type { OpType } from '../../op/type.ts'
import { Eligibility } from '../eligibility.ts'
import { bodyReader, type Entry } from '../entry.ts'
import type { LastSeqOf } from '../leaving.ts'
import type { CharterVersion } from '../outcomes.ts'
import type { CouncilAct, Mandate } from './council.ts'

/** What matters are derived with. */
export interface MatterContext {
  /** Completed operations about matters, in any order. */
  readonly matters: readonly Held[]
  readonly line: readonly CharterVersion[]
  readonly keyring: Keyring
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly lastSeqOf: LastSeqOf
  /** The operation of a settlement that certifies an outcome; undefined for any other. */
  readonly settlement: (cid: OpCid) => Held | undefined
  /** True when that operation's author had said, before it, that it holds what was said there. */
  readonly hadSeen: (later: Held, earlier: Held) => boolean
  /** What the adopted election of that id gives; undefined for any other. */
  readonly mandate: (election: OpCid) => Mandate | undefined
}

/** For whom of a charter's stakeholders an operation speaks. */
export type Speaker = (held: Held) => StakeholderId | undefined

/** The charter that a matter names, with who speaks under it; undefined if it never was in force. */
export function forumOf(
  id: OpCid | undefined,
  { line, keyring, types, lastSeqOf }: MatterContext,
): { readonly charter: Charter; readonly speaker: Speaker } | undefined {
  const charter = line.find((version) => version.id === id)?.charter
  if (!charter || id === undefined) return undefined
  const members = new Eligibility({
    ...{ keyring, types, protocol: charter.protocol },
    lastSeqOf: (key, root) => lastSeqOf(key, root, id),
    electorate: electorateFrom(charter.stakeholders),
    basis: new Map(),
  })
  return { charter, speaker: (held) => members.speakerOf(held) }
}

/** Reads statements of one type, in the order of their CIDs. */
export function statementsOf<Body>(
  type: OpType<Body>,
): (matters: readonly Held[]) => Entry<Body>[] {
  const read = bodyReader(type)
  return (matters) =>
    matters
      .flatMap((held) => {
        const body = held.op.type === type.type ? read(held.op) : undefined
        return body?.ok ? [{ held, body: body.value }] : []
      })
      .sort((a, b) => (a.held.op.cid < b.held.op.cid ? -1 : 1))
}

/** Statements whose reference at a position is that operation. */
export const onOnly = <Body>(
  entries: readonly Entry<Body>[],
  id: OpCid,
  at: (body: Body) => number,
): Entry<Body>[] => entries.filter(({ held, body }) => held.op.refs[at(body)] === id)

/** What a statement does by the mandate that it names; null where it names none that allows it. */
export function councilAct(
  { held, body }: Entry<{ readonly mandate?: number | undefined }>,
  stakeholder: StakeholderId,
  context: MatterContext,
): CouncilAct | null {
  const election = body.mandate === undefined ? undefined : held.op.refs[body.mandate]
  const mandate = election && context.mandate(election)
  if (!election || !mandate?.members.includes(stakeholder)) return null
  if (!mandate.powers.includes(held.op.type)) return null
  return { cid: held.op.cid, stakeholder, election, seenAt: held.seenAt }
}

/** A ruling that counts. */
export interface Ruling {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly ruling: string
  readonly text: string
  /** The author's clock in ms; shown, never judged by. */
  readonly at: number
}

/**
 * The rulings of those who may rule, by CID. As with seals, nothing that was said is un-counted:
 * whoever rules two things counts for each, so that what a majority ruled stays ruled.
 */
export function rulingsOf(
  said: readonly Entry<{ readonly ruling: string; readonly text: string }>[],
  speaker: Speaker,
  may: (id: StakeholderId) => boolean,
): Ruling[] {
  const seen = new Set<string>()
  return said.flatMap(({ held, body: { ruling, text } }) => {
    const stakeholder = speaker(held)
    const word = JSON.stringify([stakeholder, ruling])
    if (!stakeholder || !may(stakeholder) || seen.has(word)) return []
    seen.add(word)
    const { cid, at } = held.op
    return [{ cid, stakeholder, ruling, text, at }]
  })
}
