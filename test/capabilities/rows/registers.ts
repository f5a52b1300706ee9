/** Capabilities of the registers: glossary, assurances, risks, owners, costs, constraints. */
import { type Capability, capability } from '../capability.ts'

const REGISTER_TESTS = 'src/register/register.test.ts'
const VECTORS = 'src/register/vectors.test.ts'
const CLI = 'node/cli/registers.test.ts'
const UPGRADES = 'node/cli/upgrades.test.ts'
const GUIDE = 'test/docs/upgrade.test.ts > every command of the guide does what the guide says'

/** What members plan, promise and share, and an upgrade from draft to retrospective. */
export const REGISTER_ROWS: readonly Capability[] = [
  capability(
    1,
    'An upgrade says what it is for, what not, what stays compatible and what may be expected of it, or it is void.',
    {
      commands: ['upgrade new', 'upgrade propose'],
      tests: [
        `${UPGRADES} > is frozen and voted on as it is; a proposal without its scope is void for all`,
        `${UPGRADES} > is listed with what it lacks, and is not proposed before`,
        GUIDE,
      ],
    },
  ),
  capability(
    2,
    'In what members may differ, and until when, is part of every upgrade and a register; outside it a row is an error.',
    {
      commands: ['register variances'],
      tests: [
        `${REGISTER_TESTS} > of variances is an error outside what is allowed, and after its end`,
        `${UPGRADES} > is listed with what it lacks, and is not proposed before`,
      ],
    },
  ),
  capability(3, 'Terms mean one thing: a word that two rows define is an error.', {
    commands: ['register glossary'],
    tests: [
      `${REGISTER_TESTS} > of the glossary finds one word in two rows, an alias too, in whatever case`,
    ],
  }),
  capability(
    4,
    'What members assure each other is said by each for itself, with an end; expired or in another’s name is an error.',
    {
      commands: ['register assurances'],
      tests: [
        `${REGISTER_TESTS} > of what speaks for a member takes that member’s word only`,
        `${CLI} > in another’s name is said to be so`,
      ],
    },
  ),
  capability(19, 'What small members give besides money is on record, and leaves as a file.', {
    commands: ['register contributions'],
    tests: [`${REGISTER_TESTS} > has an example that is a row of it, in every format that it has`],
  }),
  capability(
    21,
    'The roadmap is milestones that wait for each other: cycles are named, the critical path is computed, dates leave as a calendar.',
    {
      commands: ['register milestones', 'register tasks'],
      tests: [
        `${VECTORS} > is as long as the whole, and the same whatever order tasks come in`,
        `${VECTORS} > survives one chain and one ring as long as a document can hold`,
        `${REGISTER_TESTS} > of milestones names cycles, what is due before what it waits for, what is late`,
      ],
    },
  ),
  capability(
    23,
    'Deliberation, review, interop and demonstration have windows of their own; what comes after its window counts and is listed as late.',
    {
      commands: ['upgrade show'],
      tests: [
        'src/ballot/timing.test.ts > follow each other, each to the millisecond, the demonstration right before the vote',
        'src/proposal/lateness.test.ts > a word is late from the moment on at which its window closes, by first sight',
        `${UPGRADES} > follow from clock and evidence; what is over and lacks something is held`,
      ],
    },
  ),
  capability(28, 'Suites are pinned to a commit or an image, so that all run the same.', {
    commands: ['register suites', 'attest test'],
    tests: [`${REGISTER_TESTS} > of suites asks for a pin: a commit, or an image`],
  }),
  capability(
    32,
    'Mitigations say what they are for, how their effect is seen and when they end; one that ended is an error.',
    {
      commands: ['register risks'],
      tests: [
        `${REGISTER_TESTS} > of risks asks for owner and mitigation from a score of 10 on, and for a fresh look`,
      ],
    },
  ),
  capability(
    33,
    'A retrospective is generated from the log, finished by people, and cannot be archived while a part of it is empty.',
    {
      commands: ['upgrade retrospective', 'upgrade archive'],
      tests: [
        `${UPGRADES} > is generated from the log: times, who waited for whom, gates, participation`,
        `${UPGRADES} > cannot be archived while a part of it is empty, and then is, once`,
        GUIDE,
      ],
    },
  ),
  capability(36, 'Which member has published which policy is a register; what is missing shows.', {
    commands: ['register policies'],
    tests: [`${REGISTER_TESTS} > of policies names those that members lack`],
  }),
  capability(38, 'Risks have likelihood, impact, owner and date, and are to be assessed anew.', {
    commands: ['register risks', 'attest risk'],
    tests: [
      `${REGISTER_TESTS} > of risks asks for owner and mitigation from a score of 10 on, and for a fresh look`,
      'src/proposal/gates/gates.test.ts > risks are assessed by anybody but the author, whatever comes of it',
    ],
  }),
  capability(
    45,
    'Exactly one member answers for each activity; where none or several do, a lint says so and opens a timed escalation.',
    {
      commands: ['register raci', 'escalations list'],
      tests: [`${CLI} > opens an escalation for each error, once`],
    },
  ),
  capability(
    50,
    'Costs are apportioned to the last cent, alike, by weight or by shares, with balances and who pays whom; pledges are kept.',
    {
      commands: ['register costs', 'register pledges'],
      tests: [
        `${VECTORS} > adds up to the whole, and nobody is off by a whole unit`,
        `${REGISTER_TESTS} > are borne to the cent, and balances say who pays whom`,
        `${CLI} > of costs computes parts, and leaves as files`,
      ],
    },
  ),
  capability(
    52,
    'What a jurisdiction asks is mapped to the design, with an owner and a date; unmapped is an error.',
    {
      commands: ['register constraints'],
      tests: [`${REGISTER_TESTS} > of constraints is red until the design says how they are met`],
    },
  ),
]
