/**
 * The interop matrix (design §3.4): implementations × suites. A row is a subject of the proposal, a
 * column a suite that the charter names, or any suite where it names none. In a cell:
 * 1. Each stakeholder has one word, its standing one; *warned* neither counts nor holds.
 * 2. A pass counts only if it is newer than every standing failure of others in the cell, that is,
 *    if it names that failure: whoever passes it has seen where it fails.
 * 3. The cell is green when as many stakeholders pass it as the gate asks for.
 *
 *     a: failed ◁── b: passed ◁── …       green counts        (b names a's failure)
 *     a: failed     b: passed             red holds the cell  (b did not know, or knew and hid it)
 */
import { type AttestationRecord, type Word, wordsOn } from '../attestation/record.ts'
import type { Subject } from '../attestation/statement.ts'
import { countOf, type GateJudge, type GateParameters, type GateScene, judged } from './scene.ts'

/** One cell of the matrix. */
export interface InteropCell {
  readonly subject: Subject
  /** `null` where any suite will do. */
  readonly suite: string | null
  readonly isGreen: boolean
  /** Stakeholders whose pass counts, whose pass is older than a failure, and that fail it. */
  readonly passes: readonly string[]
  readonly outdated: readonly string[]
  readonly failures: readonly string[]
}

/** The suites that a gate's parameter names, separated by commas. */
export function suitesOf(parameter: unknown): readonly (string | null)[] {
  const names = typeof parameter === 'string' ? parameter.split(',').map((name) => name.trim()) : []
  const given = [...new Set(names.filter((name) => name !== ''))]
  return given.length === 0 ? [null] : given
}

/**
 * The suites that a subject must pass: those of the cells that name it, `core/handshake, wire/upgrade`.
 * One that no cell names must pass all, so that another name is no way round.
 */
function requiredOf(subject: string, { suite, cells }: GateParameters): readonly (string | null)[] {
  const named = typeof cells === 'string' ? cells.split(',').map((cell) => cell.trim()) : []
  const own = named.flatMap((cell) =>
    cell.startsWith(`${subject}/`) ? cell.slice(subject.length + 1) : [],
  )
  return own.length > 0 ? [...new Set(own)] : suitesOf(suite)
}

/** The required cells of the matrix, row by row. */
export const interopMatrix = (scene: GateScene, parameters: GateParameters): InteropCell[] =>
  scene.subjects.flatMap((subject) =>
    requiredOf(subject.name, parameters).map((suite) =>
      cellOf(scene.attestations, { subject, suite, needed: countOf(parameters, 'passes') }),
    ),
  )

function cellOf(
  attestations: readonly AttestationRecord[],
  { subject, suite, needed }: Pick<InteropCell, 'subject' | 'suite'> & { needed: number },
): InteropCell {
  const words = wordsOn(
    attestations,
    'test',
    ({ subjects, labels }) =>
      subjects.some(({ digest }) => digest === subject.digest) &&
      (suite === null || labels.includes(suite)),
  )
  const failures = words.filter(({ result }) => result === 'failed')
  const passing = words.filter(({ result }) => result === 'passed')
  const counting = passing.filter((word) => isNewer(word, failures))
  const names = (list: readonly Word[]): string[] => list.map(({ stakeholder }) => stakeholder)
  return {
    subject,
    suite,
    isGreen: counting.length >= needed,
    passes: names(counting),
    outdated: names(passing.filter((word) => !counting.includes(word))),
    failures: names(failures),
  }
}

/** One of the word's records names every record that fails. */
const isNewer = ({ records }: Word, failures: readonly Word[]): boolean => {
  const failing = failures.flatMap((word) =>
    word.records.filter(({ claim }) => claim.result === 'failed').map(({ cid }) => cid),
  )
  return records.some(({ supersedes }) => failing.every((cid) => supersedes.includes(cid)))
}

/** Every cell is green. */
export const interopGate: GateJudge = (scene, parameters) => {
  if (!scene.changesSoftware) return judged(true, 'nothing changes that could be tested', '')
  const cells = interopMatrix(scene, parameters)
  if (cells.length === 0)
    return judged(false, 'the proposal names no subject', 'a proposal that names what is tested')
  const open = cells.filter(({ isGreen }) => !isGreen)
  const needed = countOf(parameters, 'passes')
  const lacking = open.map((cell) => cellText(cell, needed))
  const sentence = `${cells.length - open.length} of ${cells.length} cells are green`
  const rest = lacking.length === 0 ? '' : `; not ${lacking.join('; ')}`
  return judged(
    open.length === 0,
    sentence + rest,
    `folkmoot attest test, passed, on ${open.map(cellName).join(', ')}`,
  )
}

const cellName = ({ subject, suite }: InteropCell): string =>
  suite === null ? subject.name : `${subject.name} × ${suite}`

function cellText(cell: InteropCell, needed: number): string {
  const { passes, failures, outdated } = cell
  const red = failures.length === 0 ? '' : `, failed at ${failures.join(', ')}`
  const old = outdated.length === 0 ? '' : `, older passes of ${outdated.join(', ')} do not count`
  return `${cellName(cell)}: ${passes.length} of ${needed} pass${red}${old}`
}
