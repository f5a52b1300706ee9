/**
 * The attacker as a process: reads a mission from a line of standard input, says `ready`, attacks from
 * the next line on, ends with the line after that, says what it did, and waits for another mission.
 */
import { createInterface } from 'node:readline'
import { Raid } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import type { Mission } from './mission.ts'

const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const order = async (): Promise<string | undefined> => (await orders.next()).value
const say = (line: string): void => void process.stdout.write(`${line}\n`)
// Whoever started it may be gone.
process.stdout.on('error', () => process.exit(1))

// What a victim does to us is what we came for.
process.on('unhandledRejection', () => {})

for (let line = await order(); line !== undefined; line = await order()) {
  const mission: Mission = JSON.parse(line)
  const attack = ATTACKS[mission.attack]
  if (!attack) throw new RangeError(`no attack is called ${mission.attack}`)
  const raid = new Raid(mission)
  say('ready')
  await order()
  void order().then(() => raid.end.abort())
  await attack(raid)
  say(JSON.stringify(raid.deeds))
  await raid.leave()
}
process.exit(0)
