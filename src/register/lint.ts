/** What is wrong in a register as a whole: rows by hand, strangers, words in another's name, rules. */
import { isMany } from './field.ts'
import type { AnyRow, Finding, RegisterKind, RegisterScene } from './kind.ts'
import { error, warning } from './kind.ts'
import { MAX_FINDINGS } from './limits.ts'
import { type ReadRow, typedRow } from './rows.ts'

/** A row with where it stands and who wrote what it says. */
export interface RegisterRow extends ReadRow {
  /** The document that it stands in. */
  readonly document: string
  /** Members that wrote what the row says. */
  readonly writers: readonly string[]
}

/** What a lint found. */
export interface Lint {
  readonly findings: readonly Finding[]
  /** Findings beyond those that are listed. */
  readonly more: number
}

/** Lints all rows of a kind, in however many documents they stand; errors first. */
export function lintRows(
  kind: RegisterKind,
  rows: readonly RegisterRow[],
  scene: RegisterScene,
): Lint {
  const found = [
    ...rows.flatMap(({ faults }) => faults),
    ...rows.flatMap((row) => [...strangers(kind, row, scene), ...inAnothersName(kind, row)]),
    ...twice(rows),
    ...kind.lint(wholeRows(kind, rows), scene),
  ]
  const sorted = found.sort((a, b) => rank(a) - rank(b))
  return {
    findings: sorted.slice(0, MAX_FINDINGS),
    more: Math.max(0, sorted.length - MAX_FINDINGS),
  }
}

const rank = ({ severity }: Finding): number => (severity === 'error' ? 0 : 1)

/**
 * Rows that say something, for the functions of their kind, for reports and files: they are well formed,
 * and none speaks for a member that did not write it. Of one id twice, each by its document.
 */
export function wholeRows(kind: RegisterKind, rows: readonly RegisterRow[]): AnyRow[] {
  const seen = new Set<string>()
  return rows
    .filter((row) => row.isWhole && inAnothersName(kind, row).length === 0)
    .map((row) => {
      const id = seen.has(row.id) ? `${row.id}@${row.document.slice(-8)}` : row.id
      seen.add(row.id)
      return { ...typedRow(row), id }
    })
}

/** Two documents hold a row of one id: which one somebody means has to be asked. */
function twice(rows: readonly RegisterRow[]): Finding[] {
  return [...Map.groupBy(rows, ({ id }) => id)].flatMap(([id, same]) =>
    same.length < 2
      ? []
      : [
          error(
            'same-id',
            id,
            `stands in ${same.length} documents: ${same.map(({ document }) => document.slice(-8)).join(', ')}`,
            'remove it from one: --in <document>',
          ),
        ],
  )
}

/** Members and components that the charter in force does not have. */
function strangers(
  kind: RegisterKind,
  { id, fields }: RegisterRow,
  scene: RegisterScene,
): Finding[] {
  const members = new Set(scene.members.map((member) => member.id))
  const components = new Set(scene.components)
  return Object.entries(fields).flatMap(([name, value]) => {
    const field = kind.fields[name]
    const known =
      field?.shape === 'member' || field?.shape === 'members'
        ? { set: members, what: 'member' }
        : field?.shape === 'components'
          ? { set: components, what: 'component' }
          : undefined
    if (!field || !known) return []
    const named = isMany(field) && Array.isArray(value) ? value : [value]
    return named
      .filter((one) => !known.set.has(String(one)))
      .map((one) => ({
        ...warning(
          `no-such-${known.what}`,
          id,
          `${name} names "${String(one)}", which is no ${known.what} of the charter`,
          `one of ${[...known.set].join(', ')}`,
        ),
        field: name,
      }))
  })
}

/** A row that speaks for a member is that member's to write. */
function inAnothersName(
  { speaksFor }: RegisterKind,
  { id, fields, writers }: RegisterRow,
): Finding[] {
  const member = speaksFor === undefined ? undefined : fields[speaksFor]
  if (speaksFor === undefined || typeof member !== 'string') return []
  const others = writers.filter((writer) => writer !== member)
  if (others.length === 0) return []
  const sentence = `speaks for ${member}, and ${others.join(' and ')} wrote it`
  return [
    { ...error('in-anothers-name', id, sentence, `${member} writes it itself`), field: speaksFor },
  ]
}
