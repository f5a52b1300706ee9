/**
 * Who was heard when (design §2.4, §3.5): for every member and every key its last operation and its
 * last checkpoint, by when this node first saw it and by what its author says, side by side. Silence
 * is not absence: a node says nothing while nothing is new to it.
 */
import { type Chain, type Held, hasEffect } from '../../chain/held.ts'
import type { Stakeholder } from '../../charter/schema.ts'
import type { KeyId, OpCid } from '../../op/ids.ts'
import { keyIdFromBytes } from '../../op/key-id.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { ReplicaReader } from '../reader.ts'

/** Something that was heard. */
export interface Heard {
  readonly cid: OpCid
  readonly type: string
  /** The author's clock, in ms: its word. */
  readonly at: number
  /** When this node first saw it, in ms. */
  readonly seenAt: number
}

/** One key of a member. */
export interface KeyPresence {
  readonly key: KeyId
  readonly role: 'root' | 'node'
  /** `null`: never heard. */
  readonly last: Heard | null
  readonly checkpoint: Heard | null
  /** How many of our node's operations its last checkpoint shows, of how many; for other node keys. */
  readonly seesOurs: { readonly part: number; readonly whole: number } | null
  /** Forked or revoked: what it says from there on does not count. */
  readonly isCut: boolean
}

/** One member. */
export interface MemberPresence {
  readonly stakeholder: string
  readonly name: string
  readonly weight: number
  readonly jurisdictions: readonly string[]
  readonly timeZone: string | null
  /** The latest of its keys by first sight; `null`: never heard. */
  readonly last: Heard | null
  readonly checkpoint: Heard | null
  /** How long ago that was by first sight, and its latest word by its own clocks; never below 0. */
  readonly silentMs: { readonly bySight: number; readonly byClaim: number } | null
  readonly keys: readonly KeyPresence[]
}

/** Everybody in the charter in force, in its order. */
export function presenceOf(replica: ReplicaReader): Result<readonly MemberPresence[]> {
  const { charter, ledger } = replica
  if (!charter) return refuse('no-charter', 'the founding operation is not held yet')
  const nodeKeys = Map.groupBy(ledger.keyring.nodeKeys(), (key) => ledger.keyring.rootOf(key))
  return accept(
    charter.charter.stakeholders.map((member) => {
      const root = keyIdFromBytes(member.root)
      const keys = [root, ...(nodeKeys.get(root) ?? []).toSorted()]
      return memberPresence(
        member,
        keys.map((key) => keyPresence(replica, key, key === root ? 'root' : 'node')),
        replica.clock.now(),
      )
    }),
  )
}

function memberPresence(
  { id, name, weight, jurisdictions, timeZone }: Stakeholder,
  keys: readonly KeyPresence[],
  now: number,
): MemberPresence {
  const heard = keys.flatMap(({ last }) => last ?? [])
  const last = latest(heard)
  return {
    ...{ stakeholder: id, name, weight, jurisdictions, keys, last },
    timeZone: timeZone ?? null,
    checkpoint: latest(keys.flatMap(({ checkpoint }) => checkpoint ?? [])),
    silentMs: last && {
      bySight: Math.max(0, now - last.seenAt),
      byClaim: Math.max(0, now - Math.max(...heard.map(({ at }) => at))),
    },
  }
}

/** The latest by first sight; of several at one moment the latest by its author, then the lowest CID. */
const latest = (heard: readonly Heard[]): Heard | null =>
  heard.toSorted((a, b) => b.seenAt - a.seenAt || b.at - a.at || (a.cid < b.cid ? -1 : 1))[0] ??
  null

function keyPresence(replica: ReplicaReader, key: KeyId, role: KeyPresence['role']): KeyPresence {
  const { ledger } = replica
  const chain = ledger.chains.get(key)
  const counted = chain?.main.slice(0, chain.cut) ?? []
  const checkpoint = counted.findLast((held) => held.op.type === 'checkpoint' && hasEffect(held))
  return {
    ...{ key, role },
    last: heardOf(counted.at(-1)),
    checkpoint: heardOf(checkpoint),
    seesOurs: role === 'node' ? seesOurs(replica, key, checkpoint) : null,
    isCut: isCut(replica, key, chain),
  }
}

const heardOf = (held: Held | undefined): Heard | null =>
  held ? { cid: held.op.cid, type: held.op.type, at: held.op.at, seenAt: held.seenAt } : null

const isCut = ({ ledger }: ReplicaReader, key: KeyId, chain: Chain | undefined): boolean =>
  ledger.keyring.revocationsOf(key).length > 0 || Number.isFinite(chain?.cut)

function seesOurs(
  { ledger, views, signer }: ReplicaReader,
  key: KeyId,
  checkpoint: Held | undefined,
): KeyPresence['seesOurs'] {
  if (!signer || key === signer.key) return null
  const whole = ledger.chains.get(signer.key)?.main.length ?? 0
  const seen = checkpoint && views.checkpoints.frontierOf(checkpoint.op.cid)?.get(signer.key)
  return { part: seen ? Math.min(seen.seq + 1, whole) : 0, whole }
}
