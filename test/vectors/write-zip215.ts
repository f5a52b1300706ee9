/** Writes `zip215.json`: `node test/vectors/write-zip215.ts`. */
import { writeFileSync } from 'node:fs'
import { zip215Cases } from './zip215-table.ts'

const table = {
  source: 'built by zip215-table.ts; points of small order as in ZIP 215',
  predicate:
    'acceptsKey: the key may enter the keyring; valid: the verdict of Folkmoot on the signature, ' +
    'which presupposes it',
  cases: zip215Cases(),
}
writeFileSync(new URL('./zip215.json', import.meta.url), `${JSON.stringify(table, null, 1)}\n`)
