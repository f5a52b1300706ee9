/** The format of the ballot vectors, as README.md describes it; a field that it does not know is an error. */
import { z } from 'zod'
import { CHOICES, OUTCOMES } from '../../../src/ballot/ops.ts'
import { CAPABILITIES } from '../../../src/op/type.ts'
import { COMMENT_KINDS, PROPOSAL_KINDS } from '../../../src/proposal/ops.ts'

const names = z.array(z.string())
const texts = z.record(z.string(), z.string())

const contingency = z.strictObject({
  after: z.string().optional(),
  floor: z.string().optional(),
  members: z.int().optional(),
  functions: names.optional(),
  approval: z.string().optional(),
  scope: z.enum(['reversible', 'any']).optional(),
  ratifyWithin: z.string().optional(),
})

const track = z.strictObject({
  quorum: z.string().optional(),
  approval: z.string().optional(),
  of: z.enum(['cast', 'total']).optional(),
  chambers: texts.optional(),
  ownersVeto: z.boolean().optional(),
  override: z.string().nullable().optional(),
  coalitionVeto: z.string().nullable().optional(),
  gates: z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])))
    .optional(),
  contingency: contingency.nullable().optional(),
  windows: texts.optional(),
})

const given = z.strictObject({
  members: z
    .record(
      z.string(),
      z.union([z.int(), z.strictObject({ weight: z.int(), functions: names.optional() })]),
    )
    .optional(),
  components: z
    .record(
      z.string(),
      z.strictObject({ owners: names, decidedBy: z.enum(['coalition', 'owners']).optional() }),
    )
    .optional(),
  /** Track `standard`. */
  track: track.optional(),
  tracks: z.record(z.string(), track).optional(),
  appeals: z.strictObject({ track: z.string() }).optional(),
  overrides: z.strictObject({ track: z.string() }).optional(),
  openBallots: z.int().optional(),
  /** How long members must be silent before the rest may go on without them. */
  reconstitution: z.string().optional(),
  /** Whose node reads; nobody's unless given. */
  node: z.string().optional(),
})

const amendment = z.strictObject({
  removes: names.optional(),
  admits: z.record(z.string(), z.int()).optional(),
  /** Who is called otherwise, under the same root. */
  renames: texts.optional(),
  weights: z.record(z.string(), z.int()).optional(),
  owners: z.record(z.string(), names).optional(),
  decidedBy: z.record(z.string(), z.enum(['coalition', 'owners'])).optional(),
  /** Members in another order. */
  order: names.optional(),
  version: z.int().optional(),
  track: track.optional(),
})

const proposal = z.strictObject({
  by: z.string(),
  proposes: z.string(),
  slot: z.string().optional(),
  track: z.string().optional(),
  kind: z.enum(PROPOSAL_KINDS).optional(),
  title: z.string().optional(),
  components: names.optional(),
  subjects: texts.optional(),
  reversible: z.boolean().optional(),
  replaces: z.string().nullable().optional(),
  opensIn: z.string().optional(),
  windows: texts.optional(),
  amendment: amendment.optional(),
  removesSilent: names.optional(),
  overrides: z.strictObject({ ballot: z.string(), gate: z.string() }).optional(),
  appeal: z.string().optional(),
  basisOmits: names.optional(),
})

const speakers = z.union([z.string(), names])
const said = { by: speakers, as: z.string().optional(), on: z.string().optional() }
const round = z.int()

const speech = z.union([
  proposal,
  z.strictObject({
    ...said,
    votes: z.enum(CHOICES),
    because: z.string().optional(),
    supersedes: names.optional(),
    insteadOf: z.string().optional(),
  }),
  z.strictObject({ ...said, withdraws: z.literal(true) }),
  z.strictObject({
    ...said,
    comments: z.enum(COMMENT_KINDS),
    text: z.string().optional(),
    disposition: z.string().optional(),
    answers: z.string().optional(),
  }),
  z.strictObject({
    ...said,
    attests: z.enum(['review', 'test', 'build', 'drill', 'risk']),
    result: z.enum(['passed', 'warned', 'failed']),
    /** A subject of the proposal, or `{name: digest}`; the proposal itself unless given. */
    of: z.union([z.string(), texts]).optional(),
    suites: names.optional(),
    knowing: names.optional(),
  }),
  z.strictObject({ ...said, tallies: names }),
  z.strictObject({
    ...said,
    seals: z.enum(['endorse', 'decline']),
    tally: z.string().optional(),
    settled: names.optional(),
    insteadOf: z.string().optional(),
  }),
  z.strictObject({ ...said, estimates: z.enum(OUTCOMES), round }),
  z.strictObject({ ...said, suggests: z.enum(OUTCOMES), round }),
  z.strictObject({
    ...said,
    auxiliary: z.array(z.enum(OUTCOMES)),
    round,
    insteadOf: z.string().optional(),
  }),
  z.strictObject({
    ...said,
    settles: z.enum(['adopted', 'declined']),
    round,
    auxiliaries: names,
    endorsements: names,
  }),
  z.strictObject({ ...said, sealsProvisionally: z.literal(true), tally: z.string().optional() }),
  z.strictObject({ ...said, recordsProvisional: names }),
  z.strictObject({ ...said, accepts: z.literal(true) }),
  z.strictObject({ ...said, appeals: z.string() }),
  z.strictObject({
    ...said,
    delegates: z.string(),
    can: z.array(z.enum(CAPABILITIES)).optional(),
  }),
  z.strictObject({ ...said, revokes: z.string(), lastGood: z.string().nullable() }),
])

