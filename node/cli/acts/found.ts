/** `found`: a coalition on a charter, by its founder. */

import { coalitionFound } from '../../../src/charter/ops.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import { cidOf } from '../../../src/op/cid.ts'
import type { CoalitionId, Value } from '../../../src/op/ids.ts'
import { encodeOp, type Signer } from '../../../src/op/operation.ts'
import type { Draft } from '../../../src/replica/draft.ts'
import { nodeSigner } from '../../crypto/node-signer.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import type { Home } from '../../home/home.ts'
import { openNodeKey, readNodeKey } from '../../home/node-key.ts'
import { type Card, signCard } from '../card.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { delegationDraft } from '../delegation.ts'
import { assertNoCoalition, enter } from '../entrance.ts'
import { CliError } from '../errors.ts'
import { assertFree, writeResult } from '../files.ts'
import {
  assertCardsBelong,
  assertRisksAccepted,
  findingLines,
  readCards,
  readCharter,
  rootsOf,
} from '../founding.ts'
import { formatInvite, type InviteFile, makeInvite } from '../invite.ts'
import { homeOf, nodeNow } from '../node-access.ts'
import {
  type RootPlace,
  ratification,
  rootEnvelope,
  signChain,
  unsealSigner,
  wouldSign,
} from '../root-signing.ts'
import { signedReport } from '../view/signed.ts'
import { cardBody } from './card.ts'

interface FoundInput {
  readonly charter: string
  readonly cards: readonly string[]
  readonly out: string | undefined
  readonly acceptRisk: readonly string[]
  readonly noRatify: boolean
  readonly dryRun: boolean
}

/** Founds the coalition: signs the founding, ratifies, delegates our node key, writes the invite. */
export async function found(input: FoundInput, context: Context): Promise<Report | undefined> {
  const home = homeOf(context)
  assertNoCoalition(home)
  const cards = readCards(context, input.cards, new OpensslVerifier())
  const charter = charterOf(input, context, home, cards)
  const risks = assertRisksAccepted(charter, input.acceptRisk)
  for (const line of findingLines(risks)) context.print.note(line)
  const out = input.out ?? `${fileName(charter.name)}.invite`
  if (input.out === undefined) assertFree(context, out)
  const draft = foundingDraft(charter)
  if (input.dryRun) return dryReport(home, draft, input.noRatify, nodeNow(home, context))
  await openNodeKey(home.layout, context.io)
  const root = await unsealSigner(context, home)
  const ownCard = signCard(cardBody(home), { root, node: nodeSigner(readNodeKey(home)) })
  const others = cards.filter(({ card }) => card.id !== ownCard.card.id)
  const invite = settleIn(context, home, { root, charter, draft, noRatify: input.noRatify }, [
    ownCard,
    ...others,
  ])
  if (!writeResult(context, out, formatInvite(invite))) return undefined
  const data = { coalition: invite.coalition, name: charter.name, ratified: !input.noRatify }
  return {
    data: { ...data, invite: out, findings: risks },
    text: foundText(data, out),
    next: nextSteps(out, charter, input.noRatify),
  }
}

function charterOf(
  input: FoundInput,
  context: Context,
  home: Home,
  cards: readonly Card[],
): Charter {
  const own = cardBody(home)
  const roots = rootsOf(cards)
  const given = roots.get(own.id)
  if (given !== undefined && given !== own.root)
    throw new CliError(
      'card-not-ours',
      `the card of ${own.id} has another root than this home`,
      'leave it out: our own root is filled in by itself',
    )
  const charter = readCharter(context, input.charter, roots.set(own.id, own.root))
  assertCardsBelong(charter, cards)
  if (!charter.stakeholders.some(({ id }) => id === own.id))
    throw new CliError(
      'founder-no-member',
      `${own.id} is not in the charter, and only a member founds`,
      'add it to the stakeholders, or let a member found',
    )
  if (charter.version !== 1)
    throw new CliError('charter-version', 'a founding charter is version 1', 'leave `version` out')
  const bodies = [own, ...cards.map(({ card }) => card)]
  return withNames(charter, new Map(bodies.map(({ id, name }) => [id, name])))
}

/** A stakeholder that the charter does not name is called as its card says. */
const withNames = (charter: Charter, names: ReadonlyMap<string, string>): Charter => ({
  ...charter,
  stakeholders: charter.stakeholders.map((member) =>
    member.name === member.id
      ? { ...member, name: (names.get(member.id) || member.id).normalize('NFC') }
      : member,
  ),
})

const foundingDraft = (charter: Charter): Draft => ({
  type: coalitionFound.type,
  refs: [],
  // cast: a charter is plain data, but an interface has no index signature.
  body: { charter } as unknown as { readonly [key: string]: Value },
})

interface Founding {
  readonly root: Signer
  readonly charter: Charter
  readonly draft: Draft
  readonly noRatify: boolean
}

/** Signs what a founder signs and makes the home a member's. */
function settleIn(
  context: Context,
  home: Home,
  { root, charter, draft, noRatify }: Founding,
  cards: readonly Card[],
): InviteFile {
  const at = nodeNow(home, context)
  const { coalition, drafts } = founderDrafts(home, draft, noRatify, at)
  const ops = signChain(root, FIRST, drafts, at)
  const [founding] = ops
  if (founding === undefined) throw new CliError('internal', 'nothing was signed', 'report this')
  const invite = makeInvite({ coalition, charter, founding }, cards)
  enter(home, { coalition, ops, invite, state: 'founding' }, at)
  return invite
}

function dryReport(home: Home, draft: Draft, noRatify: boolean, at: number): Report {
  return signedReport(founderDrafts(home, draft, noRatify, at).drafts.map(wouldSign), '')
}

/** What a founder signs, in this order: founding, ratification, delegation. */
function founderDrafts(
  home: Home,
  draft: Draft,
  noRatify: boolean,
  at: number,
): { readonly coalition: CoalitionId; readonly drafts: readonly Draft[] } {
  const coalition = cidOf(encodeOp(rootEnvelope(home.identity.root, FIRST, draft, at)))
  const ratify = noRatify ? [] : [ratification(coalition)]
  return { coalition, drafts: [draft, ...ratify, delegationDraft(home, coalition)] }
}

/** Where a coalition begins. */
const FIRST: RootPlace = { coalition: null, seq: 0, prev: null }

/** A name that every file system takes. */
const fileName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64) || 'coalition'

const foundText = (data: { coalition: string; name: string }, out: string): string =>
  [`✓ founded "${data.name}"`, `  coalition  ${data.coalition}`, `  invite     ${out}`].join('\n')

const nextSteps = (out: string, charter: Charter, noRatify: boolean): string[] => [
  '',
  'Next:',
  ...(noRatify ? ['  folkmoot ratify'] : []),
  `  send ${out} to the ${charter.stakeholders.length - 1} others: folkmoot join ${out}; folkmoot ratify`,
  '  folkmoot up',
]
