/** Which appeals against a ballot count (design §3.8). */
import type { Held } from '../../chain/held.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { readBody } from '../../op/type.ts'
import type { AppealRecord } from '../../proposal/appeal/appeal.ts'
import { appealFile } from '../../proposal/appeal/ops.ts'
import type { Frame, FrameContext } from '../frame.ts'
import type { Topic } from '../topics.ts'

/**
 * True for what can be appealed against: not the ballot of appeals itself, not a charter, which
 * is in force at once and which only an amendment takes back, and not a resumed rollout, which anybody
 * in it halts again at once.
 */
export const isAppealable = ({ body }: Pick<Frame, 'body'>): boolean =>
  body.appeal === undefined && body.amendment === undefined && body.resumes === undefined

/**
 * True for a ballot that its author may withdraw: not that of appeals, which all who appealed share. Else
 * a friend of the decision would appeal first, open the ballot and take it back, for everybody.
 */
export const mayWithdraw = ({ appeal }: Pick<Frame['body'], 'appeal'>): boolean =>
  appeal === undefined

/** True where a stakeholder refers to an appeal of its own against what the ballot may set aside. */
export type AppealReader = (refs: readonly OpCid[], stakeholder: StakeholderId) => boolean

/**
 * Whose words on a ballot of appeals are those of whoever appealed: a function of what they refer to, for
 * the appeals themselves are about another ballot.
 */
export function ownAppeals(
  { body, generation, membership }: Frame,
  { held }: Pick<FrameContext, 'held'>,
): AppealReader {
  const appellants = membership.beforehand()
  const isAppealOf = (cid: OpCid, stakeholder: StakeholderId): boolean => {
    const appeal = held(cid)
    const target = appeal && appealedBy(appeal)
    return (
      appeal !== undefined &&
      target !== undefined &&
      target === generation.replaces &&
      appellants.speakerOf(appeal) === stakeholder
    )
  }
  return (refs, stakeholder) =>
    body.appeal !== undefined && refs.some((cid) => isAppealOf(cid, stakeholder))
}

/** The ballot that an operation appeals against, if it does. */
export function appealedBy({ op }: Held): OpCid | undefined {
  const body = op.type === appealFile.type ? readBody(op, appealFile) : undefined
  return body?.ok ? op.refs[body.value.ballot] : undefined
}

/** Counts an appeal: one for each stakeholder of the ballot's charter, of several the lowest CID. */
export function addAppeal(
  appeals: Map<StakeholderId, AppealRecord>,
  { held, body }: Topic['appeals'][number],
  frame: Frame,
): void {
  const stakeholder = isAppealable(frame) ? frame.membership.speakerOf(held) : undefined
  if (stakeholder === undefined) return
  const { cid, at } = held.op
  const record = { cid, stakeholder, grounds: body.grounds, at, seenAt: held.seenAt }
  const before = appeals.get(stakeholder) ?? record
  const lowest = before.cid < cid ? before : record
  appeals.set(stakeholder, { ...lowest, seenAt: Math.min(before.seenAt, held.seenAt) })
}
