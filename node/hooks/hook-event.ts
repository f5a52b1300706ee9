/** What a hook is told: a CloudEvent 1.0 in JSON (design §3.9). Its id is the key of idempotency. */
import type { Rollout } from '../../src/replica/rollout/rollout.ts'
import { settledArtefacts } from '../../src/replica/rollout/rollout.ts'
import type { RolloutTurn } from '../../src/replica/rollout/turn.ts'

/** A CloudEvent about a rollout. */
export interface HookEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'org.folkmoot.rollout.deploy' | 'org.folkmoot.rollout.rollback'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: HookData
}

/** What is to be done. */
export interface HookData {
  readonly kind: RolloutTurn['kind']
  readonly proposal: string
  readonly title: string
  readonly slot: string
  readonly components: readonly string[]
  readonly stage: string
  readonly attempt: number
  readonly stakeholder: string
  readonly why: string
  /** Settled by the ballot: this organisation's own builds where the plan names them. */
  readonly artefacts: readonly { readonly name: string; readonly digest: string }[]
  /** What held the slot before: where a rollback goes back to. */
  readonly replaces: string | null
  readonly rollback: readonly string[]
  /** `provisional` where a reduced coalition decided, and it may yet lapse. */
  readonly basis: Rollout['basis']
  /** Nothing is to be changed: the hook is tried. */
  readonly dryRun: boolean
}

/** One hook of one organisation in one attempt: it is run for it once, ever. */
export const hookKey = ({ kind, proposal, stage, attempt }: RolloutTurn): string =>
  kind === 'rollback' ? `${kind}:${proposal}:${attempt}` : `${kind}:${proposal}:${stage}:${attempt}`

/** The event of a turn. */
export function hookEvent(
  turn: RolloutTurn,
  { ballot, planned, basis }: Rollout,
  { coalition, at }: { readonly coalition: string; readonly at: number },
): HookEvent {
  const { kind, proposal, stage, attempt, self, why } = turn
  const { body, generation } = ballot
  return {
    specversion: '1.0',
    id: hookKey(turn),
    source: `urn:folkmoot:${coalition}:${self}`,
    type: `org.folkmoot.rollout.${kind}`,
    subject: proposal,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: {
      ...{ kind, proposal, stage, attempt, stakeholder: self, why, basis },
      title: body.title,
      slot: body.slot,
      components: body.components,
      artefacts: settledArtefacts(ballot, planned.plan, self),
      replaces: generation.replaces,
      rollback: planned.rollback.steps,
      dryRun: false,
    },
  }
}
