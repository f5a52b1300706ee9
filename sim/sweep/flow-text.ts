/** A value of a scenario as one line of text that YAML reads back as that value. */
import { isList, isTable, type Plain } from '../../src/charter/source.ts'

/** Text that YAML takes as it is, quotes or not. */
const BARE = /^[\w./%+-]+(?: [\w./%+>=-]+)*$/

/** The text of a value: `3d`, `[["eu"],["us"]]`. */
export const flowText = (value: Plain): string =>
  typeof value === 'string' && BARE.test(value) ? value : JSON.stringify(jsonOf(value))

function jsonOf(value: Plain): unknown {
  if (isTable(value)) return Object.fromEntries([...value].map(([k, v]) => [k, jsonOf(v)]))
  return isList(value) ? value.map(jsonOf) : value
}
