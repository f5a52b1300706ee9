/**
 * Rules broken on purpose, one at a time, each a switch that only tests and `--mutant` set: some
 * oracle must catch each within a bounded number of seeds, or the oracles have no teeth.
 */
import type { SettleRules } from '../../src/ballot/rules.ts'
import type { RunOptions } from '../run-result.ts'

/** A broken rule, and where it shows. */
export interface Mutant {
  readonly name: string
  /** What is broken, in a sentence. */
  readonly about: string
  readonly options: RunOptions
  /** The scenario that shows it soonest. */
  readonly scenario: string
}

const rules = (broken: Partial<SettleRules>): RunOptions => ({ rules: broken })

/** All of them. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'quorum-of-half',
    about: 'half is a quorum, so two sides of a split have one each',
    options: rules({ quorum: (total) => Math.ceil(total / 2) }),
    scenario: 'even-split',
  },
  {
    name: 'quorum-off-by-one',
    about: 'one weight less than W − F is a quorum',
    // A quorum of nobody would settle everything, round after round, without an end.
    options: rules({ quorum: (total, faulty) => Math.max(1, total - faulty - 1) }),
    scenario: 'one-way-link',
  },
  {
    name: 'quorum-off-by-f',
    about: 'F is taken for W/2: W − 2F is a quorum',
    options: rules({ quorum: (total, faulty) => total - 2 * faulty }),
    scenario: 'even-split',
  },
  {
    name: 'quorum-of-all',
    about: 'everybody must seal, so whoever leaves stops all',
    options: rules({ quorum: (total) => total }),
    scenario: 'leavers',
  },
  {
    name: 'no-slot-lock',
    about: 'a node endorses two unsettled ballots of one slot',
    options: rules({ slotLock: false }),
    scenario: 'rival-ballots',
  },
  {
    name: 'never-binds',
    about: 'no estimate ever binds',
    options: rules({ bindingAt: () => Number.MAX_SAFE_INTEGER }),
    scenario: 'clean',
  },
  {
    name: 'settle-ops-not-pulled',
    about: 'seal and settle operations of a frozen key are lost with its chain',
    options: rules({ pullsSettleOps: false }),
    scenario: 'betrayal',
  },
  {
    name: 'first-provisional-wins',
    about: 'of two provisional outcomes the one that came first here stands',
    options: rules({ holdsBoth: false }),
    scenario: 'contingency-on-both-sides',
  },
  {
    name: 'provisional-never-lapses',
    about: 'a provisional outcome stands for ever, settled or not',
    options: rules({ provisionalLapses: false }),
    scenario: 'provisional-lapses',
  },
  {
    name: 'amendment-does-not-wait',
    about: 'an amendment is endorsed while ballots of its charter are unsettled',
    options: rules({ amendmentWaits: false }),
    scenario: 'amendment-meets-ballot',
  },
  {
    name: 'removes-who-is-heard',
    about: 'the rest goes on without members that were not silent',
    options: rules({ removesOnlySilent: false }),
    scenario: 'usurper',
  },
  {
    name: 'seal-not-persisted',
    about: 'a node forgets at a crash how it closed and sealed',
    options: { broken: { forgetsAtCrash: true } },
    scenario: 'crash-at-the-deadline',
  },
  {
    name: 'stale-key-signs',
    about: 'a node that was restored from a backup goes on signing with its key',
    options: { broken: { ignoresStaleness: true } },
    scenario: 'stale-backup',
  },
  {
    name: 'acknowledges-before-disk',
    about: 'a node acknowledges and sends what is not on disk yet, and a crash takes it along',
    options: { broken: { acknowledgesEarly: true } },
    scenario: 'churn',
  },
]

/** A mutant by its name. */
export const mutantNamed = (name: string): Mutant | undefined =>
  MUTANTS.find((mutant) => mutant.name === name)
