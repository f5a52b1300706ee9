import { describe, expect, it } from 'vitest'
import { heldOps, openReplica } from '../../../test/support/coalition.ts'
import { GatedBallot } from '../../../test/support/gated.ts'
import { randomFrom } from '../../../test/support/people.ts'
import type { Choice } from '../../ballot/ops.ts'
import type { OpCid } from '../../op/ids.ts'
import { unwrap } from '../../op/refusal.ts'
import { type CommentInput, castDraft, commentDraft } from '../acts.ts'
import { decisionRecord } from './gather.ts'
import { decisionMarkdown } from './markdown.ts'
import { code, escaped, fenced, momentText } from './verbatim.ts'

const EVIL = 'no | `never`\n```\n# not a heading <b>bold</b> \u001b[31m\u202e'

/** A ballot on which there is everything that a record shows. */
class Decision extends GatedBallot {
  constructor() {
    super(
      { reviews: { count: 1, function: 'any' }, objections: { state: 'answered' } },
      {
        track: { criteria: ['It can be undone within a day'] },
        proposal: {
          title: 'Core 4 | <script>',
          summary: 'A new core.',
          text: 'From 4.0 on the core speaks protocol 4.\n',
          criteria: ['No user has to act'],
          scope: {
            objectives: ['Protocol 4 | now'],
            nonGoals: ['Removing protocol 3'],
            compatibility: ['Clients notice nothing', 'Peers notice nothing'],
            performance: [],
            variability: [],
          },
        },
      },
    )
  }

  comment(n: number, input: Omit<CommentInput, 'proposal'>): OpCid {
    const party = this.party(n)
    this.clock.advance(1000)
    return party.issue(unwrap(commentDraft(party.replica, { proposal: this.proposal, ...input })))
      .op.cid
  }

  vote(n: number, choice: Choice, because?: string): void {
    const party = this.party(n)
    party.issue(unwrap(castDraft(party.replica, this.proposal, choice, because)))
  }

  argue(): void {
    const objection = this.comment(2, {
      kind: 'objection',
      text: 'Who notices when protocol 3 breaks?',
      disposition: 'A nightly test.',
    })
    this.comment(3, { kind: 'question', text: 'Until when?' })
    this.exchange()
    this.comment(0, { kind: 'answer', text: 'There is one now.', answers: objection })
    this.attest(1, {
      kind: 'review',
      verdict: 'approve',
      scope: ['security'],
      text: 'Read every line.',
    })
  }

