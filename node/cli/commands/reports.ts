/** Commands that report on how a coalition works (design §3.2, §3.5). */

import { defineCommand } from '../command.ts'
import type { OptionSpec } from '../command-outline.ts'
import { DRY_RUN, OUT } from './shared.ts'

const SINCE = {
  kind: 'text',
  value: 'when',
  about: 'only what came since: 2026-01-31, or how long ago: 90d',
} as const satisfies OptionSpec

const influence = defineCommand({
  name: 'influence',
  about: 'who has influence: how few control what, who took part, who decided, who was heard',
  options: {
    track: { kind: 'text', value: 'track', about: 'only decisions on this track' },
    since: SINCE,
  },
  examples: [
    { run: 'folkmoot influence', does: 'all ballots, by member, by quarter, by charter' },
    {
      run: 'folkmoot influence --track standard --since 365d --json',
      does: 'one track, the last year, as data',
    },
  ],
  run: async (input, context) => (await import('../acts/influence.ts')).influence(input, context),
})

const presence = defineCommand({
  name: 'presence',
  about: 'who was heard when, and when voting ends where members are',
  options: {
    keys: { kind: 'flag', about: 'every key by itself' },
  },
  examples: [
    { run: 'folkmoot presence', does: 'by our clock, and by what each member says' },
    { run: 'folkmoot presence --keys', does: 'which node is silent, and how much of ours it has' },
  ],
  run: async (input, context) => (await import('../acts/presence.ts')).presence(input, context),
})

const digest = defineCommand({
  name: 'digest',
  about: 'what happened, and what is due: votes, answers, gates, moves, reviews; who is silent',
  options: {
    since: { ...SINCE, about: 'from when (default: a week ago): 2026-01-31, 12h' },
    markdown: { kind: 'flag', about: 'as Markdown, to be sent on' },
    out: OUT,
  },
  examples: [
    { run: 'folkmoot digest --since 1d', does: 'for whoever was away since yesterday' },
    { run: 'folkmoot digest --since 7d --markdown -o week.md', does: 'a page for the others' },
  ],
  run: async (input, context) => (await import('../acts/digest.ts')).digest(input, context),
})

const reviewShow = defineCommand({
  name: 'review show',
  about: 'how the rules worked: quorum misses, vetoes, appeals, how long things took; what is due',
  isDefault: true,
  options: { since: { ...SINCE, about: 'since when (default: the last review): 2026-01-31, 90d' } },
  examples: [
    { run: 'folkmoot review', does: 'since the last review, track by track' },
    { run: 'folkmoot review show --since 365d --json', does: 'the last year, as data' },
  ],
  run: async (input, context) => (await import('../acts/review.ts')).show(input, context),
})

const reviewOpen = defineCommand({
  name: 'review open',
  carries: true,
  about: 'open the ballot that records a review of the charter, with the report as its text',
  options: {
    because: { kind: 'text', value: 'text', required: true, about: 'what follows from it' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot review open --because "Quorum is missed in August; see the amendment"',
      does: 'adopted, the next review is due so much later',
    },
  ],
  run: async (input, context) => (await import('../acts/review.ts')).open(input, context),
})

/** Commands that report. */
export const REPORT_COMMANDS = [influence, presence, digest, reviewShow, reviewOpen]
