/** From a charter's text and the members' cards to the charter that is founded on. */
import { basename } from 'node:path'
import type { Finding } from '../../src/charter/analyser/finding.ts'
import { findings } from '../../src/charter/analyser/findings.ts'
import { parseCharter } from '../../src/charter/parse.ts'
import { formatProblem, type LocatedProblem } from '../../src/charter/problem.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { isList, isTable, readSource } from '../../src/charter/source.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { type Card, readCard } from './card.ts'
import type { Context } from './context.ts'
import { CliError, need } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import { readGivenText } from './files.ts'
import { count, plain } from './view/text.ts'

/** Reads and checks the cards of the given files; one card a stakeholder. */
export function readCards(context: Context, paths: readonly string[], verifier: Verifier): Card[] {
  const byId = new Map<string, Card>()
  for (const path of paths) {
    const card = need(readCard(readGivenText(context, path), verifier, path))
    const { id, root } = card.card
    const other = byId.get(id)
    if (other !== undefined && other.card.root !== root)
      throw new CliError(
        'card-twice',
        `two cards of ${id} with different roots`,
        'keep the right one',
      )
    byId.set(id, card)
  }
  return [...byId.values()]
}

/** Reads a charter with the roots that cards give; throws `charter-invalid` with all problems. */
export function readCharter(
  context: Context,
  path: string,
  roots: ReadonlyMap<string, KeyId>,
): Charter {
  const parsed = parseCharter(readGivenText(context, path), { roots })
  if (parsed.ok) return parsed.charter
  throw charterInvalid(path, parsed.problems, roots)
}

/** Ids of the stakeholders whose root a charter's text says itself. */
export function idsWithRoot(text: string): ReadonlySet<string> {
  const { plain: read } = readSource(text)
  const members = isTable(read) ? (read.get('stakeholders') ?? null) : null
  return new Set(
    (isList(members) ? members : []).flatMap((member) => {
      const id = isTable(member) && member.has('root') ? member.get('id') : undefined
      return typeof id === 'string' ? [id] : []
    }),
  )
}

/** A charter that may still lack roots. */
export interface CharterDraft {
  readonly charter: Charter
  /** Stakeholders without a root. */
  readonly rootless: readonly string[]
}

/** Reads a charter that need not be founded on yet; throws `charter-invalid` with all problems. */
export function readDraft(
  context: Context,
  path: string,
  roots: ReadonlyMap<string, KeyId>,
): CharterDraft {
  const parsed = parseCharter(readGivenText(context, path), { roots, isDraft: true })
  if (parsed.ok) return parsed
  throw charterInvalid(path, parsed.problems, roots)
}

/** All that is wrong with a charter, each with line, column and path. */
function charterInvalid(
  path: string,
  problems: readonly LocatedProblem[],
  roots: ReadonlyMap<string, KeyId>,
): CliError {
  const lines = problems.map((found) => formatProblem(found, basename(path)))
  const lacksRoot = problems.some(
    ({ path, found }) => path.at(-1) === 'root' && found === 'nothing',
  )
  const cards = `there ${roots.size === 1 ? 'is one' : `are ${roots.size || 'none'}`} so far`
  return new CliError(
    'charter-invalid',
    `${count(problems.length, 'problem')} in ${path}:\n  ${lines.join('\n  ')}`,
    lacksRoot
      ? `give the card of every stakeholder with --cards (${cards}), or write its root`
      : 'mend the lines named; `folkmoot charter check` reads it again',
    {
      details: {
        problems: problems.map(({ line, column, path: at, message }) => ({
          line,
          column,
          path: at,
          message,
        })),
      },
    },
  )
}

/** Roots by stakeholder id. */
export const rootsOf = (cards: readonly Card[]): Map<string, KeyId> =>
  new Map(cards.map(({ card }) => [card.id, card.root]))

/** Throws `card-for-nobody` for a card whose stakeholder is not in the charter. */
export function assertCardsBelong(charter: Charter, cards: readonly Card[]): void {
  const ids = charter.stakeholders.map(({ id }) => id)
  const stranger = cards.find(({ card }) => !ids.includes(card.id))
  if (stranger === undefined) return
  throw new CliError(
    'card-for-nobody',
    `the card of ${stranger.card.id} is for nobody: the charter names ${ids.join(', ')}`,
    `add ${stranger.card.id} to the charter, or leave the card out`,
  )
}

const MARKS = { error: '✗', warning: '!', note: '·' } as const

/** Findings of a charter as lines. */
export const findingLines = (found: readonly Finding[]): string[] =>
  found.flatMap(({ severity, code, sentence, fix }) => [
    `${MARKS[severity]} ${code}: ${plain(sentence)}`,
    `  → ${plain(fix)}`,
  ])

/** Throws `risk-not-accepted` unless every finding of severity error was accepted by its code. */
export function assertRisksAccepted(charter: Charter, accepted: readonly string[]): Finding[] {
  const found = findings(charter)
  const open = found.filter(
    ({ severity, code }) => severity === 'error' && !accepted.includes(code),
  )
  if (open.length === 0) return found
  const codes = [...new Set(open.map(({ code }) => code))]
  throw new CliError(
    'risk-not-accepted',
    `the charter is risky:\n  ${findingLines(open).join('\n  ')}`,
    `change the charter, or accept it: ${codes.map((code) => `--accept-risk ${code}`).join(' ')}`,
    { exit: EXIT.refused, details: { findings: open } },
  )
}
