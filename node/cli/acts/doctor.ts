/** `doctor`: what is wrong with this node, each with its fix. */
import type { NodeStatus } from '../../api/node-api.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import type { Home } from '../../home/home.ts'
import { rebuildStore } from '../../store/rebuild.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { bad, type Check, good } from '../doctor/check.ts'
import { diskCheck, keyChecks, membershipCheck, storeChecks } from '../doctor/home-checks.ts'
import { daemonChecks, idleChecks } from '../doctor/node-checks.ts'
import { supportBundle } from '../doctor/support-bundle.ts'
import { failureOf, usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { readGivenText, writeResult } from '../files.ts'
import { homeOf, nodeNow, withNode } from '../node-access.ts'
import type { Paint } from '../view/paint.ts'
import { count } from '../view/text.ts'

interface DoctorInput {
  readonly rebuild: boolean
  readonly bundle: string | undefined
  readonly log: string | undefined
}

/** Looks at everything, and writes it down for others if told; or rebuilds a damaged store. */
export async function doctor(input: DoctorInput, context: Context): Promise<Report> {
  if (input.log !== undefined && input.bundle === undefined)
    throw usageError(
      '--log goes with --bundle',
      'folkmoot doctor --bundle report.json --log <file>',
    )
  const home = openOrReport(context)
  if (!('layout' in home)) return reportOf([home], context)
  if (input.rebuild) return rebuilt(home, context)
  const checks = await allChecks(home, context)
  if (input.bundle === undefined) return reportOf(checks, context)
  return bundled(home, checks, { file: input.bundle, log: input.log }, context)
}

async function bundled(
  home: Home,
  checks: readonly Check[],
  { file, log }: { readonly file: string; readonly log: string | undefined },
  context: Context,
): Promise<Report> {
  const madeAt = context.io.now()
  const status = await statusOf(context)
  const lines = log === undefined ? '' : readGivenText(context, log)
  const { values } = home.config
  writeResult(context, file, supportBundle({ madeAt, config: values, checks, status, log: lines }))
  const report = reportOf(checks, context)
  return { ...report, data: { checks, bundle: file }, text: `${report.text}\n✓ written to ${file}` }
}

async function statusOf(context: Context): Promise<NodeStatus | null> {
  try {
    return await withNode(context, 'daemon', ({ api }) => api.status())
  } catch {
    // Why is among the findings.
    return null
  }
}

/** A home that does not open is the first finding, and the only one that can be had. */
function openOrReport(context: Context): Home | Check {
  try {
    return homeOf(context)
  } catch (error) {
    const { failure } = failureOf(error)
    return bad('home', failure.message, failure.hint)
  }
}

async function allChecks(home: Home, context: Context): Promise<Check[]> {
  const now = nodeNow(home, context)
  const own = [
    good('home', `private, settings valid: ${home.layout.dir}`),
    ...keyChecks(home),
    diskCheck(home),
    membershipCheck(home),
  ]
  const running = await askDaemon(home, context, now)
  if (running !== undefined) return [...own, ...running]
  context.print.progress('reading the store …')
  return [...own, ...(await idleChecks(home)), ...storeChecks(home, now)]
}

/** What the daemon tells; undefined when none runs. */
async function askDaemon(home: Home, context: Context, now: number): Promise<Check[] | undefined> {
  try {
    return await withNode(context, 'daemon', ({ api }) => daemonChecks(api, home, now))
  } catch (error) {
    const { failure, exit } = failureOf(error)
    return exit === EXIT.noDaemon ? undefined : [bad('daemon', failure.message, failure.hint)]
  }
}

function reportOf(checks: readonly Check[], { print }: Context): Report {
  const broken = checks.filter(({ state }) => state === 'bad').length
  const text = checks.flatMap((check) => checkLines(check, print.paint))
  return {
    data: { checks },
    text: [...text, '', summary(broken, print.paint)].join('\n'),
    exit: broken > 0 ? EXIT.failed : EXIT.ok,
  }
}

const summary = (broken: number, paint: Paint): string =>
  broken === 0
    ? paint('good', 'nothing is broken')
    : paint('bad', `${count(broken, 'thing')} to mend`)

const MARKS = { good: '✓', warning: '!', bad: '✗' } as const
const STYLES = { good: 'good', warning: 'warn', bad: 'bad' } as const

function checkLines({ name, state, sentence, fix }: Check, paint: Paint): string[] {
  const line = `${paint(STYLES[state], MARKS[state])} ${name.padEnd(10)} ${sentence}`
  return fix === '' ? [line] : [line, `  ${paint('dim', 'Hint:')} ${fix}`]
}

function rebuilt({ layout }: Home, { io, print }: Context): Report {
  print.progress('salvaging the store …')
  const nowMs = io.now()
  const report = rebuildStore(layout.store, {
    suffix: new Date(nowMs).toISOString().replace(/[:.]/g, '-'),
    nowMs,
    verifier: new OpensslVerifier(),
  })
  const { kept, lost, brokenChains, damagedPath } = report
  return {
    data: report,
    text: [
      `✓ ${count(kept, 'operation')} kept, ${lost.length} lost`,
      `  the damaged file is at ${damagedPath}`,
      ...(brokenChains.length > 0 ? [`! ${count(brokenChains.length, 'chain')} to complete`] : []),
    ].join('\n'),
    next: ['', 'Next:', '  folkmoot up          the rest comes back from the others'],
  }
}
