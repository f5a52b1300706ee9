/** `card`: what the others need to know about us, signed. */
import { nodeSigner } from '../../crypto/node-signer.ts'
import type { Home } from '../../home/home.ts'
import { openNodeKey, readNodeKey } from '../../home/node-key.ts'
import { type Card, type CardBody, formatCard, signCard } from '../card.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { writeResult } from '../files.ts'
import { homeOf } from '../node-access.ts'
import { readProfile } from '../profile.ts'
import { reachableAddresses } from '../reachable.ts'
import { unsealSigner } from '../root-signing.ts'

interface CardInput {
  readonly out: string | undefined
  readonly dryRun: boolean
}

/** Signs our card with the root and the node key. */
export async function card(input: CardInput, context: Context): Promise<Report | undefined> {
  const home = homeOf(context)
  const body = cardBody(home)
  if (body.addresses.length === 0) context.print.warn(NO_ADDRESS)
  if (input.dryRun) {
    const shown = JSON.stringify(body, null, 2)
    return {
      data: { dryRun: true, card: body },
      text: `Would sign:\n${shown}\nNothing was signed.`,
    }
  }
  const signed = await signOwnCard(context, home, body)
  const out = input.out ?? '-'
  if (out === '-' && context.json) return { data: signed, text: '' }
  if (!writeResult(context, out, formatCard(signed))) return undefined
  return { data: { file: out, ...signed }, text: `✓ card of ${body.id} written to ${out}` }
}

const NO_ADDRESS = 'the card names no address: give one (`announce` in config.yaml), or dial others'

/** What our card says. */
export function cardBody(home: Home): CardBody {
  const { values } = home.config
  if (values.stakeholder === null)
    throw new CliError(
      'no-stakeholder',
      'this home has no stakeholder id',
      'set `stakeholder` in config.yaml to our id in the charter',
    )
  return {
    v: 1,
    id: values.stakeholder,
    name: values.name.normalize('NFC'),
    ...home.identity,
    addresses: reachableAddresses(values),
    ...readProfile(home.layout),
  }
}

async function signOwnCard(context: Context, home: Home, body: CardBody): Promise<Card> {
  await openNodeKey(home.layout, context.io)
  const root = await unsealSigner(context, home)
  return signCard(body, { root, node: nodeSigner(readNodeKey(home)) })
}
