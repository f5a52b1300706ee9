/** What verdicts must keep to (§3.5, §3.6): judged by votes that count, for the electorate as frozen. */
import type { OpCid } from '../../src/op/ids.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { passesByReference } from '../reference/judging.ts'
import { areSilentByReference } from '../reference/silence.ts'
import type { OracleFactory } from './oracle.ts'

/** Nothing is adopted but what an honest node judged to pass, by votes that anybody can check. */
export const justifiedAdoption: OracleFactory = () => {
  const endorsed = new Set<OpCid>()
  const adopted = new Set<OpCid>()
  return {
    name: 'justified-adoption',
    about:
      'what is adopted some honest node endorsed, and what it endorsed passes by the rule book',
    observe(record, view, judge) {
      if (record.what === 'settled' && record.outcome === 'adopted') adopted.add(record.ballot)
      if (record.what !== 'sealed' || record.verdict !== 'endorse') return
      endorsed.add(record.ballot)
      const replica = view.node(record.node)?.replica
      const passes = replica && passesByReference(replica, record.ballot, record.votes)
      if (passes === undefined) return
      const about = { nodes: [record.node], ops: [record.ballot] }
      if (!passes)
        judge.fails(`${record.node} endorses a ballot that fails by the rule book`, about)
      else if (!areSilentByReference(replica, record.ballot))
        judge.fails(`${record.node} endorses to remove as silent who was not`, about)
      else judge.holds()
    },
    conclude(_view, judge) {
      for (const ballot of adopted) {
        if (endorsed.has(ballot)) judge.holds()
        else judge.fails('a ballot is adopted that no honest node endorsed', { ops: [ballot] })
      }
    },
  }
}

/** No vote counts that a fork or a revocation made void, or of somebody who has none. */
export const noVoidVote: OracleFactory = () => ({
  name: 'no-void-vote',
  about: 'every vote that makes a position is a sound word of a member of the electorate',
  conclude(view, judge) {
    for (const { name, replica } of view.honest)
      for (const ballot of replica.views.ballots())
        for (const [member, { votes }] of ballot.positions)
          for (const { cid, stakeholder } of votes) {
            const held = replica.ledger.byCid.get(cid)
            const isElector = ballot.electorate.members.some(({ id }) => id === stakeholder)
            if (held?.standing === 'regular' && isElector && member === stakeholder) judge.holds()
            else
              judge.fails(`${name} counts a void vote of ${stakeholder}`, {
                nodes: [name],
                ops: [cid],
              })
          }
  },
})

/** Who decides a ballot, and with what weight, never changes. */
export const electorateFrozen: OracleFactory = () => {
  const first = new Map<OpCid, string>()
  return {
    name: 'electorate-frozen',
    about:
      'every honest node decides a ballot with the same members and weights, from first to last',
    observe(record, view, judge) {
      if (record.what !== 'closed' && record.what !== 'settled') return
      const ballot = view.node(record.node)?.replica.views.ballot(record.ballot)
      if (!ballot?.ok) return
      const electors = electorsOf(ballot.value)
      const before = first.get(record.ballot) ?? electors
      first.set(record.ballot, before)
      if (before === electors) judge.holds()
      else
        judge.fails(`${record.node} decides with another electorate`, {
          nodes: [record.node],
          ops: [record.ballot],
        })
    },
  }
}

const texts = new WeakMap<Ballot['electorate'], string>()

function electorsOf({ electorate }: Ballot): string {
  const known = texts.get(electorate)
  if (known !== undefined) return known
  const members = electorate.members.map(({ id, weight }) => `${id}:${weight}`)
  const text = `${members.join()} ${electorate.total} ${electorate.faulty}`
  texts.set(electorate, text)
  return text
}
