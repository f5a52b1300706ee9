/** Proposals as people write them: YAML or flags, read strictly, with line and path of an error. */
import { basename, dirname, isAbsolute, join } from 'node:path'
import { CONSTITUTIONAL } from '../../src/charter/lookup.ts'
import {
  formatProblem,
  type LocatedProblem,
  type Problem,
  problem,
} from '../../src/charter/problem.ts'
import {
  boolean,
  cidReader,
  describe,
  duration,
  fail,
  list,
  mapped,
  nullable,
  optional,
  type Reader,
  record,
  slug,
  text,
  word,
} from '../../src/charter/reader.ts'
import { CHARTER_SLOT } from '../../src/charter/slot.ts'
import { isTable, type Plain, readSource } from '../../src/charter/source.ts'
import { opCidFromBytes } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { PROPOSAL_KINDS } from '../../src/proposal/ops.ts'
import { rollbackReader, rolloutReader } from '../../src/proposal/rollout/plan-reader.ts'
import { CliError } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import { count } from './view/text.ts'

/** A proposal's text, before files that it names are read. */
export type ProposalDraft = NonNullable<ReturnType<typeof proposalReader>>

const opCid: Reader<OpCid> = mapped(cidReader, (cid) => opCidFromBytes(cid.bytes))
const lines = optional(list(text), [])

/** A moment: ISO 8601 with an offset, so that it means the same everywhere. */
const momentReader: Reader<number> = (value, spot) => {
  const written = typeof value === 'string' ? value : ''
  const hasOffset = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(written)
  const at = hasOffset ? Date.parse(written) : Number.NaN
  return Number.isNaN(at) ? fail(value, spot, 'a moment: 2026-03-01T09:00:00Z') : at
}

/** Absent: what the rules fill in. */
const maybe = <T>(read: Reader<T>) => optional<T | null>(nullable(read), null)

const windowsReader = record({
  deliberation: maybe(duration),
  review: maybe(duration),
  interop: maybe(duration),
  demonstration: maybe(duration),
  voting: maybe(duration),
  settle: maybe(duration),
  validity: maybe(duration),
})

const proposalReader = record({
  kind: maybe(word(PROPOSAL_KINDS)),
  track: maybe(slug),
  title: maybe(text),
  summary: optional(text, ''),
  text: maybe(text),
  document: maybe(text),
  scope: maybe(
    record({
      objectives: lines,
      nonGoals: lines,
      compatibility: lines,
      performance: lines,
      variability: lines,
    }),
  ),
  criteria: lines,
  components: optional(list(slug), []),
  slot: maybe(text),
  /** `none` says that nothing is replaced; absent, the slot's holder is. */
  replaces: optional<OpCid | 'none' | null>(
    (value, spot) => (value === 'none' ? 'none' : nullable(opCid)(value, spot)),
    null,
  ),
  dependsOn: optional(list(opCid), []),
  subjects: optional(list(record({ name: { read: text }, digest: { read: text } })), []),
  rollout: maybe(rolloutReader({ moment: momentReader })),
  rollback: maybe(rollbackReader),
  reversible: maybe(boolean),
  opensAt: maybe(momentReader),
  windows: maybe(windowsReader),
  amendment: maybe(text),
  /** Members whom it leaves out were silent for so long that the rest decides (§3.3). */
  withoutSilent: optional(boolean, false),
})

/** What flags say; they stand above the file. */
export type ProposalFlags = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Reads a proposal from a file's text and flags, or from flags alone; throws `proposal-invalid` with
 * all problems, each by its place in the file or by its option.
 */
export function readProposal(
  source: { readonly text: string; readonly file: string | undefined },
  flags: ProposalFlags,
): ProposalDraft {
  const read = readSource(source.text)
  const problems: Problem[] = []
  const whole = withFlags(read.plain, flags)
  const draft = read.problems.length > 0 ? undefined : proposalReader(whole, { path: [], problems })
  if (draft !== undefined) problems.push(...missing(draft))
  if (draft !== undefined && problems.length === 0) return withDefaults(draft)
  const located = [...read.problems, ...problems.map(read.locate)]
  const where = source.file ?? 'the options'
  const said = located.map((found) => problemLine(found, source.file)).join('\n  ')
  throw new CliError(
    'proposal-invalid',
    `${count(located.length, 'problem')} in ${where}:\n  ${said}`,
    `mend ${source.file === undefined ? 'them' : 'the lines named'}; \`folkmoot propose --help\` shows an example`,
    {
      exit: source.file === undefined ? EXIT.usage : EXIT.failed,
      details: {
        problems: located.map(({ line, column, path, message }) => ({
          line,
          column,
          path,
          message,
        })),
      },
    },
  )
}

function problemLine(found: LocatedProblem, file: string | undefined): string {
  if (file !== undefined) return formatProblem(found, basename(file))
  const [field = ''] = found.path
  return `--${field === 'components' ? 'component' : field}: ${found.message}`
}

/** A path in a proposal's file is relative to that file. */
export const besideFile = (file: string, path: string): string =>
  isAbsolute(path) ? path : join(dirname(file), path)

function withFlags(plain: Plain, flags: ProposalFlags): Plain {
  const given = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined || value.length === 0 ? [] : [[name, value] as const],
  )
  if (plain !== null && !isTable(plain)) return plain
  return new Map<string, Plain>([...(plain ?? []), ...given])
}

/** What only makes sense together, or not together. */
function missing(draft: ProposalDraft): Problem[] {
  const isAmendment = draft.amendment !== null
  const needed = [
    ...(draft.title === null ? ['title'] : []),
    ...(draft.slot === null && !isAmendment ? ['slot'] : []),
  ].map((name) => problem([name], 'nothing', 'this field to be given'))
  const both = draft.text !== null && draft.document !== null
  const neither = draft.text === null && draft.document === null && !isAmendment
  return [
    ...needed,
    ...(both ? [problem(['document'], describe(draft.document), 'either text or document')] : []),
    ...(neither ? [problem(['text'], 'nothing', 'text, or document with a path')] : []),
    ...((draft.kind === 'amendment' || draft.withoutSilent) && !isAmendment
      ? [problem(['amendment'], 'nothing', 'the path of the next charter')]
      : []),
  ]
}

/** An amendment can only be of one kind, on one track, in one slot (design §3.3). */
function withDefaults(draft: ProposalDraft): ProposalDraft {
  if (draft.amendment === null) return draft
  return {
    ...draft,
    kind: draft.kind ?? 'amendment',
    track: draft.track ?? CONSTITUTIONAL,
    slot: draft.slot ?? CHARTER_SLOT,
  }
}
