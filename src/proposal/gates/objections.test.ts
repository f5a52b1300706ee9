/** Which answers let go of an objection, and whose would (design §3.4, §3.8). */
import { describe, expect, it } from 'vitest'
import { testCharter, testMembers } from '../../../test/support/coalition.ts'
import { fakeCid } from '../../../test/support/votes.ts'
import type { StakeholderId } from '../../op/ids.ts'
import type { CommentRecord } from '../comment.ts'
import { threadsOf } from '../discussion.ts'
import { objectionsGate } from './objections.ts'
import type { GateScene } from './scene.ts'

const AUTHOR = 's1' as StakeholderId
const charter = testCharter(testMembers([1, 1, 1, 1]))
const judge = (over: Partial<GateScene>) =>
  objectionsGate(
    {
      author: AUTHOR,
      charter,
      subjects: [],
      digests: new Set(),
      changesSoftware: true,
      isRecourse: false,
      isAppeal: false,
      attestations: [],
      comments: [],
      isFrozenRisks: () => false,
      ...over,
    },
    {},
  )

describe('objections', () => {
  const comment = (
    name: string,
    who: string,
    kind: CommentRecord['kind'],
    {
      to = null,
      disposition = null,
      text = name,
      byAppellant = false,
    }: Partial<CommentRecord> & { to?: string | null } = {},
  ): CommentRecord => ({
    cid: fakeCid(name),
    stakeholder: who as StakeholderId,
    kind,
    text,
    disposition,
    answers: to === null ? null : fakeCid(to),
    byAppellant,
    at: 0,
  })
  const objection = comment('o', 's3', 'objection', { disposition: 'a plan' })
  const isMet = (...comments: CommentRecord[]): boolean => judge({ comments }).met

  it('hold until the proposer answers, or whoever objected does', () => {
    expect(isMet(objection)).toBe(false)
    expect(isMet(objection, comment('a', 's1', 'answer', { to: 'o' }))).toBe(true)
    expect(isMet(objection, comment('a', 's3', 'answer', { to: 'o' }))).toBe(true)
  })

  it('are not buried by anybody else, by another kind of comment, or by an empty answer', () => {
    expect(isMet(objection, comment('a', 's2', 'answer', { to: 'o' }))).toBe(false)
    expect(isMet(objection, comment('a', 's1', 'support', { to: 'o' }))).toBe(false)
    expect(isMet(objection, comment('a', 's1', 'answer', { to: 'o', text: ' ' }))).toBe(false)
    expect(isMet(objection, comment('a', 's1', 'answer', { to: 'x' }))).toBe(false)
  })

  it('without a disposition, and other comments, hold nothing', () => {
    expect(isMet(comment('o', 's3', 'objection', { disposition: ' ' }))).toBe(true)
    expect(isMet(comment('c', 's3', 'concern', { disposition: 'a plan' }))).toBe(true)
  })

  it('say who asks for what, and whose answer would do', () => {
    const { sentence, wouldMeet } = judge({ comments: [objection] })
    expect(sentence).toBe('1 of 1 unanswered (s3: a plan)')
    expect(wouldMeet).toBe(`an answer to ${objection.cid} by s1 or s3`)
    const own = comment('p', 's1', 'objection', { disposition: 'more' })
    expect(judge({ comments: [own] }).wouldMeet).toMatch(/ by s1$/)
    const both = judge({ comments: [objection, own] })
    expect(both.wouldMeet).toBe(
      `an answer to ${objection.cid}, ${own.cid} by s1 or whoever objected`,
    )
    const appealed = judge({ comments: [objection], isAppeal: true })
    expect(appealed.wouldMeet).toMatch(/ by s1, anybody else who appealed or s3$/)
  })

  it('on a ballot of appeals are answered by whoever appealed', () => {
    const answer = comment('a', 's2', 'answer', { to: 'o', byAppellant: true })
    expect(isMet(objection, answer)).toBe(true)
    const stateWith = (...answers: CommentRecord[]) =>
      threadsOf([objection, ...answers], AUTHOR)[0]?.state
    expect(stateWith(answer)).toBe('answered')
    const letGo = comment('b', 's3', 'answer', { to: 'o', byAppellant: true })
    expect(stateWith(letGo)).toBe('withdrawn')
    expect(stateWith(letGo, answer)).toBe('answered')
  })
})
