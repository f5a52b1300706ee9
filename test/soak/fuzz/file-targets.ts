/** Decoders of what people are handed: cards, invites, charters, proposals, bundles, envelopes. */
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readBundle, writeBundle } from '../../../node/api/bundle.ts'
import { type CardBody, formatCard, readCard, signCard } from '../../../node/cli/card.ts'
import { CliError } from '../../../node/cli/errors.ts'
import { formatInvite, makeInvite, readInvite } from '../../../node/cli/invite.ts'
import { readProposal } from '../../../node/cli/proposal-file.ts'
import { readOuterKey, verifiedBy } from '../../../node/crypto/dsse.ts'
import { OpensslVerifier } from '../../../node/crypto/openssl-verifier.ts'
import { parseCharter } from '../../../src/charter/parse.ts'
import { serialiseCharter } from '../../../src/charter/serialise.ts'
import { readEnvelope, writeEnvelope } from '../../../src/proposal/attestation/dsse.ts'
import { found, openReplica } from '../../support/coalition.ts'
import { mangledBytes } from './bytes.ts'
import { runnable, type Target } from './fuzzer.ts'
import { mangledJson, mangledText } from './texts.ts'
import { kindOf } from './wire-targets.ts'

const verifier = new OpensslVerifier()
const founded = found([1, 1, 1])
const [member] = founded.members
const [founding] = founded.ops
if (!member || !founding) throw new RangeError('a coalition has members')

const cardBody: CardBody = {
  v: 1,
  id: 'acme',
  name: 'Acme',
  root: member.root.key,
  node: member.node.key,
  addresses: ['/ip4/192.0.2.1/tcp/4001'],
  functions: [],
  jurisdictions: [],
  provider: null,
}
const card = signCard(cardBody, member)

const show = (text: string): string => text
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))

const cardTarget: Target<string> = {
  name: 'card',
  share: 6,
  seeds: [formatCard(card)],
  mangle: mangledJson,
  run: (text) => kindOf(readCard(text, verifier)),
  show,
  read: show,
}

const invite = { coalition: founded.coalition, charter: founded.charter, founding }

const inviteTarget: Target<string> = {
  name: 'invite',
  share: 2,
  seeds: [formatInvite(makeInvite(invite, [card]))],
  mangle: mangledJson,
  run: (text) => kindOf(readInvite(text, verifier)),
  show,
  read: show,
}

const folder = (path: string): string[] => {
  const at = fileURLToPath(new URL(path, import.meta.url))
  return readdirSync(at)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(`${at}/${name}`, 'utf8'))
}
const charters = [...folder('../../charters'), ...folder('../../../docs/examples')]

/** What is taken is taken again from the YAML that we write of it. */
const charterTarget: Target<string> = {
  name: 'charter',
  share: 0.4,
  seeds: charters,
  mangle: mangledText,
  run: (text) => {
    const parsed = parseCharter(text, { isDraft: true })
    if (!parsed.ok) return (parsed.problems[0]?.message ?? 'no problem').slice(0, 40)
    const again = parseCharter(serialiseCharter(parsed.charter), { isDraft: true })
    if (!again.ok) throw new RangeError(`not taken again: ${again.problems[0]?.message}`)
    return 'good'
  },
  show,
  read: show,
}

const proposalTarget: Target<string> = {
  name: 'proposal file',
  share: 0.8,
  seeds: folder('../../../docs/examples'),
  mangle: mangledText,
  run: (text) => {
    try {
      readProposal({ text, file: 'proposal.yaml' }, {})
      return 'good'
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      return error.message.slice(0, 60)
    }
  },
  show,
  read: show,
}

const bundleTarget: Target<Uint8Array> = {
  name: 'CAR',
  share: 8,
  seeds: [await writeBundle(openReplica(founded, { member }))],
  mangle: mangledBytes,
  run: (bytes) => {
    const bundle = readBundle(bytes)
    return bundle.ok ? `good, ${bundle.value.damaged.length > 0}` : kindOf(bundle)
  },
  show: base64,
  read: fromBase64,
}

const pair = generateKeyPairSync('ed25519')
const outer = readOuterKey(Buffer.from(pair.publicKey.export({ format: 'pem', type: 'spki' })))
if (!outer.ok) throw new RangeError('a fresh key is a key')
const envelope = writeEnvelope({
  payloadType: 'application/vnd.in-toto+json',
  payload: new TextEncoder().encode('{}'),
  signatures: [{ keyid: null, sig: new Uint8Array(64) }],
})

/** The changes are to text; what is no UTF-8 any more is made of that. */
const dsseTarget: Target<Uint8Array> = {
  name: 'DSSE',
  share: 10,
  seeds: [envelope],
  mangle: (bytes, dice, other) =>
    dice.chance(0.4)
      ? mangledBytes(bytes, dice, other)
      : new TextEncoder().encode(mangledText(new TextDecoder().decode(bytes), dice, '{}')),
  run: (bytes) => {
    const read = readEnvelope(bytes)
    return read.ok ? `good, ${verifiedBy(read.value, [outer.value]).length}` : kindOf(read)
  },
  show: base64,
  read: fromBase64,
}

const outerKeyTarget: Target<Uint8Array> = {
  name: 'outer key',
  share: 2,
  seeds: [
    Buffer.from(pair.publicKey.export({ format: 'pem', type: 'spki' })),
    new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })),
    new TextEncoder().encode(member.node.key),
  ],
  mangle: mangledBytes,
  run: (bytes) => kindOf(readOuterKey(bytes)),
  show: base64,
  read: fromBase64,
}

/** Decoders of files. */
export const FILE_TARGETS = [
  runnable(cardTarget),
  runnable(inviteTarget),
  runnable(charterTarget),
  runnable(proposalTarget),
  runnable(bundleTarget),
  runnable(dsseTarget),
  runnable(outerKeyTarget),
]
