/** `attest …`: a member's word with its evidence. */
import { hash } from 'node:crypto'
import type { Finding, TestOutcome } from '../../../src/proposal/attestation/make.ts'
import type { Attested, FindingInput } from '../../api/attestation-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need, usageError } from '../errors.ts'
import { readGiven } from '../files.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { plain } from '../view/text.ts'

interface EnvelopeCommand {
  readonly proposal: string | undefined
  readonly file: string
  readonly key: readonly string[]
  readonly artefact: string | undefined
  readonly dryRun: boolean
}

/** Attests an envelope of another tool; says what was verified. */
export function envelope(input: EnvelopeCommand, context: Context): Promise<Report> {
  const { proposal, file, key, artefact, dryRun } = input
  const bytes = readGiven(context, file)
  const keys = key.map((path) => readGiven(context, path))
  return withNode(context, 'daemon', async ({ api }) => {
    const attested = need(
      await api.attestations.attest(
        {
          envelope: bytes,
          keys,
          ...(proposal !== undefined && { proposal }),
          ...(artefact !== undefined && { artefact }),
        },
        { dryRun },
      ),
    )
    return attestedReport(attested, `attested ${file}: ${claimText(attested.claim)}`)
  })
}

/** What every attestation on a proposal is told. */
export interface OnProposal {
  readonly proposal: string
  readonly dryRun: boolean
}

const textOf = (because: string | undefined) => (because === undefined ? {} : { text: because })
const OUTCOME = { passed: 'PASSED', warned: 'WARNED', failed: 'FAILED' } as const
type Result = keyof typeof OUTCOME
const outcomeOf = (result: Result): TestOutcome => OUTCOME[result]

/** Attests a review. */
export const review = (
  input: OnProposal & {
    readonly verdict: 'approve' | 'comment' | 'reject'
    readonly scope: readonly string[]
    readonly because: string | undefined
  },
  context: Context,
): Promise<Report> => {
  const { verdict, scope, because } = input
  return state(input, { kind: 'review', verdict, scope, ...textOf(because) }, context)
}

/** Attests how tests went. */
export const test = (
  input: OnProposal & {
    readonly result: Result
    readonly suite: readonly string[]
    readonly subject: readonly string[]
    readonly url: string | undefined
  },
  context: Context,
): Promise<Report> => {
  const { result, suite, subject, url } = input
  const linked = url === undefined ? {} : { url }
  const finding = { kind: 'test', result: outcomeOf(result), suites: suite, ...linked } as const
  return state({ ...input, subjects: subject }, finding, context)
}

/** What a build is called that names no type of its own. */
const MANUAL_BUILD = 'urn:folkmoot:build:manual'

/** Attests what our own build came to. */
export const build = (
  input: OnProposal & {
    readonly built: readonly string[]
    readonly builder: string
    readonly type: string | undefined
  },
  context: Context,
): Promise<Report> => {
  const { built, builder, type = MANUAL_BUILD } = input
  const results = built.map((text) => builtOf(text, context))
  return state({ ...input, built: results }, { kind: 'build', builder, buildType: type }, context)
}

/** `core=core.tgz`, whose digest we take, or `core=sha256:…`. */
function builtOf(text: string, context: Context): { name: string; digest: string } {
  const equals = text.indexOf('=')
  const [name, value] = [text.slice(0, Math.max(0, equals)), text.slice(equals + 1)]
  if (name === '' || value === '')
    throw usageError(`"${text}" names no result`, 'write name=file, or name=sha256:…')
  if (/^\w+:[0-9a-f]+$/i.test(value)) return { name, digest: value.toLowerCase() }
  return { name, digest: `sha256:${hash('sha256', readGiven(context, value))}` }
}

/** Attests a drill. */
export const drill = (
  input: OnProposal & {
    readonly result: Result
    readonly scenario: string | undefined
    readonly because: string | undefined
  },
  context: Context,
): Promise<Report> => {
  const { result, scenario = 'rollback', because } = input
  const finding = { kind: 'drill', result: outcomeOf(result), scenario } as const
  return state(input, { ...finding, ...textOf(because) }, context)
}

/** States a finding of our own on a proposal. */
export const state = (
  input: OnProposal & Pick<FindingInput, 'subjects' | 'built' | 'registers'>,
  finding: Finding,
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { proposal, dryRun, subjects, built, registers } = input
    const { id, title } = need(await api.proposal(proposal))
    const named = {
      proposal: id,
      finding,
      ...(subjects !== undefined && { subjects }),
      ...(built !== undefined && { built }),
      ...(registers !== undefined && { registers }),
    }
    const attested = need(await api.attestations.state(named, { dryRun }))
    return attestedReport(attested, `attested ${finding.kind} on "${plain(title)}"`)
  })

function attestedReport(attested: Attested, what: string): Report {
  const { verified, claim, unread } = attested
  const lines = [`✓ ${what}`, `  ${verified}`, ...(unread === null ? [] : [`! ${plain(unread)}`])]
  const report = signedReport([attested], lines.join('\n'))
  return { ...report, data: { ...report.data, verified, claim, unread } }
}

/** `test passed of core: wire`. */
function claimText({ kind, predicateType, result, subjects, labels }: Attested['claim']): string {
  const what = kind === 'other' ? predicateType : `${kind} ${result}`
  const names = [...new Set(subjects.map(({ name, digest }) => name || digest))].join(', ')
  return plain(`${what} of ${names}${labels.length > 0 ? `: ${labels.join(', ')}` : ''}`)
}
