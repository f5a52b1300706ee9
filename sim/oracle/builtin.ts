/** The oracles that watch every run (design §5.3). */
import { noAmnesiacSeal } from './amnesia.ts'
import { expectations } from './expectations.ts'
import { boundedBuffers, boundedWork, convergence, lateJoinerEqual, noAckedOpLost } from './held.ts'
import { electorateFrozen, justifiedAdoption, noVoidVote } from './judged.ts'
import type { OracleFactory } from './oracle.ts'
import { provisionalResolved } from './reduced.ts'
import { ruleBook } from './rule-book.ts'
import { agreement, irrevocability, slotExclusivity, termination } from './settled.ts'

/** All of them. */
export const BUILTIN_ORACLES: readonly OracleFactory[] = [
  agreement,
  slotExclusivity,
  irrevocability,
  justifiedAdoption,
  noVoidVote,
  electorateFrozen,
  noAmnesiacSeal,
  provisionalResolved,
  ruleBook,
  boundedBuffers,
  boundedWork,
  convergence,
  noAckedOpLost,
  lateJoinerEqual,
  termination,
  expectations,
]
