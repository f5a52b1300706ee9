/** The script of a run: the timed events of its scenario, carried out, and the healing at the end. */
import { linkOf } from '../../src/op/cid.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { FRESH_KEY_NOTE, STALE_NOTE } from '../../src/replica/local.ts'
import type { TimedEvent } from '../scenario/event.ts'
import { signerOf } from '../scenario/root-keys.ts'
import type { Broken } from './broken.ts'
import type { Core } from './core.ts'
import { delegationDraft, EPOCH_MS, type Said } from './identity.ts'
import type { SimNode } from './node.ts'
import type { People } from './people.ts'
import type { Backup } from './store.ts'

/** The owner of a restored node asks for a new key so much later, in ms. */
const ROTATE_AFTER_MS = 3_600_000

/** What happens to one node. */
type NodeEvent = Exclude<
  TimedEvent,
  EventOf<'propose' | 'vote' | 'withdraw' | 'partition' | 'loss'>
>
type EventOf<Kind extends TimedEvent['do']> = Extract<TimedEvent, { readonly do: Kind }>

/** What the script has done by others. */
export interface Stagehands {
  readonly people: People
  node(name: string): SimNode | undefined
  /** Starts or restarts a node's process. */
  start(node: SimNode): void
  /** Ends a node's process. */
  stop(node: SimNode): void
  /** A stakeholder is faulty from now on. */
  turn(node: SimNode, strategies: readonly string[]): void
  /** A node with a copy of another's key and disk. */
  thief(victim: SimNode, strategies: readonly string[]): void
  /** A root said something: its node takes it in and passes it on. */
  announce(node: SimNode, said: readonly Said[]): void
}

/** Carries out timed events. */
export class Script {
  private readonly core: Core
  private readonly hands: Stagehands
  private readonly broken: Broken
  private readonly backups = new Map<TimedEvent, Backup>()
  /** How many faults keep a node down, clogged or its disk full. */
  private readonly holds = new Map<string, number>()
  private readonly keys = new Map<string, number>()
  private isHealed = false

  constructor(core: Core, hands: Stagehands, broken: Broken) {
    this.broken = broken
    this.core = core
    this.hands = hands
  }

  /** Puts events on the agenda. */
  begin(events: readonly TimedEvent[]): void {
    events.forEach((event, i) => {
      if (event.do === 'restore') this.planBackup(event)
      this.core.at(event.at, () => this.carryOut(event, i))
    })
  }

  /** Everything that can be mended is: links, processes, disks, clocks. */
  heal(): void {
    this.isHealed = true
    const { core } = this
    core.emit({ what: 'heal' })
    core.links.heal()
    for (const node of core.nodes) {
      node.clock.skew = undefined
      node.store.isFull = false
      if (!node.up && !node.isGone && node.startedAt >= 0) this.hands.start(node)
      core.wakeAt(node, core.nowUs)
    }
    core.topologyChanged()
  }

  private carryOut(event: TimedEvent, i: number): void {
    if (this.isHealed) return
    this.core.emit({ what: 'fault', event, phase: 'begins' })
    this.perform(event, i)
    if (!('until' in event)) return
    this.core.at(event.until, () => {
      if (this.isHealed) return
      this.core.emit({ what: 'fault', event, phase: 'ends' })
      this.undo(event, i)
    })
  }

  private perform(event: TimedEvent, i: number): void {
    const { people } = this.hands
    if (event.do === 'propose') this.with(event.by, (node) => people.propose(node, event))
    else if (event.do === 'vote')
      this.with(event.by, (node) =>
        people.vote(node, people.byName.get(event.proposal), event.choice),
      )
    else if (event.do === 'withdraw')
      this.with(event.by, (node) => people.withdraw(node, people.byName.get(event.proposal)))
    else if (event.do === 'partition') this.part(event, i)
    else if (event.do === 'loss') this.core.links.lose(i, event.share)
    else this.with(event.node, (node) => this.performOn(node, event, i))
  }

  private performOn(node: SimNode, event: NodeEvent, i: number): void {
    switch (event.do) {
      case 'crash':
        if (this.hold(node, 'crash')) this.hands.stop(node)
        break
      case 'clog':
        this.clog(node, i)
        break
      case 'slow':
        this.core.links.slowDown(node.index, event.byMs)
        break
      case 'skew':
        node.clock.skew = { ...event, since: this.core.now }
        this.core.wakeAt(node, this.core.nowUs)
        break
      case 'disk-full':
        node.store.isFull = this.hold(node, 'disk-full') || node.store.isFull
        break
      case 'restore':
        this.restore(node, event)
        break
      case 'join':
        this.joinIn(node)
        break
      case 'leave':
        node.isGone = true
        this.hands.stop(node)
        break
      case 'byzantine':
        this.hands.turn(node, event.strategies)
        break
      case 'steal':
        this.hands.thief(node, event.strategies)
        break
      case 'revoke':
        this.revoke(node)
    }
  }

  private undo(event: TimedEvent, i: number): void {
    if (event.do === 'partition' || event.do === 'clog') {
      this.core.links.join(i)
      this.core.topologyChanged()
    } else if (event.do === 'loss') this.core.links.lose(i, 0)
    else if ('node' in event) this.with(event.node, (node) => this.undoOn(node, event))
  }

