/** Commands with which people decide. */
import { defineCommand } from '../command.ts'
import { DRY_RUN, OUT, PROPOSAL_ID } from './shared.ts'

const proposals = defineCommand({
  name: 'proposals',
  about: 'list proposals',
  options: {
    outcome: {
      kind: 'text',
      value: 'outcome',
      choices: ['open', 'adopted', 'declined', 'provisional', 'void'],
      about: 'only those',
    },
    needsVote: { kind: 'flag', about: 'only those in voting on which we are silent' },
  },
  examples: [
    { run: 'folkmoot proposals --outcome open', does: 'what is being decided' },
    { run: 'folkmoot proposals --needs-vote', does: 'what waits for us' },
  ],
  run: async (input, context) => (await import('../acts/proposals.ts')).proposals(input, context),
})

const show = defineCommand({
  name: 'show',
  about: 'one proposal whole: text, arguments, votes, seals',
  args: { proposal: PROPOSAL_ID },
  examples: [{ run: 'folkmoot show x4m2k7ra', does: 'what is voted on, word for word' }],
  run: async (input, context) => (await import('../acts/proposals.ts')).showOne(input, context),
})

const explain = defineCommand({
  name: 'explain',
  about: 'every number and reason behind a verdict',
  args: { proposal: PROPOSAL_ID },
  examples: [
    { run: 'folkmoot explain x4m2k7ra', does: 'each rule, met or not, and what would meet it' },
  ],
  run: async (input, context) => (await import('../acts/proposals.ts')).explain(input, context),
})

const propose = defineCommand({
  name: 'propose',
  carries: true,
  about: 'open a proposal and its ballot',
  args: { file: { about: 'the proposal, YAML', optional: true } },
  options: {
    title: { kind: 'text', value: 'text', about: 'in one line' },
    summary: { kind: 'text', value: 'text', about: 'in a paragraph' },
    text: { kind: 'text', value: 'text', about: 'what is voted on' },
    document: {
      kind: 'text',
      value: 'file-or-id',
      about: 'what is voted on: a file, or a document, which is frozen for it',
    },
    slot: { kind: 'text', value: 'slot', about: 'what it decides: core@main, policy@embargo' },
    track: { kind: 'text', value: 'track', about: 'class of decision (default: standard)' },
    kind: {
      kind: 'text',
      value: 'kind',
      choices: ['upgrade', 'policy', 'amendment', 'resolution', 'domain'],
      about: 'default: resolution',
    },
    component: { kind: 'list', value: 'id', about: 'components that it touches' },
    amendment: { kind: 'text', value: 'file', about: 'the next charter, YAML' },
    cards: { kind: 'list', value: 'file', about: 'cards of newcomers, for their roots' },
    acceptRisk: {
      kind: 'list',
      value: 'code',
      about: 'an error finding of the next charter that we accept',
    },
    withoutSilent: {
      kind: 'flag',
      about:
        'whom the next charter leaves out were silent so long that the rest decides (if the charter lets it)',
    },
    again: {
      kind: 'text',
      value: 'id',
      about:
        'what was declined, unchanged; an emergency goes to track standard unless --track says',
    },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot propose upgrade.yaml', does: 'prints the id that others vote on' },
    {
      run: 'folkmoot propose --title "Meet weekly" --slot policy@meetings --text "Tuesdays, 15:00 UTC"',
      does: 'a resolution without a file',
    },
    {
      run: 'folkmoot propose --title "Runbook" --slot policy@runbook --document x4m2k7ra',
      does: 'what members wrote together, as it stands now',
    },
    {
      run: 'folkmoot propose --title "Admit Umbrella" --amendment next.yaml --cards umbrella.card',
      does: 'the next charter, shown as what it changes; version and roots of present members are filled in',
    },
    {
      run: 'folkmoot propose --again x4m2k7ra',
      does: 'what the emergency track did not carry, on the standard one',
    },
    {
      run: 'folkmoot propose --title "Go on" --amendment next.yaml --without-silent',
      does: 'reconstitution: members silent for as long as the charter says leave, by the word of the rest',
    },
  ],
  run: async (input, context) => (await import('../acts/propose.ts')).propose(input, context),
})

const withdraw = defineCommand({
  name: 'withdraw',
  carries: true,
  about: 'take our own proposal back',
  args: { proposal: PROPOSAL_ID },
  options: {
    because: { kind: 'text', value: 'text', about: 'why' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot withdraw x4m2k7ra --because "superseded"',
      does: 'its ballot is closed as declined',
    },
  ],
  run: async (input, context) => (await import('../acts/vote.ts')).withdraw(input, context),
})

const vote = defineCommand({
  name: 'vote',
  carries: true,
  about: 'vote on a proposal; a later vote replaces an earlier one',
  args: {
    proposal: PROPOSAL_ID,
    choice: { about: 'what we say', choices: ['yes', 'no', 'abstain', 'veto'] },
  },
  options: {
    because: { kind: 'text', value: 'text', about: 'why; a veto must say' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot vote x4m2k7ra yes --because "tested in staging"',
      does: 'signs and publishes',
    },
    { run: 'folkmoot vote x4m2k7ra no --dry-run', does: 'shows what would be signed' },
    {
      run: 'folkmoot vote x4m2k7ra yes --offline -o our.vote',
      does: 'any member publishes it: folkmoot submit our.vote',
    },
  ],
  run: async (input, context) => (await import('../acts/vote.ts')).vote(input, context),
})

const comment = defineCommand({
  name: 'comment',
  carries: true,
  about: 'argue on a proposal',
  args: { proposal: PROPOSAL_ID, text: { about: 'what we say' } },
  options: {
    kind: {
      kind: 'text',
      value: 'kind',
      choices: ['support', 'concern', 'objection', 'question', 'answer'],
      about: 'default: concern; with --answers: answer',
    },
    disposition: { kind: 'text', value: 'text', about: 'what would settle an objection' },
    answers: { kind: 'text', value: 'id', about: 'the comment that this one answers' },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot comment x4m2k7ra "Who pays?" --kind question', does: 'asks' },
    {
      run: 'folkmoot comment x4m2k7ra "No rollback" --kind objection --disposition "a tested rollback"',
      does: 'an objection says what would settle it',
    },
  ],
  run: async (input, context) => (await import('../acts/vote.ts')).comment(input, context),
})

const discussion = defineCommand({
  name: 'discussion',
  about: 'what was said on a proposal: objections first, answers below what they answer',
  args: { proposal: PROPOSAL_ID },
  options: {
    open: { kind: 'flag', about: 'only objections and questions that wait for an answer' },
  },
  examples: [
    {
      run: 'folkmoot discussion x4m2k7ra --open',
      does: 'an objection holds the ballot until its proposer answers, or whoever objected',
    },
  ],
  run: async (input, context) => (await import('../acts/discussion.ts')).discussion(input, context),
})

const record = defineCommand({
  name: 'record',
  about: 'the decision record: every number, rule, seal and dissent, and how to check it',
  args: { proposal: PROPOSAL_ID },
  options: {
    markdown: { kind: 'flag', about: 'as Markdown, which is the default; --json for programs' },
    out: OUT,
  },
  examples: [
    { run: 'folkmoot record x4m2k7ra -o decision.md', does: 'the same bytes at every node' },
    { run: 'folkmoot record x4m2k7ra --json', does: 'the same as data' },
  ],
  run: async (input, context) => (await import('../acts/record.ts')).record(input, context),
})

/** Commands with which people decide. */
export const DECIDING_COMMANDS = [
  proposals,
  show,
  explain,
  propose,
  vote,
  comment,
  discussion,
  withdraw,
  record,
]
