/** `ratify` and `accept`: a member's word that it takes part by a charter (design §3.3). */

import type { Charter } from '../../../src/charter/schema.ts'
import { isOpCid } from '../../../src/op/cid.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import { keyIdFromBytes } from '../../../src/op/key-id.ts'
import type { Draft } from '../../../src/replica/draft.ts'
import type { Home } from '../../home/home.ts'
import { readMembership } from '../../home/membership.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need, notAnAmendment } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { type NodeAccess, withNode } from '../node-access.ts'
import { ratification, submitAsRoot, wouldSign } from '../root-signing.ts'
import { signedReport } from '../view/signed.ts'
import { plain } from '../view/text.ts'

/** Ratifies the founding charter. */
export const ratify = (
  { dryRun }: { readonly dryRun: boolean },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async (access) => {
    const coalition = coalitionOf(access.home)
    await assertNotRatified(access)
    const task = { draft: ratification(coalition), dryRun, sentence: '✓ ratified the charter' }
    return signOne(context, access, task)
  })

async function assertNotRatified({ api, home }: NodeAccess): Promise<void> {
  const said = await api.log({ type: 'charter.ratify', limit: 10_000 })
  if (!said.some(({ key }) => key === home.identity.root)) return
  throw new CliError(
    'ratified-already',
    'we have ratified the founding charter already',
    'nothing was changed; `folkmoot status` shows who has',
    { exit: EXIT.refused },
  )
}

/** Accepts the next charter that a proposal carries. */
export const accept = (
  { proposal, dryRun }: { readonly proposal: string; readonly dryRun: boolean },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async (access) => {
    const { id, title, amendment } = need(await access.api.proposal(proposal))
    if (amendment === null || !isOpCid(id)) throw notAnAmendment(title)
    assertNamed(access.home, amendment.next)
    const draft = { type: 'charter.accept', refs: [id], body: { amendment: 0 } }
    return signOne(context, access, { draft, dryRun, sentence: `✓ accepted "${plain(title)}"` })
  })

/** Only whom the next charter names accepts it: anybody else's word would count for nothing. */
function assertNamed({ identity }: Home, { stakeholders, version }: Charter): void {
  if (stakeholders.some(({ root }) => keyIdFromBytes(root) === identity.root)) return
  throw new CliError(
    'not-in-next',
    `version ${version} of the charter, which it proposes, does not name our root`,
    'only those whom it names accept it; a member that it leaves out votes on it: folkmoot vote',
    { exit: EXIT.refused },
  )
}

async function signOne(
  context: Context,
  { home, api, now }: NodeAccess,
  { draft, dryRun, sentence }: { draft: Draft; dryRun: boolean; sentence: string },
): Promise<Report> {
  if (dryRun) return signedReport([wouldSign(draft)], '')
  const coalition = coalitionOf(home)
  return signedReport(
    await submitAsRoot(context, { home, api, now, coalition, drafts: () => [draft] }),
    sentence,
  )
}

/** The coalition of a home; throws `no-coalition`. */
export function coalitionOf(home: Home): OpCid {
  const coalition = readMembership(home.layout)?.coalition
  if (coalition !== undefined && isOpCid(coalition)) return coalition
  throw new CliError(
    'no-coalition',
    `${home.layout.dir} belongs to no coalition yet`,
    'folkmoot join <invite>, or folkmoot found <charter>',
  )
}
