/** `invite`: the invite again, with the addresses known now. */

import { isKeyId } from '../../../src/op/key-id.ts'
import type { NodeApi } from '../../api/node-api.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import type { Home } from '../../home/home.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need } from '../errors.ts'
import { writeResult } from '../files.ts'
import {
  type Addresses,
  carriedOps,
  formatInvite,
  type Invite,
  keptInvite,
  readInvite,
} from '../invite.ts'
import { withNode } from '../node-access.ts'
import { reachableAddresses } from '../reachable.ts'
import { rootChains } from '../root-chain.ts'

/** Most addresses of one node in an invite. */
const MAX_ADDRESSES = 32

/** Writes the invite; the cards are those that the home knows. */
export const invite = (
  { out = '-' }: { readonly out: string | undefined },
  context: Context,
): Promise<Report | undefined> =>
  withNode(context, 'any', async ({ home, api }) => {
    const kept = ownInvite(home)
    const file = {
      ...kept.file,
      addresses: await knownAddresses(home, api),
      roots: carriedOps(await rootChains(api)),
    }
    if (!writeResult(context, out, formatInvite(file))) return undefined
    const { coalition, name, cards } = file
    return {
      data: { file: out, coalition, name, cards: cards.length, addresses: file.addresses },
      text: `✓ invite to "${name}" written to ${out}`,
    }
  })

/** The invite that the home founded or joined by. */
export function ownInvite(home: Home): Invite {
  const text = keptInvite(home.layout)
  if (text === undefined)
    throw new CliError(
      'no-invite',
      `${home.layout.dir} keeps no invite`,
      'ask another member for one (`folkmoot invite`)',
    )
  return need(readInvite(text, new OpensslVerifier()))
}

async function knownAddresses(home: Home, api: NodeApi): Promise<Addresses> {
  const peers = (await api.peers()).filter(({ addresses }) => addresses.length > 0)
  const others = peers.flatMap(({ key, addresses }) => (isKeyId(key) ? { key, addresses } : []))
  const own = { key: home.identity.node, addresses: reachableAddresses(home.config.values) }
  return [...others, own]
    .filter(({ addresses }) => addresses.length > 0)
    .map(({ key, addresses }) => ({ key, addresses: addresses.slice(0, MAX_ADDRESSES) }))
}
