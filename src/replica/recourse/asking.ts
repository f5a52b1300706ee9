/** A fixed question as a proposal's input (design §3.8). */
import type { FixedQuestion } from '../../proposal/question.ts'
import type { ProposalInput } from '../acts.ts'

/** The proposal that asks exactly that question; `why` is its summary. */
export const asking = (
  { title, text, slot, components }: FixedQuestion,
  { track, why }: { readonly track: string; readonly why: string },
): ProposalInput => ({
  ...{ kind: 'resolution', track, title, summary: why, text, slot, subjects: [] },
  components: [...components],
  scope: { objectives: [], nonGoals: [], compatibility: [], performance: [], variability: [] },
  reversible: true,
})
