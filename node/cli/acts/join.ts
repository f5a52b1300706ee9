/** `join`: a coalition by its invite, as a founder named in the charter or as a newcomer. */
import { keyIdFromBytes } from '../../../src/op/key-id.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import type { Home } from '../../home/home.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { delegationDraft } from '../delegation.ts'
import { assertNoCoalition, enter } from '../entrance.ts'
import { need } from '../errors.ts'
import { readGivenText } from '../files.ts'
import { type Invite, readInvite } from '../invite.ts'
import { homeOf } from '../node-access.ts'
import { signChain, unsealSigner, wouldSign } from '../root-signing.ts'
import { signedReport } from '../view/signed.ts'
import { count, plain } from '../view/text.ts'

interface JoinInput {
  readonly invite: string
  readonly dryRun: boolean
}

/** Checks the invite, delegates our node key, and makes the home one of this coalition. */
export async function join(input: JoinInput, context: Context): Promise<Report> {
  const home = homeOf(context)
  assertNoCoalition(home)
  const invite = need(readInvite(readGivenText(context, input.invite), new OpensslVerifier()))
  const { coalition, founding } = invite
  const self = namedAs(home, invite)
  warnOfName(context, home, self)
  const draft = delegationDraft(home, coalition)
  if (input.dryRun) return signedReport([wouldSign(draft)], '')
  const at = context.io.now()
  const root = await unsealSigner(context, home)
  // Nothing of ours is in this coalition yet: the root's chain begins here.
  const [delegation] = signChain(root, { coalition, seq: 0, prev: null }, [draft], at)
  const ops = delegation === undefined ? [founding] : [founding, delegation]
  enter(home, { coalition, ops, invite: invite.file, state: 'joining' }, at)
  const data = { coalition, name: invite.charter.name, member: self ?? null }
  return { data, text: joinText(invite, self), next: nextSteps(self) }
}

/** What the founding charter calls us; undefined for a newcomer. */
const namedAs = (home: Home, { charter }: Invite): string | undefined =>
  charter.stakeholders.find(({ root }) => keyIdFromBytes(root) === home.identity.root)?.id

function warnOfName({ print }: Context, home: Home, self: string | undefined): void {
  const own = home.config.values.stakeholder
  if (self !== undefined && self !== own)
    print.warn(`the charter calls us ${self}, config.yaml says ${own ?? 'nothing'}`)
}

const joinText = ({ charter, coalition }: Invite, self: string | undefined): string =>
  [
    `✓ joined "${plain(charter.name)}", ${count(charter.stakeholders.length, 'founder')}`,
    `  coalition  ${coalition}`,
    self === undefined
      ? '  we are not a member yet: our root is not in the founding charter'
      : `  we are     ${self}`,
  ].join('\n')

const nextSteps = (self: string | undefined): string[] =>
  self === undefined
    ? [
        '',
        'Next:',
        '  folkmoot up                     wait until an amendment names our root',
        '  folkmoot accept <amendment>     then it is our word too',
      ]
    : [
        '',
        'Next:',
        '  folkmoot ratify                 after `folkmoot charter show`',
        '  folkmoot up',
      ]
