/** A scenario with some of its fields set to other values: text in, text out. */
import { isSeq, parseDocument } from 'yaml'
import { formatPath, type Path } from '../../src/charter/problem.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { quoteLaws } from '../scenario/laws.ts'
import type { Cell } from './cells.ts'

/** Which fields an axis sets. */
export interface Setting {
  readonly name: string
  readonly set: readonly Path[]
}

/**
 * The text of the scenario with the values of a cell. Fields that it does not have are added, items
 * of lists are not; refuses (`axis-path`).
 */
export function applyCell(
  scenario: string,
  settings: readonly Setting[],
  cell: Cell,
): Result<string> {
  const document = parseDocument(quoteLaws(scenario).text)
  for (const { name, set } of settings) {
    for (const path of set) {
      const missing = missingItem(document, path)
      if (missing !== undefined)
        return refuse('axis-path', `axis "${name}": the scenario has no ${formatPath(missing)}`)
      document.setIn(path, parseDocument(cell[name] ?? '').contents)
    }
  }
  return accept(document.toString({ lineWidth: 0 }))
}

/** The first list item on the way that the scenario does not have. */
function missingItem(document: ReturnType<typeof parseDocument>, path: Path): Path | undefined {
  for (const [i, step] of path.entries()) {
    if (typeof step !== 'number') continue
    const list = document.getIn(path.slice(0, i), true)
    if (!isSeq(list) || step >= list.items.length) return path.slice(0, i + 1)
  }
  return undefined
}