  record(n: number) {
    return unwrap(decisionRecord(this.party(n).replica, this.proposal))
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
const golden = (name: string): string => `../../../test/golden/${name}`

describe('the record of an adopted ballot', () => {
  const decision = new Decision()
  decision.argue()
  decision.vote(0, 'yes')
  decision.vote(1, 'yes', 'tested')
  decision.vote(2, 'yes')
  decision.vote(3, 'no', EVIL)
  decision.settle()
  const record = decision.record(0)

  it('is what it was: data and Markdown', async () => {
    expect(record.outcome.outcome).toBe('adopted')
    await expect(json(record)).toMatchFileSnapshot(golden('decision-adopted.json.txt'))
    await expect(decisionMarkdown(record)).toMatchFileSnapshot(golden('decision-adopted.md'))
  })

  it('carries dissent verbatim, and criteria, seals, certificate and attestations', () => {
    expect(record.dissent.votes).toMatchObject([
      { stakeholder: 's4', choice: 'no', rationale: EVIL.normalize('NFC') },
    ])
    expect(record.criteria).toEqual({
      track: ['It can be undone within a day'],
      proposal: ['No user has to act'],
    })
    expect(record.seals.every(({ judgedThese }) => judgedThese)).toBe(true)
    expect(record.votes).toMatchObject({ from: 'seals', sealedWeight: 4 })
    expect(record.certificate).toMatchObject({ outcome: 'adopted', round: 1 })
    expect(record.certificate?.auxiliaries.length).toBeGreaterThanOrEqual(3)
    expect(record.attestations).toMatchObject([{ stakeholder: 's2', kind: 'review' }])
    expect(record.discussion.map(({ state }) => state)).toEqual(['answered', 'open'])
    const { rules } = record
    expect(rules.every(({ met }) => met)).toBe(true)
    expect(rules.map(({ rule }) => rule)).toContain('gate:reviews')
  })

  it('is the same bytes at every node, in whatever order it learned of it', () => {
    const bytes = json(record)
    for (const n of [1, 2, 3]) expect(json(decision.record(n))).toBe(bytes)
    const random = randomFrom(7)
    const ops = heldOps(decision.party(0).replica)
    for (let run = 0; run < 10; run++) {
      const replica = openReplica(decision.founded, { clock: decision.clock })
      for (const op of ops.toSorted(() => random() - 0.5)) replica.ingest([op])
      expect(json(unwrap(decisionRecord(replica, decision.proposal)))).toBe(bytes)
    }
  })

  it('shows the votes that were judged, whatever is said afterwards', () => {
    const late = new Decision()
    late.argue()
    for (const n of [0, 1, 2, 3]) late.vote(n, 'yes')
    late.exchange()
    for (const n of [0, 1, 2]) late.party(n).doDuties()
    // The fourth has not closed yet, and changes its mind before it hears that others have.
    late.vote(3, 'no')
    late.settle()
    const { votes, tally, outcome } = late.record(1)
    expect(outcome.outcome).toBe('adopted')
    expect(votes.sealedWeight).toBeGreaterThanOrEqual(3)
    expect(tally).toMatchObject({ yes: 4, no: 0 })
  })
})

describe('the record of other ballots', () => {
  it('declined: who was against, and the objection that nobody answered', async () => {
    const decision = new Decision()
    decision.comment(3, { kind: 'objection', text: 'No.', disposition: 'Another year.' })
    decision.attest(1)
    for (const n of [0, 1]) decision.vote(n, 'no')
    decision.vote(2, 'veto', 'it breaks our users')
    decision.vote(3, 'abstain')
    decision.exchange()
    decision.clock.advance(25 * 3_600_000)
    decision.settle()
    const record = decision.record(2)
    expect(record.outcome.outcome).toBe('declined')
    expect(record.dissent.objections).toMatchObject([{ comment: { stakeholder: 's4' } }])
    await expect(decisionMarkdown(record)).toMatchFileSnapshot(golden('decision-declined.md'))
  })

  it('open: the votes as they count now', () => {
    const decision = new Decision()
    decision.vote(0, 'yes')
    const record = decision.record(0)
    expect(record.votes).toMatchObject({ from: 'ballot', cast: [{ choice: 'yes' }] })
    expect(record).toMatchObject({ certificate: null, seals: [], outcome: { outcome: 'open' } })
    expect(decisionMarkdown(record)).toContain('Nobody has sealed.')
  })

  it('unknown ones have none', () => {
    const { founded, parties } = new Decision()
    const [party] = parties
    expect(party && decisionRecord(party.replica, founded.coalition)).toMatchObject({ ok: false })
  })
})

describe('what people wrote', () => {
  it('has no power in a line, and none over the terminal', () => {
    expect(escaped('a | b\n# <i>`x`</i>')).toBe('a \\| b \\# \\<i\\>\\`x\\`\\</i\\>')
    expect(escaped('\u001b[31mred\u202e')).toBe('\ufffd\\[31mred\ufffd')
    expect(code('a`|`\nb')).toBe('`a \\| b`')
  })

  it('cannot end the block that it stands in', () => {
    expect(fenced('x\n```\ny')).toEqual(['````text', 'x', '```', 'y', '````'])
    expect(fenced('a\u0007\tb')).toEqual(['```text', 'a\ufffd    b', '```'])
  })

  it('may claim any moment', () => {
    expect(momentText(0)).toBe('1970-01-01T00:00:00Z')
    expect(momentText(8.64e15)).toBe('+275760-09-13T00:00Z'.slice(0, 19).concat('Z'))
    expect(momentText(8.64e15 + 1)).toBe('8640000000000001 ms')
  })
})
