/** Capabilities of deciding: charter, tracks, ballots, recourse. */
import { type Capability, capability } from '../capability.ts'

/** How a coalition decides. */
export const DECIDING_ROWS: readonly Capability[] = [
  capability(
    5,
    'Owners of a component decide by themselves what is theirs, where the charter says so.',
    {
      commands: ['propose', 'charter explain'],
      tests: [
        'src/ballot/electorate.test.ts > owners decide nothing of components that are not theirs',
        'src/charter/analyser/diff.test.ts > an owner gains a veto and the decision on its component',
      ],
    },
  ),
  capability(
    6,
    'Each class of decision is a track with its own windows, quorum, thresholds, gates and contingency; a slot is decided on its own kind of track only.',
    {
      commands: ['charter explain', 'charter check'],
      tests: [
        'src/ballot/electorate.test.ts > a slot on the wrong kind of track is refused',
        'src/ballot/electorate.test.ts > no easier track is a way round the rules for changing the rules',
      ],
    },
  ),
  capability(
    7,
    'A council is elected for a term, recalled by ballot, and may do what the charter lists, nothing else.',
    {
      commands: ['council show', 'council elect', 'council recall'],
      tests: [
        'src/replica/recourse/council.test.ts > is elected by ballot, in office for its term by each node’s own clock',
        'src/replica/recourse/council.test.ts > is what the charter lists: with that it resolves anybody’s escalation',
        'src/replica/recourse/council.test.ts > counts by the mandate that is named: of members, with the power, of an adopted election',
        'test/e2e/recourse.test.ts > a council member resolves what is another’s to resolve, by its mandate',
      ],
    },
  ),
  capability(
    8,
    'An owner of a touched component blocks a change by a veto with a reason, unless the override that the charter sets is reached.',
    {
      commands: ['vote', 'explain'],
      tests: [
        'src/ballot/verdict.test.ts > is of owners only',
        'src/ballot/verdict.test.ts > needs a rationale',
        'src/ballot/verdict.test.ts > is overridden by enough yes of the whole electorate',
        'node/cli/deciding.test.ts > is refused by the rules with exit code 4: a veto says why',
      ],
    },
  ),
  capability(
    9,
    'Rules are data in the log that a proposal cites, and every verdict shows both sides of every comparison.',
    {
      commands: ['explain', 'charter explain', 'audit'],
      tests: [
        'src/ballot/verdict.test.ts > what passes has a yes, and every comparison holds by whole numbers',
        'node/cli/deciding.test.ts > explains and shows a proposal, whatever its author wrote',
        'node/cli/audit.test.ts > comes to what the nodes came to',
      ],
    },
  ),
  capability(
    10,
    'Whoever disagrees with what was adopted appeals within a window; all appeals share one ballot on the track that the charter names.',
    {
      commands: ['appeal'],
      tests: [
        'src/replica/recourse/appeals.test.ts > is shared: the second to appeal finds it open, and grounds of both are there',
        'src/replica/recourse/appeals.test.ts > upheld takes the slot, and hooks never run',
        'test/e2e/recourse.test.ts > four daemons set aside on appeal what they had adopted',
      ],
    },
  ),
  capability(
    11,
    'Where time is short there is a track with shorter windows, its own quorum and a higher threshold; what it does not carry falls over to the standard track by one command.',
    {
      commands: ['propose', 'charter check', 'explain'],
      tests: [
        'src/charter/presets.test.ts > emergency is faster than standard and asks for more approval',
        'src/replica/again.test.ts > an emergency that was not carried falls over to standard, word for word, and passes there',
      ],
    },
  ),
  capability(
    12,
    'Members take part by function; a track may need the approval of each function by itself, and no member weighs more than the cap.',
    {
      commands: ['charter check', 'charter explain'],
      tests: [
        'src/ballot/verdict.test.ts > a chamber that does not approve stops what everybody else wants',
        'src/charter/check.test.ts > a chamber that nobody is in could never approve',
        'test/analyser/captured.test.ts > has exactly the findings expected, each with a sentence and a fix',
      ],
    },
  ),
  capability(
    13,
    'An objection says what would settle it, holds its ballot until it is answered where the charter wants that, and dissent goes into the record word for word.',
    {
      commands: ['comment', 'discussion', 'record'],
      tests: [
        'src/proposal/gates/objections.test.ts > hold until the proposer answers, or whoever objected does',
        'src/replica/decision/decision.test.ts > carries dissent verbatim, and criteria, seals, certificate and attestations',
        'src/replica/decision/decision.test.ts > declined: who was against, and the objection that nobody answered',
      ],
    },
  ),
  capability(
    14,
    'Criteria are set before the vote, and every decision has a record in Markdown and JSON with all of its numbers.',
    {
      commands: ['record', 'charter show'],
      tests: [
        'src/charter/criteria.test.ts > criteria of a track are read, kept and written; none leave no trace',
        'src/replica/decision/decision.test.ts > carries dissent verbatim, and criteria, seals, certificate and attestations',
      ],
    },
  ),
  capability(
    15,
    'A quorum of the electorate, frozen when the ballot opens, must take part; silence is a state of its own.',
    {
      commands: ['explain', 'proposals'],
      tests: [
        'src/ballot/verdict.test.ts > below it the ballot is open, at it the other rules decide',
        'src/ballot/electorate.test.ts > an electorate has the weights and roots of its charter',
      ],
    },
  ),
  capability(
    16,
    'A reduced coalition adopts provisionally by the contingency of its charter; full settlement ratifies it, or it lapses.',
    {
      commands: ['explain', 'wait'],
      tests: [
        'src/replica/provisional.test.ts > adopts provisionally once the contingency’s time has come, not before',
        'src/replica/provisional.test.ts > is ratified by full settlement after the partition',
        'src/replica/provisional.test.ts > each hold a provisional outcome, and when they meet both are held, everywhere alike',
        'test/e2e/demo.test.ts > founds, decides, splits, heals, catches a liar, admits a sixth: six nodes, one state',
      ],
    },
  ),
  capability(
    17,
    'Nodes work while others are away, catch up by themselves; what people say is signed offline and carried in a file.',
    {
      commands: ['vote', 'comment', 'propose', 'submit', 'wait'],
      tests: [
        'node/cli/carry.test.ts > %s is published by another member: %j',
        'node/cli/carry.test.ts > one after the other, the last file has all that nobody has shown to have',
        'test/e2e/paused.test.ts > a daemon that was stopped for a while is seen gone, and catches up by itself',
        'test/sync/cost.test.ts > many differences cost in proportion, not everything',
      ],
    },
  ),
  capability(
    17,
    'Who was heard when is shown by our clock and by each member’s own; windows end in each member’s time zone, and one without working time for somebody is named.',
    {
      commands: ['presence', 'charter check'],
      tests: [
        'src/replica/report/presence.test.ts > a member was heard when this node first saw it, and when it says it spoke',
        'node/cli/reports.test.ts > shows when voting ends where members are, and who has no working time in it',
        'test/docs/time-zones.test.ts > every command of the guide does what the guide says',
        'src/charter/analyser/overnight.test.ts > a window to vote in has working time for everybody at 16 hours, not a millisecond below',
      ],
    },
  ),
  capability(
    18,
    'The charter is amended by ballot of the old electorate and acceptance by the new one.',
    {
      commands: ['propose', 'show', 'accept', 'charter diff', 'charter show'],
      tests: [
        'test/settle/directed/in-flight.test.ts > an amendment’s seal lists a settlement also where the certificate has come this very moment',
        'node/cli/deciding.test.ts > carries the next charter, whose version follows by itself',
        'node/cli/deciding.test.ts > is shown to who votes on it: who gains and loses what, every rule, the whole charter',
        'node/cli/deciding.test.ts > gives a member another root key where it is written, and says so',
        'test/e2e/demo.test.ts > founds, decides, splits, heals, catches a liar, admits a sixth: six nodes, one state',
      ],
    },
  ),
  capability(
    19,
    'A charter is checked for capture: who alone or together passes, blocks, vetoes or acts provisionally, by member, function, jurisdiction and provider.',
    {
      commands: ['charter check', 'charter explain', 'charter diff'],
      tests: [
        'test/analyser/captured.test.ts > every answer is what trying all sets of members shows',
        'test/analyser/captured.test.ts > has exactly the findings expected, each with a sentence and a fix',
      ],
    },
  ),
  capability(
    19,
    'Influence is measured: how few control each track, who took part, whose vote decided, how much the smaller members were heard, over time.',
    {
      commands: ['influence'],
      tests: [
        'src/replica/report/pivotality.test.ts > is what trying every position of everybody shows',
        'src/replica/report/influence.test.ts > hears the small: comments, objections answered, proposals',
        'node/cli/reports.test.ts > is a page of tables that says who decided and who was heard',
      ],
    },
  ),
  capability(
    20,
    'The charter says how often its rules are looked at; the review shows quorum misses, vetoes, contingencies, overrides, appeals and latency per track, and is recorded by a ballot.',
    {
      commands: ['review show', 'review open', 'status'],
      tests: [
        'src/replica/report/review.test.ts > counts quorum misses, vetoes and appeals, track by track',
        'src/replica/report/review.test.ts > measures how long each part took, by first sight',
        'src/replica/report/review.test.ts > is due so long after the coalition began, to the millisecond, and recorded by a ballot',
      ],
    },
  ),
  capability(
    25,
    'A digest tells what happened and what is due, on demand and on a schedule, made of the log.',
    {
      commands: ['digest'],
      tests: [
        'node/api/digest/digest.test.ts > tells what happened, silence as a state of its own',
        'node/api/digest/digest.test.ts > tells what is due, whose move it is and until when',
        'node/daemon/digest-desk.test.ts > one is written when it is due, once, from where the last one ended, and told as an event',
        'test/e2e/recourse.test.ts > a day later the daemon writes its digest by itself: what happened, and what is due',
      ],
    },
  ),
  capability(
    39,
    'A key may do what its root delegated to it and nothing else; a root revokes only what it delegated.',
    {
      commands: ['keys list', 'keys rotate', 'keys revoke'],
      tests: [
        'src/chain/keyring.test.ts > capabilities are the union of a key’s delegations',
        'src/chain/keyring.test.ts > only roots delegate',
        'src/chain/keyring.test.ts > a root revokes only keys that it delegated',
        'node/cli/founding.test.ts > may less only as new ones: a delegation adds, and says so',
      ],
    },
  ),
  capability(
    43,
    'Gates are judged by every node; one is overridden only by a ballot of its own, which stays listed.',
    {
      commands: ['override', 'overrides', 'explain'],
      tests: [
        'src/ballot/verdict.test.ts > a gate that does not hold keeps the ballot open, whatever the votes',
        'src/replica/recourse/overrides.test.ts > adopted counts the gate as met on that ballot, which then settles, and marks it',
        'test/e2e/gates.test.ts > a ballot that everybody voted for waits for its reviews and builds, then settles',
        'test/e2e/recourse.test.ts > a gate that holds a ballot open is overridden by a ballot of its own',
      ],
    },
  ),
  capability(
    44,
    'A mediator whom every party accepts rules on a dispute, binding where the charter says so; else a panel is drawn by lot.',
    {
      commands: ['disputes open', 'disputes mediator', 'disputes panel', 'disputes rule'],
      tests: [
        'src/replica/recourse/disputes.test.ts > rules once every party has accepted it, and where the charter says so that binds',
        'src/replica/recourse/disputes.test.ts > whose ruling does not bind advises: the dispute stays open',
        'src/proposal/dispute/draw.test.ts > is drawn blind to weight: each member as often as any other',
        'src/replica/recourse/disputes.test.ts > is drawn by what another member that is no party has recorded, as each of them does',
        'src/replica/recourse/disputes.test.ts > is drawn by the next ballot, however seldom the charter asks for checkpoints',
        'test/e2e/recourse.test.ts > a mediator whom both parties accept settles a dispute',
        'test/e2e/recourse.test.ts > a dispute goes to a panel that the next settlement draws, while a council is elected',
      ],
    },
  ),
  capability(
    45,
    'What overlaps or waits is escalated to those concerned with a due date, and shows as overdue.',
    {
      commands: ['escalations open', 'escalations list', 'escalations resolve'],
      tests: [
        'src/replica/recourse/council.test.ts > is overdue so long after each node first saw it',
        'node/cli/recourse.test.ts > escalations are resolved by those concerned, and by nobody else',
      ],
    },
  ),
]
