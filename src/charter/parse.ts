/** From the YAML that people write to a normalised charter, or all that is wrong with it (§3.2). */
import type { KeyId } from '../op/ids.ts'
import { checkCharter } from './check.ts'
import { readDraft } from './draft.ts'
import { isPresetName, PRESET_NAMES, presetText } from './presets.ts'
import { type LocatedProblem, type Path, type Problem, problem, unknownWord } from './problem.ts'
import { describe } from './reader.ts'
import { type Charter, charterSchema } from './schema.ts'
import { isList, isTable, type Plain, readSource } from './source.ts'

/** Most problems that one reading reports. */
export const MAX_PROBLEMS = 100

/** A charter, or what is wrong with its text in the order of the text. */
export type ParsedCharter =
  | {
      readonly ok: true
      readonly charter: Charter
      /** Stakeholders that stand in a draft with a placeholder for a root; empty but for drafts. */
      readonly rootless: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] }

/** What a reading may use besides the text. */
export interface ParseOptions {
  /** Root keys by stakeholder id, from the cards of the founders; the text may then omit `root`. */
  readonly roots?: ReadonlyMap<string, KeyId>
  /** Read a draft: a stakeholder without a root gets a placeholder that is no key of anybody. */
  readonly isDraft?: boolean
}

/** Reads a charter; never throws, whatever the text. */
export function parseCharter(
  text: string,
  { roots, isDraft = false }: ParseOptions = {},
): ParsedCharter {
  const source = readSource(text)
  if (source.problems.length > 0) return failed(source.problems)
  const problems: Problem[] = []
  const rooted = withRoots(withPreset(source.plain, problems), roots ?? new Map(), problems)
  const { whole, rootless } = isDraft ? withPlaceholders(rooted) : { whole: rooted, rootless: [] }
  const draft = readDraft(whole, { path: [], problems })
  if (draft !== undefined) problems.push(...checkAll(draft, whole))
  if (draft !== undefined && problems.length === 0) return { ok: true, charter: draft, rootless }
  return failed(problems.map(source.locate))
}

const failed = (problems: readonly LocatedProblem[]): ParsedCharter => ({
  ok: false,
  problems: problems
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, MAX_PROBLEMS),
})

/** Sizes first: the rules may rely on the shape. */
function checkAll(draft: Charter, plain: Plain): Problem[] {
  const shape = charterSchema.safeParse(draft)
  if (shape.success) return checkCharter(draft)
  return shape.error.issues.map(({ path, message }) => {
    const at = path.filter((step) => typeof step !== 'symbol')
    return problem(at, describe(at.reduce(childOf, plain)), message)
  })
}

function childOf(plain: Plain, step: string | number): Plain {
  if (isTable(plain)) return plain.get(String(step)) ?? null
  return isList(plain) ? (plain[Number(step)] ?? null) : null
}

/** `extends: <preset>`: the preset, with whatever the text says instead. */
function withPreset(plain: Plain, problems: Problem[]): Plain {
  if (!isTable(plain) || !plain.has('extends')) return plain
  const own = new Map(plain)
  const name = own.get('extends') ?? null
  own.delete('extends')
  if (typeof name === 'string' && isPresetName(name))
    return overlay(readSource(presetText(name)).plain, own)
  const path = ['extends']
  if (typeof name === 'string') problems.push(unknownWord(path, 'preset', name, PRESET_NAMES))
  else problems.push(problem(path, describe(name), `one of ${PRESET_NAMES.join(', ')}`))
  return own
}

/** Maps are overlaid field by field; lists and text replace what was there. */
function overlay(base: Plain, over: Plain): Plain {
  if (!isTable(base) || !isTable(over)) return over
  const merged = new Map(base)
  for (const [name, value] of over) merged.set(name, overlay(base.get(name) ?? null, value))
  return merged
}

/** Fills in the roots that the founders' cards give. */
function withRoots(plain: Plain, roots: ReadonlyMap<string, KeyId>, problems: Problem[]): Plain {
  const stakeholders = isTable(plain) ? plain.get('stakeholders') : undefined
  if (!isTable(plain) || stakeholders === undefined || !isList(stakeholders)) return plain
  const filled = stakeholders.map((stakeholder, i) =>
    withRoot(stakeholder, roots, ['stakeholders', i, 'root'], problems),
  )
  return new Map(plain).set('stakeholders', filled)
}

function withRoot(
  stakeholder: Plain,
  roots: ReadonlyMap<string, KeyId>,
  path: Path,
  problems: Problem[],
): Plain {
  if (!isTable(stakeholder)) return stakeholder
  const id = stakeholder.get('id')
  const card = typeof id === 'string' ? roots.get(id) : undefined
  const written = stakeholder.get('root')
  if (card === undefined) return stakeholder
  if (typeof written === 'string' && written.toLowerCase() !== card)
    problems.push(problem(path, describe(written), `${card}, as on the card of ${id}`))
  return written === undefined ? new Map(stakeholder).set('root', card) : stakeholder
}

/** A root for each stakeholder of a draft that has none, and the ids of these. */
function withPlaceholders(plain: Plain): { readonly whole: Plain; readonly rootless: string[] } {
  const stakeholders = isTable(plain) ? plain.get('stakeholders') : undefined
  if (!isTable(plain) || stakeholders === undefined || !isList(stakeholders))
    return { whole: plain, rootless: [] }
  const rootless: string[] = []
  const filled = stakeholders.map((stakeholder, i) => {
    if (!isTable(stakeholder) || stakeholder.has('root')) return stakeholder
    const id = stakeholder.get('id')
    if (typeof id === 'string') rootless.push(id)
    return new Map(stakeholder).set('root', placeholderRoot(i))
  })
  return { whole: new Map(plain).set('stakeholders', filled), rootless }
}

/** 32 bytes made of ones and the position: whose secret nobody knows. Nothing is founded on a draft. */
const placeholderRoot = (i: number): string => i.toString(16).padStart(8, '0').padStart(64, 'f')
