/** `join`: a coalition by its invite, as a founder named in the charter or as a newcomer. */
import { keyIdFromBytes } from '../../../src/op/key-id.ts'
import type { Signer } from '../../../src/op/operation.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import { type Home, renewNodeKey } from '../../home/home.ts'
import { openNodeKey } from '../../home/node-key.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { delegationDraft } from '../delegation.ts'
import { assertNoCoalition, enter } from '../entrance.ts'
import { need } from '../errors.ts'
import { readGivenText } from '../files.ts'
import { type Invite, readInvite } from '../invite.ts'
import { homeOf, nodeNow } from '../node-access.ts'
import { chainOf, hasDelegated, type RootOp } from '../root-chain.ts'
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
  const verifier = new OpensslVerifier()
  const invite = need(readInvite(readGivenText(context, input.invite), verifier))
  assertNoCoalition(home, invite.coalition)
  const before = need(chainOf(invite, home.identity.root, verifier))
  const self = namedAs(home, invite)
  warnOfName(context, home, self)
  await openNodeKey(home.layout, context.io)
  if (input.dryRun) return signedReport([wouldSign(delegationDraft(home, invite.coalition))], '')
  const root = await unsealSigner(context, home)
  settleIn(keyedFor(home, before), invite, { root, before }, nodeNow(home, context))
  const data = { coalition: invite.coalition, name: invite.charter.name, member: self ?? null }
  const text = [joinText(invite, self), ...(before.length > 0 ? [AGAIN] : [])].join('\n')
  return { data, text, next: nextSteps(self, before) }
}

interface Joining {
  readonly root: Signer
  /** What the root has said here before: its chain goes on from there. */
  readonly before: readonly RootOp[]
}

function settleIn(home: Home, invite: Invite, { root, before }: Joining, at: number): void {
  const { coalition, founding } = invite
  const last = before.at(-1)?.op
  const place = { coalition, seq: before.length, prev: last?.cid ?? null }
  const signed = signChain(root, place, [delegationDraft(home, coalition)], at)
  const said = before.filter(({ op }) => op.cid !== coalition)
  const entrance = { coalition, ops: [founding, ...said, ...signed], invite: invite.file }
  const freshKey = before.length > 0 ? { freshKey: home.identity.node } : {}
  enter(home, { ...entrance, ...freshKey, state: 'joining' }, at)
}

/** A node key that was in use before is stale where the store is new: another takes its place. */
const keyedFor = (home: Home, before: readonly RootOp[]): Home =>
  hasDelegated(before, home.identity.node)
    ? { ...home, identity: { ...home.identity, node: renewNodeKey(home) } }
    : home

const AGAIN =
  '  we have been here before: the new node key seals only ballots that open after the others know it'

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

const nextSteps = (self: string | undefined, before: readonly RootOp[]): string[] =>
  before.length > 0
    ? ['', 'Next:', '  folkmoot up']
    : self === undefined
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
