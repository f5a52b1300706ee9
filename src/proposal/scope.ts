/** What an upgrade must say of itself before anybody is asked to vote on it (design §3.4). */
import type { z } from 'zod'
import type { proposalOpen } from './ops.ts'

/** What a proposal says it is for. */
export type Scope = z.infer<(typeof proposalOpen)['body']>['scope']

/** The parts of a scope, each with the question that it answers. */
export const SCOPE_PARTS: Readonly<Record<keyof Scope, string>> = {
  objectives: 'what it is for',
  nonGoals: 'what it is not for',
  compatibility: 'what goes on working with what',
  performance: 'what may be expected of it, in numbers',
  variability: 'in what members may differ, and until when',
}

/** The parts of a scope that say nothing: a line such as "none, because …" is an answer. */
export const missingScope = (scope: Partial<Scope>): (keyof Scope)[] =>
  (['objectives', 'nonGoals', 'compatibility', 'performance', 'variability'] as const).filter(
    (part) => !(scope[part] ?? []).some((line) => line.trim() !== ''),
  )
