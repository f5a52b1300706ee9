/** From the YAML that people write to a normalised charter, or all that is wrong with it (§3.2). */
import type { KeyId } from '../op/ids.ts'
import { invariant } from '../op/refusal.ts'
import { checkCharter } from './check.ts'
import { readDraft } from './draft.ts'
import { isPresetName, PRESET_NAMES, presetText } from './presets.ts'
import { type LocatedProblem, type Problem, problem, unknownWord } from './problem.ts'
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
  const { whole, added } = isDraft
    ? withPlaceholders(rooted)
    : { whole: rooted, added: new Set<number>() }
  const charter = readDraft(whole, { path: [], problems })
  if (charter !== undefined) problems.push(...checkAll(charter, whole))
  if (problems.length > 0) return failed(problems.map(source.locate))
  invariant(charter, 'what is not read has a problem')
  const rootless = charter.stakeholders.filter((_, i) => added.has(i)).map(({ id }) => id)
  return { ok: true, charter, rootless }
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
  if (!isTable(plain)) return plain
  const name = plain.get('extends')
  if (name === undefined) return plain
  const own = new Map(plain)
  own.delete('extends')
  const path = ['extends']
  if (typeof name !== 'string')
    problems.push(problem(path, describe(name), `one of ${PRESET_NAMES.join(', ')}`))
  else if (isPresetName(name)) return overlay(readSource(presetText(name)).plain, own)
  else problems.push(unknownWord(path, 'preset', name, PRESET_NAMES))
  return own
}

/** Maps are overlaid field by field; lists and text replace what was there. */
function overlay(base: Plain, over: Plain): Plain {
  if (!isTable(base) || !isTable(over)) return over
  const merged = new Map(base)
  for (const [name, value] of over) merged.set(name, overlay(base.get(name) ?? null, value))
  return merged
}

type Turn = (stakeholder: ReadonlyMap<string, Plain>, i: number) => Plain

/** The text with each of its stakeholders turned into something else. */
function withEach(plain: Plain, turn: Turn): Plain {
  if (!isTable(plain)) return plain
  const members = plain.get('stakeholders') ?? null
  if (!isList(members)) return plain
  const turned = members.map((member, i) => (isTable(member) ? turn(member, i) : member))
  return new Map(plain).set('stakeholders', turned)
}

/** Fills in the roots that the founders' cards give; an id that is no text is on no card. */
const withRoots = (plain: Plain, cards: ReadonlyMap<unknown, KeyId>, problems: Problem[]): Plain =>
  withEach(plain, (member, i) => {
    const id = member.get('id')
    const card = cards.get(id)
    const written = member.get('root')
    if (card === undefined) return member
    if (written === undefined) return new Map(member).set('root', card)
    if (typeof written === 'string' && written.toLowerCase() !== card) {
      const path = ['stakeholders', i, 'root']
      problems.push(problem(path, describe(written), `${card}, as on the card of ${id}`))
    }
    return member
  })

/** A root for each stakeholder of a draft that has none, and the positions of these. */
function withPlaceholders(plain: Plain): { readonly whole: Plain; readonly added: Set<number> } {
  const added = new Set<number>()
  const whole = withEach(plain, (member, i) => {
    if (member.has('root')) return member
    added.add(i)
    return new Map(member).set('root', placeholderRoot(i))
  })
  return { whole, added }
}

/** 32 bytes made of ones and the position: whose secret nobody knows. Nothing is founded on a draft. */
const placeholderRoot = (i: number): string => i.toString(16).padStart(8, '0').padStart(64, 'f')
