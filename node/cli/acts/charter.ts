/** `charter check` and `charter show`. */
import { findings } from '../../../src/charter/findings.ts'
import { weightSum } from '../../../src/charter/lookup.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import { plainValue } from '../../api/json-values.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { assertCardsBelong, findingLines, readCards, readCharter, rootsOf } from '../founding.ts'
import { withNode } from '../node-access.ts'
import { count } from '../view/text.ts'

/** Checks a charter's text; fails with all problems, or with findings of severity error. */
export async function check(
  { file, cards: paths }: { readonly file: string; readonly cards: readonly string[] },
  context: Context,
): Promise<Report> {
  const cards = readCards(context, paths, new OpensslVerifier())
  const charter = readCharter(context, file, rootsOf(cards))
  assertCardsBelong(charter, cards)
  const found = findings(charter)
  const grave = found.filter(({ severity }) => severity === 'error').length
  return {
    data: { file, findings: found, charter: plainValue(charter) },
    text: [
      `✓ ${file} is a charter: ${summary(charter)}`,
      ...findingLines(found),
      ...(found.length === 0 ? ['✓ no findings'] : []),
    ].join('\n'),
    exit: grave > 0 ? EXIT.failed : EXIT.ok,
  }
}

const summary = (charter: Charter): string =>
  [
    `"${charter.name}"`,
    `${count(charter.stakeholders.length, 'stakeholder')} of weight ${weightSum(charter.stakeholders)}`,
    `tracks ${Object.keys(charter.tracks).join(', ')}`,
  ].join(', ')

/** Prints the charter in force as YAML. */
export const show = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const { id, charter, yaml } = need(await api.charter())
    return {
      data: { id, charter: plainValue(charter), yaml },
      text: yaml.trimEnd(),
    }
  })
