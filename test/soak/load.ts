/**
 * `npm run soak:load [-- --only daemons|restart|catch-up|recount] [--daemons 50] [--ops 100000 --ops 1000000]
 * [--json]`: what a large coalition and a long history take on this machine (Linux). Exit code 1
 * where a goal is missed.
 */
import { parseArgs } from 'node:util'
import { thisMachine } from '../bench/machine.ts'
import { daemons } from './load/daemons.ts'
import { type Figure, type LoadPart, tableOf } from './load/figure.ts'
import { HISTORY_PARTS, histories } from './load/histories.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    daemons: { type: 'string', default: '50' },
    ops: { type: 'string', multiple: true, default: ['100000', '1000000'] },
    json: { type: 'boolean', default: false },
  },
})

const names = [daemons.name, ...HISTORY_PARTS]
const wanted = values.only.length > 0 ? values.only : names
const progress = (line: string): void => void process.stderr.write(`${line}\n`)
if (!wanted.every((name) => names.includes(name))) {
  progress(`no such part; there are: ${names.join(', ')}`)
  process.exit(2)
}

const ofHistories = HISTORY_PARTS.filter((name) => wanted.includes(name))
const parts: LoadPart[] = [
  ...(wanted.includes(daemons.name) ? [daemons] : []),
  ...(ofHistories.length > 0 ? [histories(ofHistories)] : []),
]
const figures: Figure[] = []
for (const part of parts) {
  progress(`${part.name} …`)
  const options = { histories: values.ops.map(Number), daemons: Number(values.daemons), progress }
  figures.push(...(await part.run(options)))
}
process.stdout.write(
  values.json
    ? `${JSON.stringify({ machine: thisMachine(), figures }, undefined, 2)}\n`
    : tableOf(figures),
)
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0