const weights = z.strictObject({
  yes: z.int().optional(),
  no: z.int().optional(),
  abstain: z.int().optional(),
  veto: z.int().optional(),
  conflicted: z.int().optional(),
  silent: z.int().optional(),
})

const remedies = z.record(
  z.string(),
  z.strictObject({
    participation: z.int().optional(),
    moreYes: z.int().optional(),
    turnedYes: z.int().optional(),
    fewerVetoes: z.int().optional(),
    moreNo: z.int().optional(),
    turnedNo: z.int().optional(),
  }),
)

const expectation = z.strictObject({
  ballot: z.string().optional(),
  electorate: z
    .strictObject({ total: z.int(), faulty: z.int(), quorum: z.int(), members: names.optional() })
    .optional(),
  positions: texts.optional(),
  tally: weights.optional(),
  chambers: z.record(z.string(), weights).optional(),
  verdict: z.enum(['passes', 'fails', 'open']).optional(),
  rules: texts.optional(),
  /** Of the rules of the track only these. */
  someRules: texts.optional(),
  /** The least weights that meet a rule which is not met. */
  remedies: remedies.optional(),
  /** What a rule says in words, and what `explain` says would change the ballot. */
  says: texts.optional(),
  changes: names.optional(),
  /** What would meet a rule, as `explain` says it. */
  wouldMeet: texts.optional(),
  /** The first lines of what `explain` prints, by columns. */
  prints: z.record(z.string(), names).optional(),
  /** Rounds in which anything was said, each with its lead. */
  leads: texts.optional(),
  /** The rounds in which anything was said, in their order. */
  heard: z.array(z.int()).optional(),
  /** Who said what in a round: `estimates adopt` → `3: a c d`. */
  rounds: z.record(z.string(), texts).optional(),
  /** What an operation refers to, sorted by name. */
  refers: z.record(z.string(), names).optional(),
  /** The least weights that undo an approval which is met. */
  undone: remedies.optional(),
  contingency: texts.optional(),
  someContingency: texts.optional(),
  provisional: z.enum(['none', 'provisional', 'held', 'ratified', 'lapsed']).optional(),
  seals: z.strictObject({ endorse: z.int(), decline: z.int() }).optional(),
  binding: z.record(z.string(), z.array(z.enum(OUTCOMES))).optional(),
  outcome: z.enum(['adopted', 'declined', 'open']).optional(),
  round: round.optional(),
  endedBy: z.string().optional(),
  isFinal: z.boolean().optional(),
  holders: z.record(z.string(), z.string().nullable()).optional(),
  charterVersion: z.int().optional(),
  violations: names.optional(),
  void: z.string().optional(),
  /** What is said to whom it is void. */
  hint: z.string().optional(),
  stage: z.string().optional(),
  appeal: z.string().optional(),
  /** When the node asks again at the latest, from the founding on. */
  wakes: z.string().optional(),
})

const step = z.union([
  z.strictObject({ wait: z.string() }),
  z.strictObject({ node: names }),
  z.strictObject({ syncedWith: names }),
  z.strictObject({ restarts: z.literal(true) }),
  z.strictObject({ expect: expectation }),
  speech,
])

/** One vector: a story in steps, some of which say what must hold then. */
export const vectorCase = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  shows: z.string(),
  section: z.string().optional(),
  given: given.optional(),
  steps: z.array(step).min(1),
})

/** A file of vectors on one subject. */
export const vectorFile = z.strictObject({
  about: z.string(),
  section: z.string(),
  given: given.optional(),
  cases: z.array(vectorCase).min(1),
})

/** The coalition and its rules. */
export type Given = z.infer<typeof given>
/** The rules of a track, as far as they differ from the usual ones. */
export type TrackGiven = z.infer<typeof track>
/** How the next charter differs. */
export type AmendmentGiven = z.infer<typeof amendment>
/** A proposal in a vector. */
export type ProposalSpeech = z.infer<typeof proposal>
/** Something that a key says. */
export type Speech = z.infer<typeof speech>
/** What must hold at a point of the story. */
export type Expectation = z.infer<typeof expectation>
/** One step of a story. */
export type Step = z.infer<typeof step>
/** One vector. */
export type VectorCase = z.infer<typeof vectorCase>
/** A file of vectors. */
export type VectorFile = z.infer<typeof vectorFile>
