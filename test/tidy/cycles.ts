/** Import cycles over the whole tree; type imports count, since they tangle readers all the same. */
import { importsOf, resolveImport } from './imports.ts'
import { type Finding, finding, type SourceUnit } from './tree.ts'

/** One finding for each group of files that import each other, at its first file. */
export function checkCycles(units: readonly SourceUnit[]): Finding[] {
  const byPath = new Map(units.map((unit) => [unit.path, unit]))
  const edges = new Map(
    units.map((unit) => [
      unit.path,
      importsOf(unit).flatMap(({ specifier }) => {
        const target = resolveImport(unit, specifier)
        return target !== undefined && byPath.has(target) ? [target] : []
      }),
    ]),
  )
  return [...byPath.values()].flatMap((unit) => {
    const cycle = shortestCycle(unit.path, edges)
    const isFirst = cycle?.every((path) => unit.path <= path)
    if (cycle === undefined || !isFirst) return []
    const advice = `imports itself: ${[...cycle, unit.path].join(' → ')}; move what both need to a module below them`
    return [finding(unit, 0, 'cycle', advice)]
  })
}

/** The shortest way from a file back to itself, breadth first. */
function shortestCycle(
  start: string,
  edges: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const path of queue)
    for (const target of edges.get(path) ?? []) {
      if (target === start) return wayTo(path, cameFrom)
      if (cameFrom.has(target)) continue
      cameFrom.set(target, path)
      queue.push(target)
    }
  return undefined
}

function wayTo(path: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const before = cameFrom.get(path)
  return before === undefined ? [path] : [...wayTo(before, cameFrom), path]
}
