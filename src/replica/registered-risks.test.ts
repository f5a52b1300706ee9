/** `risks: registered`: an assessment counts where it refers to the freeze that it was made from. */
import { describe, expect, it } from 'vitest'
import { heldOps, openReplica, type Party } from '../../test/support/coalition.ts'
import { GatedBallot } from '../../test/support/gated.ts'
import type { OpCid } from '../op/ids.ts'
import { unwrap } from '../op/refusal.ts'
import { type Finding, signStatement, statementOf } from '../proposal/attestation/make.ts'
import { digestOfFreeze } from '../proposal/document.ts'
import { RISK_REGISTER } from '../proposal/gates/reviews.ts'
import { attestDraft, proposalSubject } from './attesting.ts'
import {
  createDraft,
  type DocumentInput,
  editDraft,
  editPlan,
  freezeDraft,
} from './document-acts.ts'

const ASSESSED: Finding = {
  kind: 'risk',
  verdict: 'acceptable',
  risks: [{ name: 'loss', likelihood: 1, impact: 2 }],
}
const MADE_UP = `sha256:${'11'.repeat(32)}`

const ballotOf = () => new GatedBallot({ risks: { state: 'registered' } })

/** A document with one row, of that schema, as a member froze it. */
function frozen(
  party: Party,
  schema: string = RISK_REGISTER,
  editors: DocumentInput['editors'] = 'members',
) {
  const { replica } = party
  const say = (draft: Parameters<Party['issue']>[0]) => party.issue(draft).op.cid
  const input = { kind: 'map', title: 'Risks', editors, schema } as const
  const document = say(unwrap(createDraft(replica, input)))
  const plan = unwrap(editPlan(replica, { document, value: { loss: { impact: 2 } } }))
  let { after } = plan
  for (const edits of plan.portions)
    after = [say(unwrap(editDraft(replica, document, after, edits)))]
  const freeze = say(unwrap(freezeDraft(replica, document)))
  const { digest } = unwrap(replica.views.documents.frozen(freeze))
  return { document, freeze, digest: digestOfFreeze(digest) }
}

/** An assessment that names these digests of the register. */
function assessment({ proposal }: GatedBallot, { replica, member }: Party, ...digests: string[]) {
  const named = digests.map((digest) => ({ name: RISK_REGISTER, digest }))
  const statement = statementOf(ASSESSED, [proposalSubject(proposal), ...named])
  const envelope = signStatement(statement, member.node)
  return attestDraft(replica, { proposal, envelope, keys: [] })
}

/** The same as somebody makes it who checks nothing: it names a digest, and refers to what it likes. */
function crafted(ballot: GatedBallot, party: Party, digest: string, refs: readonly OpCid[] = []) {
  const draft = unwrap(assessment(ballot, party))
  const { claim, ...body } = draft.body as { readonly claim: { readonly subjects: object[] } }
  const subjects = [...claim.subjects, { name: RISK_REGISTER, digest }]
  party.issue({
    ...draft,
    refs: [...draft.refs, ...refs],
    body: { ...body, claim: { ...claim, subjects } } as typeof draft.body,
  })
}

/** Whether the gate is met, as each member sees it. */
function seen(ballot: GatedBallot): (boolean | undefined)[] {
  ballot.exchange()
  return ballot.parties.map(({ replica }) => ballot.gate(replica, 'risks')?.met)
}

describe('risks assessed from the register', () => {
  it('count everywhere, where the assessment refers to the freeze that it names', () => {
    const ballot = ballotOf()
    const { freeze, digest } = frozen(ballot.party(1))
    expect(seen(ballot)).toEqual([false, false, false, false])
    const draft = unwrap(assessment(ballot, ballot.party(2), digest))
    expect(draft.refs).toEqual([ballot.proposal, freeze])
    ballot.party(2).issue(draft)
    expect(seen(ballot)).toEqual([true, true, true, true])
    // What is written into the register later changes nothing of it.
    frozen(ballot.party(3))
    expect(seen(ballot)).toEqual([true, true, true, true])
  })

  it('are not those of a digest that nobody froze: one’s own node refuses, others do not count it', () => {
    const ballot = ballotOf()
    expect(assessment(ballot, ballot.party(1), MADE_UP)).toMatchObject({
      code: 'not-frozen',
      hint: expect.stringContaining('attest risk'),
    })
    crafted(ballot, ballot.party(1), MADE_UP)
    expect(seen(ballot)).toEqual([false, false, false, false])
  })

  it('are not those of another document, of a freeze that lies, or of another’s freeze', () => {
    const ballot = ballotOf()
    const [, second, third] = ballot.parties
    if (!second || !third) return expect.unreachable()
    const notes = frozen(second, 'notes')
    crafted(ballot, second, notes.digest, [notes.freeze])
    const own = frozen(third, RISK_REGISTER, { stakeholders: ['s3'] })
    crafted(ballot, third, own.digest, [own.freeze])
    expect(seen(ballot)).toEqual([false, false, false, false])
    const good = frozen(second)
    const honest = unwrap(freezeDraft(second.replica, good.document))
    const lie = second.issue({ ...honest, body: { ...honest.body, digest: new Uint8Array(32) } })
    ballot.exchange()
    crafted(ballot, third, digestOfFreeze(new Uint8Array(32)), [lie.op.cid])
    expect(seen(ballot)).toEqual([false, false, false, false])
    // Somebody froze that digest, and this word does not say which freeze it means.
    crafted(ballot, ballot.party(3), good.digest, [lie.op.cid])
    expect(seen(ballot)).toEqual([false, false, false, false])
  })

  it('count in whatever order it comes, and not before the freeze is there', () => {
    const ballot = ballotOf()
    const { digest } = frozen(ballot.party(1))
    ballot.exchange()
    ballot.party(2).issue(unwrap(assessment(ballot, ballot.party(2), digest)))
    const freezer = ballot.party(1).member.node.key
    const { replica } = ballot.party(2)
    const chain = replica.ledger.chains.get(freezer)?.main ?? []
    const ofFreezer = chain.flatMap(({ op }) => replica.stored(op.cid) ?? [])
    const ops = heldOps(replica)
    const isTheirs = ({ bytes }: { readonly bytes: Uint8Array }): boolean =>
      ofFreezer.some((op) => Buffer.compare(op.bytes, bytes) === 0)
    const late = openReplica(ballot.founded, { clock: ballot.clock })
    late.ingest(ops.filter((op) => !isTheirs(op)))
    expect(ballot.gate(late, 'risks')?.met).toBe(false)
    late.ingest(ofFreezer)
    expect(ballot.gate(late, 'risks')?.met).toBe(true)
    const backwards = openReplica(ballot.founded, { clock: ballot.clock })
    for (const op of ops.toReversed()) backwards.ingest([op])
    expect(ballot.gate(backwards, 'risks')?.met).toBe(true)
    expect(backwards.digest()).toEqual(late.digest())
  })
})
