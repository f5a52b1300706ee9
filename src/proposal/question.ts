/**
 * Proposals whose content follows from what they are about (design §3.8): whoever opens one asks the
 * same, nothing else can be voted on with it, and nobody draws it out.
 */
import type { z } from 'zod'
import { MAX_TITLE, type proposalOpen } from './ops.ts'

/** What such a proposal asks, word for word. */
export interface FixedQuestion {
  readonly title: string
  readonly text: string
  readonly slot: string
  readonly components: readonly string[]
}

/** True when a proposal, signed at its author's time `at` in ms, asks that question and nothing else. */
export const asksOnly = (body: Body, question: FixedQuestion, at: number): boolean =>
  body.kind === 'resolution' &&
  body.title === question.title &&
  'text' in body.document &&
  body.document.text === question.text &&
  body.slot === question.slot &&
  body.components.join() === question.components.join() &&
  body.subjects.length === 0 &&
  body.dependsOn.length === 0 &&
  body.rollout === undefined &&
  body.rollback === undefined &&
  body.windows === undefined &&
  body.reversible &&
  body.opensAt <= at

type Body = z.infer<(typeof proposalOpen)['body']>

/** Cuts a title to its bound, between code points: a part of well-formed, normal text is so too. */
export function shortTitle(title: string): string {
  let short = ''
  for (const point of title) {
    if (short.length + point.length > MAX_TITLE) break
    short += point
  }
  return short
}
