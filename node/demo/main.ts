/**
 * `npm run demo`: six organisations as processes on one machine, a real coalition.
 * `--once` exits when done, `--json` prints one JSON object at the end and nothing else, `--keep`
 * leaves the coalition up. Without any of them it waits for Ctrl-C at the end, on a terminal.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Company } from './company.ts'
import { report, table } from './report.ts'
import { Stage } from './stage.ts'
import { STORY } from './story.ts'

const values = readFlags()
const stage = new Stage(process.stdout, values.json)
const company = new Company(mkdtempSync(join(tmpdir(), 'folkmoot-demo-')), stage)
/** In front of a person the coalition stays up until Ctrl-C, so that there is something to look at. */
const staysOpen = !values.once && !values.json && !values.keep && isInteractive()
let isCutShort = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    isCutShort = true
    void company.end().finally(() => process.exit(1))
  })

const ok = await play()
const result = await report(company, stage.steps, ok)
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else for (const line of table(result, company, ok && (values.keep || staysOpen))) stage.line(line)
if (staysOpen && ok) setInterval(() => {}, 60_000)
if (values.keep && ok) for (const org of company.everyone) org.release()
else if (ok && staysOpen) stage.line('Press Ctrl-C to end the coalition.')
else if (!isCutShort) await company.end()
process.exitCode = ok ? 0 : 1

/** The command line; what it does not know ends the demo with exit code 2, as of `folkmoot`. */
function readFlags() {
  const flag = { type: 'boolean', default: false } as const
  const options = { once: flag, json: flag, keep: flag, sabotage: { type: 'string' } } as const
  try {
    return parseArgs({ options }).values
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}`)
    console.error('Hint: npm run demo -- --once --json --keep, or none of them')
    process.exit(2)
  }
}

function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true
}

/** Plays the story to its end, or to the first step that fails. */
async function play(): Promise<boolean> {
  for (const { name, title, act } of STORY) {
    // A test breaks a step on purpose: a daemon dies under it.
    if (values.sabotage === name) await company.org('birch').down('SIGKILL')
    try {
      await stage.step(name, title, () => act(company))
    } catch {
      return false
    }
  }
  return true
}
