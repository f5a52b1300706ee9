/** Announces how rollouts go: stages that open, what halts, what is our turn. Time alone can do that. */
import type { OpCid } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Rollout } from '../../src/replica/rollout/rollout.ts'
import { readRollouts } from '../../src/replica/rollout/rollouts.ts'
import type { EventLog } from '../api/event-log.ts'
import { titleOf } from '../api/naming.ts'
import { openTurn, type RolloutSettings } from '../hooks/rollout-policy.ts'

/** Watches rollouts from its construction on; how they stood before is no news. */
export class RolloutWatch {
  private readonly replica: Replica
  private readonly events: EventLog
  private readonly settings: RolloutSettings
  private readonly told = new Map<OpCid, ReadonlySet<string>>()

  constructor(replica: Replica, events: EventLog, settings: RolloutSettings) {
    this.replica = replica
    this.events = events
    this.settings = settings
    for (const rollout of readRollouts(replica))
      this.told.set(rollout.ballot.id, new Set(this.sentencesOf(rollout)))
  }

  /** Tells what is new. */
  check(): void {
    for (const rollout of readRollouts(this.replica)) {
      const { id } = rollout.ballot
      const sentences = this.sentencesOf(rollout)
      const before = this.told.get(id) ?? new Set()
      this.told.set(id, new Set(sentences))
      for (const sentence of sentences)
        if (!before.has(sentence)) this.events.add({ kind: 'rollout', proposal: id, sentence })
    }
  }

  /** What can be said of a rollout now. */
  private sentencesOf(rollout: Rollout): string[] {
    const { ballot, basis, course } = rollout
    if (basis === 'none') return []
    const title = titleOf(this.replica, ballot.id)
    const open = openTurn(this.replica, rollout, this.settings)
    return [
      `The rollout of ${title} is ${course.state}.`,
      ...course.halts.map(({ sentence }) => `The rollout of ${title} is halted: ${sentence}.`),
      ...course.stages.map(
        ({ plan, progress }) => `Stage ${plan.name} of ${title} is ${progress}.`,
      ),
      ...(open
        ? [
            `It is our turn to ${open.turn.kind} (${open.turn.stage}) in ${title}: ${WORDS[open.waits]}.`,
          ]
        : []),
    ]
  }
}

const WORDS = {
  ask: 'its hook waits for our word',
  'no-hook': 'no hook is set',
  off: 'hooks are off',
  'was-run': 'its hook was run and did not do it, so people do',
} as const
