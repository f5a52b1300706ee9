/** A process with one peer; does what its parent asks for, one thing after the other. */
import { randomBytes } from 'node:crypto'
import type { Peer } from './contender.ts'
import { CONTENDERS } from './contenders.ts'

/** Bytes of the payload of an entry, as text. */
const PAYLOAD_CHARACTERS = 256

const [name = '', role, folder = '', writer = 'null'] = process.argv.slice(2)
const contender = await CONTENDERS[name]?.()
if (!contender) throw new Error(`nobody is called ${name}`)
const peer = await contender.open({
  folder,
  role: role === 'writer' ? 'writer' : 'reader',
  writer: JSON.parse(writer),
})

const payloads = (count: number): string[] =>
  Array.from({ length: count }, () => randomBytes((PAYLOAD_CHARACTERS * 3) / 4).toString('base64'))

const acts: Readonly<Record<string, (argument: never) => Promise<void>>> = {
  connect: (address) => peer.connect(address),
  listened: () => peer.listened(),
  write: (count: number) => peer.write(payloads(count)),
  holds: (count: number) => peer.holds(count),
  close: () => peer.close(),
} satisfies { [act in keyof Omit<Peer, 'address'>]: unknown }

process.on('message', async ({ act, argument }: { act: string; argument: never }) => {
  try {
    await acts[act]?.(argument)
    process.send?.({ act })
  } catch (error) {
    process.send?.({ act, error: String(error) })
  }
  if (act === 'close') process.exit(0)
})
process.send?.({ act: 'open', address: peer.address, versions: contender.versions })