  private undoOn(node: SimNode, event: NodeEvent): void {
    if (event.do === 'crash' && this.release(node, 'crash') && !node.isGone) this.hands.start(node)
    if (event.do === 'slow') this.core.links.slowDown(node.index, -event.byMs)
    if (event.do === 'skew') node.clock.skew = undefined
    if (event.do === 'disk-full' && this.release(node, 'disk-full')) node.store.isFull = false
    this.core.wakeAt(node, this.core.nowUs)
  }

  private part({ sides, shape, share }: EventOf<'partition'>, i: number): void {
    const side = new Int16Array(this.core.nodes.length).fill(-1)
    sides.forEach((names, s) => {
      for (const name of names) this.with(name, ({ index }) => side.fill(s, index, index + 1))
    })
    // Several nodes with one key are where their stakeholder is.
    for (const node of this.core.nodes) {
      const first = node.copy > 0 ? this.hands.node(node.stakeholder ?? '') : undefined
      if (first) side[node.index] = side[first.index] ?? -1
    }
    this.core.links.part(i, { sides: side, shape, share })
    this.core.topologyChanged()
  }

  /** A clogged node is alone: what is sent to it by streams comes when that is over. */
  private clog(node: SimNode, i: number): void {
    const sides = new Int16Array(this.core.nodes.length)
    sides[node.index] = 1
    this.core.links.part(i, { sides, shape: 'symmetric', share: 1 })
    this.core.topologyChanged()
  }

  private planBackup(event: EventOf<'restore'>): void {
    this.core.at(Math.max(0, event.at - event.ageMs), () =>
      this.with(event.node, (node) => {
        this.backups.set(event, node.store.backup())
      }),
    )
  }

  /** The owner restores a backup, which says of itself that its key is stale, and rotates the key. */
  private restore(node: SimNode, event: EventOf<'restore'>): void {
    const backup = this.backups.get(event)
    if (!backup) return
    this.hands.stop(node)
    node.restore(backup)
    const notes = [[STALE_NOTE, 'a backup was restored']] as const
    const isNoted = this.broken.ignoresStaleness !== true
    if (isNoted) node.store.commit({ puts: [], drops: [], signatures: [], notes })
    this.hands.start(node)
    if (!isNoted) return
    this.core.emit({ what: 'stale', node: node.name })
    this.core.after(ROTATE_AFTER_MS * 1000, () => this.rotate(node))
  }

  /** The root delegates a new key, which seals only where others know it (§2.3). */
  private rotate(node: SimNode): void {
    const { stakeholder } = node
    const root = stakeholder === null ? undefined : this.core.founded.roots.get(stakeholder)
    if (!root || stakeholder === null || node.isGone) return
    const number = (this.keys.get(stakeholder) ?? 1) + 1
    this.keys.set(stakeholder, number)
    const signer = signerOf(`${stakeholder} node ${number}`)
    const { coalition } = this.core.founded
    const said = root.say(delegationDraft(coalition, root.signer, signer), EPOCH_MS + this.core.now)
    if (node.up) this.hands.stop(node)
    node.signer = signer
    const notes = [
      [STALE_NOTE, null],
      [FRESH_KEY_NOTE, signer.key],
    ] as const
    node.store.commit({ puts: [], drops: [], signatures: [], notes })
    this.hands.start(node)
    this.hands.announce(node, [said])
  }

  private revoke(node: SimNode): void {
    const { stakeholder, signer } = node
    const root = stakeholder === null ? undefined : this.core.founded.roots.get(stakeholder)
    if (!root || !signer || !node.up) return
    // The owner knows what they said themselves: the last operation before the theft was seen.
    const chain = node.replica.ledger.chain(signer.key)
    const last = chain.main[Math.min(chain.main.length, chain.cut) - 1]?.op
    const lastGood = last ? { seq: last.seq, cid: linkOf(last.cid) } : null
    const body = { key: keyBytes(signer.key), lastGood, reason: 'stolen' }
    const said = root.say({ type: 'key.revoke', refs: [], body }, EPOCH_MS + this.core.now)
    this.hands.announce(node, [said])
    this.rotate(node)
  }

  private joinIn(node: SimNode): void {
    const { stakeholder, signer } = node
    const root = stakeholder === null ? undefined : this.core.founded.roots.get(stakeholder)
    this.hands.start(node)
    if (!root || !signer) return
    const { coalition } = this.core.founded
    const draft = delegationDraft(coalition, root.signer, signer)
    this.hands.announce(node, [root.say(draft, EPOCH_MS + this.core.now)])
  }

  private with(name: string, act: (node: SimNode) => void): void {
    const node = this.hands.node(name)
    if (node) act(node)
  }

  private hold(node: SimNode, by: string): boolean {
    const name = `${by} ${node.name}`
    const count = (this.holds.get(name) ?? 0) + 1
    this.holds.set(name, count)
    return count === 1
  }

  private release(node: SimNode, by: string): boolean {
    const name = `${by} ${node.name}`
    const count = (this.holds.get(name) ?? 1) - 1
    this.holds.set(name, count)
    return count === 0
  }
}
