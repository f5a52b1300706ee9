/**
 * Sortition (design §3.8): a panel that nobody chooses, the same for everybody who draws it.
 *
 * 1. The urn holds the stakeholders of the charter in its order, but for the parties; each once, with
 *    no regard to weight.
 * 2. For each function that the charter lists, in its order: if nobody drawn so far has it, one is
 *    drawn from those in the urn who have.
 * 3. The other seats are drawn from the urn one after the other.
 *
 * Who is drawn leaves the urn. A draw from n takes the next 32-bit numbers, big-endian, of the stream
 * sha256("folkmoot/panel/v1\0" ‖ seed ‖ counter), counter = 0, 1, … in 32 bits, passes over those that
 * are not below the largest multiple of n, and takes the first other modulo n: each of the n is
 * equally likely, exactly.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Charter, Stakeholder } from '../../charter/schema.ts'
import type { StakeholderId } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'

/** Domain separation: the stream is good for nothing else. */
const DOMAIN = utf8ToBytes('folkmoot/panel/v1\0')
/** One more than the largest number of the stream. */
const NUMBERS = 2 ** 32

/**
 * Draws a panel, in the order of the draw. Refuses where the charter knows no panels (`no-panels`),
 * and where too few are no party (`panel-too-small`) or none of them has a function that the charter
 * lists (`panel-uncovered`).
 */
export function drawPanel(
  charter: Charter,
  parties: readonly string[],
  seed: Uint8Array,
): Result<readonly StakeholderId[]> {
  if (charter.panels === undefined) return refuse('no-panels', 'the charter knows no panels')
  const { seats, functions } = charter.panels
  const urn = charter.stakeholders.filter(({ id }) => !parties.includes(id))
  if (urn.length < seats)
    return refuse(
      'panel-too-small',
      `${urn.length} members are no party; a panel has ${seats} seats`,
    )
  const next = numbers(seed)
  const drawn: Stakeholder[] = []
  for (const name of functions) {
    if (drawn.some((member) => hasFunction(member, name))) continue
    const member = takeFrom(urn, next, (one) => hasFunction(one, name))
    if (!member) return refuse('panel-uncovered', `nobody who is no party is ${name}`)
    drawn.push(member)
  }
  while (drawn.length < seats) {
    const member = takeFrom(urn, next, () => true)
    if (!member) break
    drawn.push(member)
  }
  return accept(drawn.map(({ id }) => id as StakeholderId))
}

const hasFunction = ({ functions }: Stakeholder, name: string): boolean => functions.includes(name)

/** Takes one of those that may be taken out of the urn. */
function takeFrom(
  urn: Stakeholder[],
  next: Stream,
  may: (member: Stakeholder) => boolean,
): Stakeholder | undefined {
  const eligible = urn.filter(may)
  if (eligible.length === 0) return undefined
  const member = eligible[below(eligible.length, next)]
  if (member) urn.splice(urn.indexOf(member), 1)
  return member
}

/** A number in 0 … n − 1, each equally likely. */
function below(n: number, next: Stream): number {
  const end = NUMBERS - (NUMBERS % n)
  for (;;) {
    const number = next()
    if (number < end) return number % n
  }
}

type Stream = () => number

/** The stream of numbers that a seed stands for. */
function numbers(seed: Uint8Array): Stream {
  let counter = 0
  let block = new DataView(new ArrayBuffer(0))
  let at = 0
  return () => {
    if (at >= block.byteLength) {
      const count = new Uint8Array(4)
      new DataView(count.buffer).setUint32(0, counter++)
      const { buffer, byteOffset, byteLength } = sha256(concatBytes(DOMAIN, seed, count))
      block = new DataView(buffer, byteOffset, byteLength)
      at = 0
    }
    const number = block.getUint32(at)
    at += 4
    return number
  }
}
