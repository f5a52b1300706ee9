/**
 * Many random ballots before the product's rules and the second reading of the design:
 * `node test/reference/soak.ts [--ballots n] [--seed n]`. Prints counts by rule; exit code 1 and the ballot
 * where the two differ, or where too few lie within one unit of a threshold.
 */
import { parseArgs } from 'node:util'
import { compare, LEAST_CLOSE } from './agreement.ts'

const { values } = parseArgs({
  options: {
    ballots: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
})

const { counts, results, differs } = compare(Number(values.seed), Number(values.ballots))
process.stdout.write(`${counts}`)
const came = [...results].map(([result, n]) => `${n} ${result}`).join(', ')
process.stdout.write(`${values.ballots} ballots from seed ${values.seed}: ${came}\n`)
if (differs) {
  process.stdout.write(`they differ: ${JSON.stringify(differs, null, 2)}\n`)
  process.exitCode = 1
}
const rare = counts.rare()
if (rare.length > 0) {
  process.stdout.write(`too few within one unit (${100 * LEAST_CLOSE} %): ${rare.join(', ')}\n`)
  process.exitCode = 1
}
