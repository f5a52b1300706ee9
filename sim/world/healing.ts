/**
 * The end of a run: everything that can be mended is, and then every ballot must settle and all that
 * are honest must hold the same. Time passes in growing steps until they do, or far longer than any
 * ballot may take.
 */
import type { OpCid } from '../../src/op/ids.ts'
import type { NodeView } from '../oracle/oracle.ts'
import type { World } from './world.ts'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
/** Steps in which it is looked whether all hold the same: fine ones at first. */
const FINE_MS = 5 * SECOND_MS
const FINE_FOR_MS = 10 * 60 * SECOND_MS
const COARSE_MS = HOUR_MS
/** What a ballot may take beyond its validity until it is settled everywhere. */
const MARGIN_MS = 6 * HOUR_MS

/** Heals a world and waits. */
export class Healing {
  private readonly world: World
  private convergedAt: number | undefined
  private settledAt: number | undefined
  private healedAt = 0

  constructor(world: World) {
    this.world = world
  }

  /** Until all is settled and equal, or the time for that is over. */
  run(): void {
    const { world } = this
    world.heal()
    this.healedAt = world.now
    const deadline = world.now + this.longestMs()
    while (world.now < deadline && !world.isCut) {
      const since = world.now - this.healedAt
      world.run(world.now + (since < FINE_FOR_MS ? FINE_MS : COARSE_MS))
      const isSame = holdTheSame(world.honest)
      if (isSame && this.convergedAt === undefined) {
        this.convergedAt = world.now
        world.emit({ what: 'converged' })
      }
      if (!isSame || openBallots(world.honest).length > 0) continue
      this.settledAt = world.now
      return
    }
  }

  /** When it converged and settled, in ms after healing; −1 for never. */
  metrics(): Record<string, number> {
    const after = (at: number | undefined): number =>
      at === undefined ? -1 : Math.round(at - this.healedAt)
    return {
      'heal.convergedMs': after(this.convergedAt),
      'heal.settledMs': after(this.settledAt),
      'ballots.open': openBallots(this.world.honest).length,
    }
  }

  /** The longest that any ballot of the charter's tracks can stay open from now on. */
  private longestMs(): number {
    const validities = this.world.honest.flatMap(({ replica }) =>
      replica.views.ballots().map(({ windows }) => windows.validity),
    )
    return Math.max(HOUR_MS, ...validities) + MARGIN_MS
  }
}

/** All of them hold the same operations. */
export function holdTheSame(nodes: readonly NodeView[]): boolean {
  return new Set(nodes.map((node) => node.contents())).size <= 1
}

/** Ballots under a charter of the line that some node reads no outcome of. */
export function openBallots(nodes: readonly NodeView[]): OpCid[] {
  const open = new Set<OpCid>()
  for (const { replica } of nodes) {
    const standing = replica.views.standing()
    const line = new Set(standing?.line.map(({ id }) => id))
    for (const [id, { outcome }] of standing?.outcomes ?? []) {
      const ballot = replica.views.ballot(id)
      if (outcome === 'open' && ballot.ok && line.has(ballot.value.charterId)) open.add(id)
    }
  }
  return [...open]
}
