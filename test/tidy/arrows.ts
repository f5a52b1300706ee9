/**
 * Which folder may import which (architecture, "Layout"): `sim → src ← node`, and inside `src`
 * only from a layer to the layers below it.
 */
import { importsOf, packageOf, resolveImport } from './imports.ts'
import { type Finding, finding, type SourceUnit } from './tree.ts'

/** The layers of `src`, lowest first; folders of one layer stand beside each other. */
const LAYERS = [
  ['op'],
  ['chain'],
  ['charter'],
  ['ballot', 'document', 'register', 'artefact', 'note'],
  ['proposal', 'disclosure'],
  ['replica'],
  ['sync'],
]

/** What the code of each top folder may import; tests may use `test/` besides. */
const TOP: Readonly<Record<string, readonly string[]>> = {
  src: ['src'],
  node: ['src', 'node'],
  sim: ['src', 'sim'],
  bin: ['bin'],
  test: ['src', 'node', 'sim', 'bin', 'test'],
}

/** Packages that do no I/O, read no clock and draw no randomness unless told to. */
const PURE_PACKAGES = new Set([
  '@automerge/automerge',
  '@ipld/dag-cbor',
  '@noble/ed25519',
  '@noble/hashes',
  'multiformats',
  'uint8-varint',
  'uint8arraylist',
  'yaml',
  'zod',
])

/** Imports against the arrows, and packages that `src` may not know. */
export const checkArrows = (unit: SourceUnit): Finding[] =>
  importsOf(unit).flatMap(({ specifier, node }) => {
    const target = resolveImport(unit, specifier)
    const advice = target === undefined ? packageAdvice(unit, specifier) : advise(unit, target)
    return advice === undefined ? [] : [finding(unit, node, 'arrow', advice)]
  })

function packageAdvice(unit: SourceUnit, specifier: string): string | undefined {
  if (unit.isTest || topOf(unit.path) !== 'src') return undefined
  if (specifier.startsWith('node:'))
    return `src/ may not import ${specifier}; declare an interface here, implement it in node/, pass it in`
  if (PURE_PACKAGES.has(packageOf(specifier))) return undefined
  return `src/ may not import ${specifier}; pass what it does in through an interface, or add it to PURE_PACKAGES with a reason`
}

function advise(unit: SourceUnit, target: string): string | undefined {
  const from = topOf(unit.path)
  const to = topOf(target)
  const allowed = [...(TOP[from] ?? []), ...(unit.isTest ? ['test'] : [])]
  if (!allowed.includes(to))
    return `${from}/ may not import ${to}/; ${from === 'sim' || to === 'sim' ? 'spawn the daemon as a process, or move what both need to src/' : 'move what both need to src/, or pass it in'}`
  return to === 'src' && from === 'src' ? layerAdvice(unit.path, target) : undefined
}

function layerAdvice(path: string, target: string): string | undefined {
  if (path === 'src/index.ts') return undefined
  if (target === 'src/index.ts')
    return 'the public entry is for users of the library; import the module itself'
  const from = folderOf(path)
  const to = folderOf(target)
  if (from === to) return undefined
  for (const folder of [from, to])
    if (layerOf(folder) < 0) return `src/${folder}/ is in no layer; add it to LAYERS`
  if (layerOf(to) < layerOf(from)) return undefined
  return `src/${from}/ may not import src/${to}/, which is not below it; move what it needs down, or let the higher layer pass it in`
}

const topOf = (path: string): string => path.split('/')[0] ?? ''
const folderOf = (path: string): string => path.split('/')[1] ?? ''
const layerOf = (folder: string): number => LAYERS.findIndex((layer) => layer.includes(folder))
