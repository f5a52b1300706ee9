/**
 * The attacker as a process: reads its mission from the first line of standard input, says `ready`,
 * attacks from the second line on, ends when the input ends, and says what it did.
 */
import { createInterface } from 'node:readline'
import { Raid } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import type { Mission } from './mission.ts'

const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const order = async (): Promise<string> => (await orders.next()).value ?? ''
const mission: Mission = JSON.parse(await order())
const raid = new Raid(mission)
const attack = ATTACKS[mission.attack]
if (!attack) throw new RangeError(`no attack is called ${mission.attack}`)

// What a victim does to us is what we came for.
process.on('unhandledRejection', () => raid.count('rejections'))
process.stdout.write('ready\n')
await order()
void order().then(() => raid.end.abort())
await attack(raid)
process.stdout.write(`${JSON.stringify(raid.deeds)}\n`)
await raid.leave()
process.exit(0)
