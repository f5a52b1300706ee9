/** What `doctor` finds in the home itself: keys, disk, store, clock. */
import { existsSync, statfsSync } from 'node:fs'
import { MAX_AHEAD_MS } from '../../../src/op/limits.ts'
import { decodeOp } from '../../../src/op/operation.ts'
import { HomeError, messageOf } from '../../home/errors.ts'
import { assertKeysPrivate, type Home } from '../../home/home.ts'
import { readMembership } from '../../home/membership.ts'
import { isNodeKeySealed, readNodeIdentity } from '../../home/node-key.ts'
import { StoreError } from '../../store/errors.ts'
import { SqliteStore } from '../../store/sqlite-store.ts'
import { count } from '../view/text.ts'
import { moment, rough } from '../view/time.ts'
import { bad, type Check, good, warning } from './check.ts'

/** Less free space than this is a warning, in bytes: SQLite needs room for its log. */
const LOW_DISK_BYTES = 256 * 1024 * 1024
const MIB = 1024 * 1024

/** Whether both keys are usable; a root key kept elsewhere is fine. */
export function keyChecks(home: Home): Check[] {
  return [nodeKeyCheck(home), rootKeyCheck(home)]
}

function nodeKeyCheck(home: Home): Check {
  try {
    const key = readNodeIdentity(home.layout)
    const how = isNodeKeySealed(home.layout) ? 'sealed with a passphrase' : 'usable'
    return good('node key', `${how}: ${key}`)
  } catch (error) {
    return bad('node key', messageOf(error), 'restore node.key, or run: folkmoot keys rotate')
  }
}

function rootKeyCheck({ layout }: Home): Check {
  try {
    assertKeysPrivate(layout)
  } catch (error) {
    if (!(error instanceof HomeError)) throw error
    return bad('root key', error.message, error.hint)
  }
  return existsSync(layout.rootKey)
    ? good('root key', 'here, sealed with its passphrase')
    : good('root key', 'kept elsewhere; bring it when the root must sign')
}

/** Whether the home is of a coalition. */
export const membershipCheck = ({ layout }: Home): Check => {
  const membership = readMembership(layout)
  return membership
    ? good('coalition', membership.coalition)
    : warning('coalition', 'none yet', 'folkmoot join <invite>, or folkmoot found <charter>')
}

/** Whether the disk of the home has room. */
export function diskCheck({ layout }: Home): Check {
  const { bavail, bsize } = statfsSync(layout.dir)
  const free = bavail * bsize
  const sentence = `${Math.floor(free / MIB)} MiB free at ${layout.dir}`
  return free >= LOW_DISK_BYTES
    ? good('disk', sentence)
    : warning('disk', sentence, 'free some space: a full disk makes the node read-only')
}

/** Reads the whole store, with its lock; only while no daemon runs. */
export function storeChecks(home: Home, now: number): Check[] {
  if (!existsSync(home.layout.store)) return [absentStore(home, 'is gone')]
  try {
    return readStore(home, now)
  } catch (error) {
    const fix = error instanceof StoreError ? error.hint : 'folkmoot doctor --rebuild'
    return [bad('store', messageOf(error), fix)]
  }
}

const absentStore = ({ layout }: Home, how: string): Check =>
  readMembership(layout) === undefined
    ? warning('store', 'there is none yet', 'it is made by joining or founding')
    : bad(
        'store',
        `${layout.store} ${how}`,
        'folkmoot up (it learns all again from the others); then folkmoot stop; folkmoot keys rotate',
      )

function readStore(home: Home, now: number): Check[] {
  const store = SqliteStore.open(home.layout.store)
  try {
    let ops = 0
    let latest = 0
    for (const { bytes, cid } of store.load()) {
      const op = decodeOp(bytes)
      if (!op.ok || op.value.cid !== cid)
        return [bad('store', `operation ${cid} is damaged`, 'folkmoot doctor --rebuild')]
      ops++
      latest = Math.max(latest, op.value.at)
    }
    if (ops === 0) return [absentStore(home, 'was lost, and nothing is learnt again yet')]
    return [
      good('store', `${count(ops, 'operation')}, every one hashes to its CID`),
      clockCheck(latest, now),
    ]
  } finally {
    store.close()
  }
}

/** Operations from the future mean that our clock is behind, or that of their author ahead. */
export const clockCheck = (latestAt: number, now: number): Check =>
  latestAt <= now + MAX_AHEAD_MS
    ? good('clock', `${moment(now)}; no operation is from the future`)
    : bad(
        'clock',
        `an operation is ${rough(latestAt - now)} ahead of our clock (${moment(now)})`,
        'set the clock (timedatectl set-ntp true): votes and seals are judged by it',
      )
