import { saidIn } from './test/settle/world.ts'
import { rememberingVerifier } from './test/settle/node.ts'
import { Sleeper } from './test/rest/sleeper.ts'
const why: Record<string, number> = {}
for (let seed = 1; seed <= 25; seed++) {
const { founded, said: ops } = saidIn({ seed })
const s = new Sleeper({ coalition: founded.coalition, verifier: rememberingVerifier(), at: founded.at + 500 * 86_400_000 })
for (const op of ops) s.replica.ingest(op, 'peer')
s.clock.time += 3600000
s.replica.tick(); 
const v = s.replica.views
const bs = v.ballots()
for (const b of bs) {
  const t = v.topics.proposals.get(b.id)!
  const n = (k: string) => { why[k] = (why[k] ?? 0) + 1 }
  n('all')
  if (b.board.settlements().length !== 1) { n('unsettled'); continue }
  if (b.body.amendment) { n('amendment'); continue }
  if (t.provisionals.length + t.provisionalSeals.length) { n('prov'); continue }
  if (b.settledLists.size) n('lists')
  if (b.board.weight(new Set(b.settlements.map((x) => x.stakeholder))) < b.electorate.faulty + 1) { n('unrecorded'); continue }
  const es = [t.proposal!, ...t.votes, ...t.tallies, ...t.seals, ...t.estimates, ...t.suggestions, ...t.auxiliaries, ...t.settlements, ...t.withdrawals, ...t.comments]
  if (es.some(({ held }) => held.standing !== 'regular')) { n('pulled'); continue }
  if (es.length !== t.version) { n('version'); continue }
  for (const [root, { seq, twin }] of b.basis) if (twin || seq >= s.replica.ledger.chain(root).main.length) n('basis')
  n('ok')
}
s.rest()
console.log(seed, ops.length, s.replica.ledger.byCid.size, bs.length, s.rested)
}
console.log(why)
