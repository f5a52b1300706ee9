/** Capabilities of the registers: glossary, assurances, risks, owners, costs, constraints. */
import { type Capability, capability } from '../capability.ts'

const REGISTER_TESTS = 'src/register/register.test.ts'
const VECTORS = 'src/register/vectors.test.ts'
const CLI = 'node/cli/registers.test.ts'
const GATES = 'src/proposal/gates/gates.test.ts'
const ATTESTING = 'node/cli/attesting.test.ts'
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
  capability(
    33,
    'What is to be done after an upgrade is a task with an owner and a date; retrospective and task name each other.',
    {
      commands: ['upgrade action', 'register tasks'],
      tests: [
        `${UPGRADES} > has tasks come of it, with owner and date, each naming the other`,
        'src/replica/upgrade/retrospective.test.ts > actions are tasks, or the word that there are none: an intention is neither',
      ],
    },
  ),
  capability(36, 'Which member has published which policy is a register; what is missing shows.', {
    commands: ['register policies'],
    tests: [`${REGISTER_TESTS} > of policies names those that members lack`],
  }),
  capability(
    36,
    'Where to report a vulnerability leaves as a security.txt (RFC 9116), made of the member’s own words only.',
    {
      commands: ['register security-txt'],
      tests: [
        'src/register/security-txt.test.ts > has a contact, one end, and what else its owner wrote, as RFC 9116 asks',
        'src/register/security-txt.test.ts > is refused, with the fix, where readers would have to refuse it',
        `${CLI} > is made of what its member wrote, and of nobody else’s words`,
      ],
    },
  ),
  capability(38, 'Risks have likelihood, impact, owner and date, and are to be assessed anew.', {
    commands: ['register risks', 'attest risk'],
    tests: [
      `${REGISTER_TESTS} > of risks asks for owner and mitigation from a score of 10 on, and for a fresh look`,
      'src/proposal/gates/gates.test.ts > risks are assessed by anybody but the author, whatever comes of it',
    ],
  }),
  capability(
    38,
    'A track may ask that risks be assessed from the register: the assessment refers to the register as it was frozen, and nothing else counts.',
    {
      commands: ['attest risk', 'upgrade show'],
      tests: [
        'src/replica/registered-risks.test.ts > count everywhere, where the assessment refers to the freeze that it names',
        'src/replica/registered-risks.test.ts > are not those of a digest that nobody froze: one’s own node refuses, others do not count it',
      ],
    },
  ),
  capability(
    45,
    'Exactly one member answers for each activity; where none or several do, a lint says so and opens a timed escalation.',
    {
      commands: ['register raci', 'escalations list'],
      tests: [`${CLI} > opens an escalation for each error, once`],
    },
  ),
  capability(
    24,
    'A concern says what would settle it, stays open until it is answered, holds the ballot where the charter wants that, and whoever waits for an answer is listed.',
    {
      commands: ['comment', 'discussion', 'upgrade show'],
      tests: [
        'src/proposal/gates/objections.test.ts > are not buried by anybody else, by another kind of comment, or by an empty answer',
        `${ATTESTING} > shows threads, what waits for an answer, and whose answer closes it`,
        GUIDE,
      ],
    },
  ),
  capability(
    27,
    'Interop is a stage of its own: every cell of implementations × suites that the track asks for is green, and no failure is passed over.',
    {
      commands: ['attest test', 'upgrade show', 'explain'],
      tests: [
        `${GATES} > is a matrix of subjects and suites, every cell of which is green`,
        `${GATES} > asks for the cells that are named only, where the charter names some`,
        `${GATES} > no failure is newer than a pass that counts`,
        GUIDE,
      ],
    },
  ),
  capability(
    28,
    'Results of other tools come in as signed in-toto statements, verified before they count, and leave byte for byte with their keys.',
    {
      commands: ['attest envelope', 'attestations export', 'attestations verify'],
      tests: [
        `${ATTESTING} > verifies what another tool signed before it signs, and says what it verified`,
        `${ATTESTING} > are exported byte for byte, with keys that other tools verify them by`,
      ],
    },
  ),
  capability(31, 'A track may ask that the way back was drilled before anybody votes.', {
    commands: ['attest drill', 'upgrade show'],
    tests: [`${GATES} > drills count where they went well`, GUIDE],
  }),
  capability(
    37,
    'Reviews, tests, audits and reproduced builds are taken together; whoever proposes verifies nothing of its own.',
    {
      commands: ['attest review', 'attest test', 'attest build', 'attestations list'],
      tests: [
        `${GATES} > count each stakeholder once, and never the author`,
        `${GATES} > are of the function that is asked for`,
        `${GATES} > are equal at enough stakeholders other than the author, for every subject`,
        `${ATTESTING} > makes statements itself, by which each gate is met, and explain says so`,
      ],
    },
  ),
  capability(
    51,
    'A small member needs one package, no server and no steady line: it signs offline, carries files, and syncs in proportion to what differs.',
    {
      commands: ['init', 'vote', 'rollout report', 'submit'],
      tests: [
        'test/e2e/pack.test.ts > holds what was built and what users read, and no tests, sources or paths of this machine',
        'node/cli/carry.test.ts > of a rollout: reports, a halt, the ballot that resumes, the record of a stage',
        'test/sync/cost.test.ts > many differences cost in proportion, not everything',
      ],
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
