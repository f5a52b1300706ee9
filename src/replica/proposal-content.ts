/** What a proposal says, checked against its charter (design §3.3, §3.4). */
import { windowFault } from '../ballot/timing.ts'
import type { Held } from '../chain/held.ts'
import { checkCharter } from '../charter/check.ts'
import { reconstitutionFault } from '../charter/reconstitution.ts'
import type { Charter, Track } from '../charter/schema.ts'
import type { OpCid } from '../op/ids.ts'
import { accept, type Refusal, type Result, refuse } from '../op/refusal.ts'
import { digestOfFreeze, digestOfText } from '../proposal/document.ts'
import { missingScope, SCOPE_PARTS } from '../proposal/scope.ts'
import type { Frozen } from './documents.ts'
import type { ProposalBody } from './topics.ts'

/** Reads freezes, each by a charter and those before it. */
export interface FreezeReader {
  readonly frozen: (id: OpCid, charter: OpCid) => Result<Frozen>
}

/** What is voted on is what its digest says: the inline text, or the value that a freeze fixes. */
export function readDocument(
  { op }: Held,
  { document }: ProposalBody,
  charterId: OpCid,
  { frozen: read }: FreezeReader,
): Result<Frozen | undefined> {
  if ('text' in document)
    return document.digest === digestOfText(document.text)
      ? accept(undefined)
      : refuse('invalid-proposal', 'the document does not match its digest')
  const id = op.refs[document.freeze]
  const frozen = id && read(id, charterId)
  if (!frozen) return refuse('invalid-proposal', 'freeze names no reference')
  if (!frozen.ok) return refuse('invalid-proposal', `the frozen document: ${frozen.message}`)
  return document.digest === digestOfFreeze(frozen.value.digest)
    ? frozen
    : refuse('invalid-proposal', 'the digest is not that of the freeze')
}

/** What is wrong with the windows, references or next charter of a proposal, if anything. */
export function contentFault(
  held: Held,
  body: ProposalBody,
  charter: Charter,
  track: Track,
): Refusal | undefined {
  const fault = body.windows && windowFault(body.windows, track)
  if (fault) return refuse('invalid-proposal', fault)
  if (held.op.refs.length > Math.max(64, 2 * charter.stakeholders.length))
    return refuse('invalid-proposal', 'refs names more than twice the electorate')
  return scopeFault(body) ?? amendmentFault(body, charter)
}

/** Nobody can vote on an upgrade that does not say what it is for and what it leaves as it is. */
export function scopeFault({
  kind,
  scope,
}: Pick<ProposalBody, 'kind' | 'scope'>): Refusal | undefined {
  const missing = kind === 'upgrade' ? missingScope(scope) : []
  if (missing.length === 0) return undefined
  return refuse(
    'invalid-proposal',
    `an upgrade says in its scope ${missing.map((part) => `${SCOPE_PARTS[part]} (${part})`).join(', ')}`,
    'a line such as "none, because …" is an answer; `folkmoot upgrade new` asks for each',
  )
}

function amendmentFault(body: ProposalBody, charter: Charter): Refusal | undefined {
  const isAmendment = body.kind === 'amendment'
  if (isAmendment !== (body.amendment !== undefined) || isAmendment !== (body.slot === 'charter'))
    return refuse('invalid-proposal', 'slot charter, kind amendment and a next charter go together')
  if (!body.amendment)
    return body.removesSilent
      ? refuse('invalid-proposal', 'only an amendment removes silent members')
      : undefined
  if (body.amendment.version !== charter.version + 1)
    return refuse('invalid-proposal', `the next charter must be version ${charter.version + 1}`)
  if (body.amendment.protocol < charter.protocol)
    return refuse('invalid-proposal', 'the next charter must not lower the protocol')
  const [problem] = checkCharter(body.amendment, charter.protocol)
  if (problem) return refuse('invalid-proposal', `the next charter: ${problem.message}`)
  return body.removesSilent && reconstitutionFault(charter, body.amendment, body.removesSilent)
}
