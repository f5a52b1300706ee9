/** What the scenario itself expects: how soon all hold the same, how much settles, what must occur. */
import type { OracleFactory } from './oracle.ts'

/** `expect` of the scenario; situations are counted by the run and judged there. */
export const expectations: OracleFactory = () => {
  let healedAt = 0
  let convergedAt: number | undefined
  const proposed = new Map<string, string>()
  return {
    name: 'expectations',
    about: 'what the scenario expects comes true',
    observe(record, view) {
      if (record.what === 'heal') healedAt = record.at
      if (record.what === 'converged') convergedAt = record.at
      if (record.what === 'proposed' && view.node(record.node)?.honest)
        // What a faulty author says need not even be the same everywhere.
        proposed.set(record.ballot, record.proposal)
    },
    conclude({ scenario, honest }, judge) {
      const { convergedMs, settled } = scenario.expect
      if (convergedMs !== null) {
        const took = convergedAt === undefined ? undefined : convergedAt - healedAt
        if (took !== undefined && took <= convergedMs) judge.holds()
        else
          judge.fails(
            took === undefined
              ? 'the honest never held the same'
              : `the honest held the same ${Math.round(took)} ms after healing, later than ${convergedMs} ms`,
          )
      }
      if (settled === null) return
      const outcomes = honest[0]?.replica.views.standing()?.outcomes
      const done = [...proposed.keys()].filter((cid) => {
        const outcome = [...(outcomes ?? [])].find(([id]) => id === cid)?.[1]
        return outcome !== undefined && outcome.outcome !== 'open'
      })
      if (done.length * settled.den >= settled.num * proposed.size) judge.holds()
      else judge.fails(`${done.length} of ${proposed.size} proposals settled`)
    },
  }
}
