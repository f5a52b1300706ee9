/** `attest risk`: risks as they are named, or as the risk register has them. */
import type { AssessedRisk } from '../../../src/proposal/attestation/make.ts'
import { MAX_RISK_LEVEL } from '../../../src/proposal/attestation/predicates.ts'
import { RISK_REGISTER } from '../../../src/proposal/gates/reviews.ts'
import type { FieldValue } from '../../../src/register/field.ts'
import { isOfUpgrade } from '../../../src/replica/upgrade/actions.ts'
import type { NodeApi } from '../../api/node-api.ts'
import type { RegisterDetail } from '../../api/register-api.ts'
import type { Signed } from '../../api/signed.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need, usageError } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { type OnProposal, state } from './attest.ts'

interface RiskInput extends OnProposal {
  readonly verdict: 'acceptable' | 'mitigated' | 'unacceptable'
  readonly risk: readonly string[]
  readonly register: boolean
  readonly because: string | undefined
}

/** Attests an assessment of risks. */
export async function risk(input: RiskInput, context: Context): Promise<Report> {
  const { verdict, because, register } = input
  const named = input.risk.map(riskOf)
  if (register && named.length > 0)
    throw usageError('risks are named or are those of the register', 'leave one of them out')
  if (!register && named.length === 0)
    throw usageError('no risk is named', 'add --risk "data loss:1:5", or --register')
  const text = because === undefined ? {} : { text: because }
  if (!register) return state(input, { kind: 'risk', verdict, risks: named, ...text }, context)
  const assessed = await withNode(context, 'daemon', ({ api }) => registered(api, input))
  // What would be frozen has no digest yet that could be attested.
  if ('freezes' in assessed) return signedReport(assessed.freezes, '')
  const { risks, registers } = assessed
  return state({ ...input, registers }, { kind: 'risk', verdict, risks, ...text }, context)
}

/** The open risks of the register, and the digests that it is frozen with. */
async function registered(api: NodeApi, { proposal, dryRun }: RiskInput) {
  const { id } = need(await api.proposal(proposal))
  const detail = need(await api.registers.read({ kind: 'risks' }))
  const risks = risksOf(detail, id)
  if (risks.assessed.length === 0)
    throw new CliError(
      'no-risks',
      'the register has no open risk of this upgrade',
      'folkmoot register risks',
    )
  const registers: { name: string; digest: string }[] = []
  const freezes: Signed[] = []
  // What holds none of them is not looked at: whoever begins documents without end hinders nobody.
  const documents = detail.documents.filter(({ id: one }) => risks.documents.has(one))
  for (const { id: document } of documents) {
    const frozen = await frozenDigest(api, document)
    if (frozen !== undefined) registers.push({ name: RISK_REGISTER, digest: frozen })
    else freezes.push(need(await api.documents.freeze(document, { dryRun })))
  }
  if (dryRun && freezes.length > 0) return { freezes }
  for (const { id: document } of freezes.length > 0 ? documents : []) {
    const digest = await frozenDigest(api, document)
    if (digest !== undefined && registers.every((one) => one.digest !== digest))
      registers.push({ name: RISK_REGISTER, digest })
  }
  return { risks: risks.assessed, registers }
}

/** The digest of the freeze of a document as it stands; undefined where it is not frozen so. */
async function frozenDigest(api: NodeApi, id: string): Promise<string | undefined> {
  const { heads, freezes } = need(await api.documents.read(id))
  return freezes.find(
    ({ after }) => after.length === heads.length && after.every((one) => heads.includes(one)),
  )?.digest
}

/** Rows that are open and of this upgrade, or of none; and the documents that they stand in. */
function risksOf({ rows }: RegisterDetail, proposal: string) {
  const documents = new Set<string>()
  const assessed = rows.flatMap(({ isWhole, fields, document }): AssessedRisk[] => {
    const { title, status, upgrade, likelihood, impact, mitigation } = fields
    const isOther = upgrade !== undefined && !isOfUpgrade(upgrade, proposal)
    if (!isWhole || status === 'closed' || isOther) return []
    documents.add(document)
    const base = { name: String(title), likelihood: Number(likelihood), impact: Number(impact) }
    return [isText(mitigation) ? { ...base, mitigation } : base]
  })
  return { assessed, documents }
}

const isText = (value: FieldValue | undefined): value is string =>
  typeof value === 'string' && value.trim() !== ''

/** `name:likelihood:impact[:mitigation]`; the name may hold colons no more than a sentence does. */
function riskOf(text: string): AssessedRisk {
  const [name = '', likelihood = '', impact = '', ...rest] = text.split(':')
  const levels = [Number(likelihood), Number(impact)]
  const isLevel = (n: number): boolean => Number.isInteger(n) && n >= 1 && n <= MAX_RISK_LEVEL
  if (name.trim() === '' || !levels.every(isLevel))
    throw usageError(
      `"${text}" is no risk`,
      `write name:likelihood:impact, both from 1 to ${MAX_RISK_LEVEL}: "data loss:1:5:backups"`,
    )
  const mitigation = rest.join(':').trim()
  const [l = 1, i = 1] = levels
  const base = { name: name.trim(), likelihood: l, impact: i }
  return mitigation === '' ? base : { ...base, mitigation }
}
