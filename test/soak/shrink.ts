/**
 * `npm run soak:shrink [-- --stakeholders 40] [--stories]`: three bugs, each in a busy scenario of forty
 * stakeholders and more than a hundred events, must shrink to eight of each and still fail. Exit code 1
 * where one does not.
 */
import { parseArgs } from 'node:util'
import { isSmall, shrinkCase, shrinkCases } from './sim/shrink-cases.ts'

const STAKEHOLDERS = 40
const LEAST_EVENTS = 100

const { values } = parseArgs({
  options: { stakeholders: { type: 'string' }, stories: { type: 'boolean' } },
})
const stakeholders = Number(values.stakeholders ?? STAKEHOLDERS)
let isGood = true
for (const one of shrinkCases(stakeholders)) {
  const figures = shrinkCase(one, {
    onStep: (step) =>
      process.stderr.write(
        `… ${one.mutant}: ${step.pass}, ${step.runs} runs, ${step.stakeholders} stakeholders, ${step.events} events\n`,
      ),
  })
  const { shrunk, eventsBefore, seconds, story } = figures
  const { scenario, oracle, runs } = shrunk
  const isWhole = stakeholders < STAKEHOLDERS || eventsBefore >= LEAST_EVENTS
  isGood &&= isSmall(figures) && isWhole
  console.log(
    `${isSmall(figures) && isWhole ? '✓' : '✗'} ${one.mutant}: ${stakeholders} stakeholders and ${eventsBefore} events → ${scenario.coalition.members.length} and ${scenario.events.length}, ${oracle} fails; ${runs} runs, ${seconds.toFixed(0)} s`,
  )
  if (values.stories) console.log(`\n${figures.text}\n${story}\n`)
}
process.exitCode = isGood ? 0 : 1
