/** `init`: a new home with keys and settings. */

import { isTimeZone } from '../../api/time-zone.ts'
import type { Config } from '../../home/config-schema.ts'
import { assertVacant, initHome } from '../../home/home.ts'
import { layoutOf } from '../../home/layout.ts'
import { newPassphrase, readPassphrase } from '../../home/passphrase.ts'
import { workFactorFrom } from '../../home/root-key.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { readGivenText } from '../files.ts'
import { profileSchema, saveProfile } from '../profile.ts'
import { stakeholderIdFault } from '../words.ts'

interface InitInput {
  readonly id: string
  readonly name: string | undefined
  readonly root: string | undefined
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly functions: string | undefined
  readonly jurisdictions: string | undefined
  readonly provider: string | undefined
  readonly timeZone: string | undefined
}

/** Makes the home; refuses to touch one that is there. */
export async function init(input: InitInput, context: Context): Promise<Report> {
  const fault = stakeholderIdFault(input.id)
  if (fault) throw usageError(fault, 'for example: --id acme')
  const profile = readProfileOptions(input)
  const { io, homeDir, print } = context
  // Before anybody types a passphrase twice for nothing.
  assertVacant(layoutOf(homeDir))
  const sealedRoot = input.root === undefined ? undefined : readGivenText(context, input.root)
  const passphrase = await (sealedRoot === undefined ? newPassphrase(io) : readPassphrase(io))
  print.progress(sealedRoot === undefined ? 'sealing the root key …' : 'unsealing the root key …')
  const config: Partial<Config> = {
    stakeholder: input.id,
    name: input.name ?? input.id,
    ...(input.listen.length > 0 && { listen: [...input.listen] }),
    ...(input.announce.length > 0 && { announce: [...input.announce] }),
  }
  const workFactor = workFactorFrom(io.env)
  const from = sealedRoot !== undefined && { sealedRoot }
  const identity = await initHome({ dir: homeDir, passphrase, ...from, config, workFactor })
  print.clearProgress()
  saveProfile(layoutOf(homeDir), profile)
  const home = { id: input.id, name: input.name ?? input.id, home: homeDir, ...identity }
  return { data: home, text: initText(home), next: sealedRoot === undefined ? NEXT : NEXT_AGAIN }
}

function readProfileOptions({ functions, jurisdictions, provider, timeZone }: InitInput) {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw usageError(
      `there is no time zone "${timeZone}"`,
      'for example: --time-zone Europe/Zurich',
    )
  const parsed = profileSchema.safeParse({
    functions: words(functions),
    jurisdictions: words(jurisdictions),
    provider: provider ?? null,
    ...(timeZone !== undefined && { timeZone }),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw usageError(
    `--${String(issue?.path[0] ?? 'functions')}: ${issue?.message ?? 'not possible'}`,
    'write words with commas between: --functions maintainer,operator',
  )
}

const words = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

const initText = (home: { id: string; home: string; root: string; node: string }): string =>
  [
    `✓ ${home.id} has a home at ${home.home}`,
    `  root key  ${home.root}  (sealed: keep its passphrase, nobody can recover it)`,
    `  node key  ${home.node}`,
  ].join('\n')

const NEXT = [
  '',
  'Next:',
  '  1. folkmoot card -o our.card                      send it to who founds the coalition',
  '  2. folkmoot join <invite>                         or: folkmoot found charter.yaml --cards *.card',
  '  3. folkmoot up                                    run the node',
]

const NEXT_AGAIN = [
  '',
  'Next:',
  '  1. folkmoot join <invite>     a fresh one, from a member whose node is up: folkmoot invite',
  '  2. folkmoot up                run the node',
]
