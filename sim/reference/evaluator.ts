/**
 * A second reading of the rules of a ballot, written from the design (§3.1, §3.5, §3.7) and importing
 * nothing: sums over all members for each number, fractions compared as whole numbers, no shortcuts.
 * Slow and plain on purpose; `agreement.test.ts` holds the product against it.
 */

/** n/d of something. */
export interface Part {
  readonly num: number
  readonly den: number
}

/** A member of the electorate. */
export interface Voter {
  readonly name: string
  readonly weight: number
  readonly functions: readonly string[]
  /** Components that it owns. */
  readonly owns: readonly string[]
}

/** One vote; `replaces` are names of votes. */
export interface Vote {
  readonly name: string
  readonly by: string
  readonly says: 'yes' | 'no' | 'abstain' | 'veto'
  readonly because: string
  readonly replaces: readonly string[]
}

/** The rules of a track as the charter gives them. */
export interface Rules {
  readonly quorum: Part
  readonly approval: Part
  readonly approvalOf: 'cast' | 'total'
  readonly chambers: readonly { readonly of: string; readonly approval: Part }[]
  readonly ownersMayVeto: boolean
  readonly override: Part | null
  readonly coalitionVeto: Part | null
  readonly contingency: {
    readonly floor: Part
    readonly members: number
    readonly functions: readonly string[]
    readonly approval: Part
    readonly onlyReversible: boolean
  } | null
}

/** Everything that a verdict follows from. */
export interface Case {
  readonly voters: readonly Voter[]
  readonly votes: readonly Vote[]
  readonly touches: readonly string[]
  readonly gatesHold: readonly boolean[]
  readonly isWithdrawn: boolean
  readonly isReversible: boolean
  readonly rules: Rules
}

/** What it comes to; rules by name, true where met. */
export interface Judgement {
  readonly stances: ReadonlyMap<string, string>
  readonly rules: ReadonlyMap<string, boolean>
  readonly result: 'passes' | 'fails' | 'open'
  readonly contingency: ReadonlyMap<string, boolean>
}

/** Judges a case. */
export function judge(the: Case): Judgement {
  const stances = new Map(the.voters.map((voter) => [voter.name, stanceOf(voter, the.votes)]))
  const met = mainRules(the, stances)
  const result = resultOf(the, met)
  return { stances, rules: met, result, contingency: reducedRules(the, stances) }
}

/** "A stakeholder's position is its maximal votes under `supersedes`" (§3.5). */
const standing = (voter: Voter, votes: readonly Vote[]): Vote[] => {
  const own = votes.filter((vote) => vote.by === voter.name)
  return own.filter((vote) => !own.some((later) => later.replaces.includes(vote.name)))
}

function stanceOf(voter: Voter, votes: readonly Vote[]): string {
  const said = new Set(standing(voter, votes).map((vote) => vote.says))
  if (said.size === 0) return 'silent'
  return said.size > 1 ? 'conflicted' : [...said].join()
}

function sum(the: Case, test: (voter: Voter) => boolean): bigint {
  let weight = 0n
  for (const voter of the.voters) if (test(voter)) weight += BigInt(voter.weight)
  return weight
}

/** a/b ≥ f; "nothing ever passes on zero" (§3.1). */
const reaches = (a: bigint, b: bigint, f: Part): boolean =>
  a !== 0n && a * BigInt(f.den) >= b * BigInt(f.num)

function mainRules(the: Case, stances: ReadonlyMap<string, string>): Map<string, boolean> {
  const { rules } = the
  const says =
    (...words: string[]) =>
    (voter: Voter) =>
      words.includes(stances.get(voter.name) ?? '')
  const everybody = sum(the, () => true)
  const met = new Map<string, boolean>()
  met.set('quorum', reaches(everybody - sum(the, says('silent')), everybody, rules.quorum))
  const approve = (isIn: (voter: Voter) => boolean, at: Part): boolean => {
    const yes = sum(the, (voter) => isIn(voter) && says('yes')(voter))
    const base = (voter: Voter): boolean =>
      isIn(voter) && (rules.approvalOf === 'total' || says('yes', 'no', 'veto')(voter))
    return reaches(yes, sum(the, base), at)
  }
  met.set(
    'approval',
    approve(() => true, rules.approval),
  )
  for (const chamber of rules.chambers)
    met.set(
      `chamber:${chamber.of}`,
      approve((voter) => voter.functions.includes(chamber.of), chamber.approval),
    )
  const yes = sum(the, says('yes'))
  if (rules.ownersMayVeto) {
    const isOverridden = rules.override !== null && reaches(yes, everybody, rules.override)
    met.set('owner-veto', !ownerVetoes(the, stances) || isOverridden)
  }
  if (rules.coalitionVeto !== null)
    met.set('coalition-veto', !reaches(sum(the, says('veto')), everybody, rules.coalitionVeto))
  return met
}

/** "By an owner of a touched component, with rationale" (§3.5). */
function ownerVetoes(the: Case, stances: ReadonlyMap<string, string>): boolean {
  for (const voter of the.voters) {
    if (stances.get(voter.name) !== 'veto') continue
    const isOwner = voter.owns.some((component) => the.touches.includes(component))
    const hasReason = standing(voter, the.votes).some((vote) => vote.because.trim() !== '')
    if (isOwner && hasReason) return true
  }
  return false
}

function resultOf(the: Case, met: ReadonlyMap<string, boolean>): Judgement['result'] {
  if (the.isWithdrawn) return 'fails'
  if (met.get('quorum') === false || the.gatesHold.includes(false)) return 'open'
  return [...met.values()].includes(false) ? 'fails' : 'passes'
}

/** The reduced coalition (§3.7); empty where the track has no contingency. */
function reducedRules(the: Case, stances: ReadonlyMap<string, string>): Map<string, boolean> {
  const met = new Map<string, boolean>()
  const { contingency, ownersMayVeto, coalitionVeto } = the.rules
  if (contingency === null) return met
  const isThere = (voter: Voter): boolean => stances.get(voter.name) !== 'silent'
  const there = the.voters.filter(isThere)
  const weigh = (word: string): bigint => sum(the, (voter) => stances.get(voter.name) === word)
  const everybody = sum(the, () => true)
  met.set('floor', reaches(sum(the, isThere), everybody, contingency.floor))
  met.set('members', there.length >= contingency.members)
  for (const name of contingency.functions)
    met.set(
      `function:${name}`,
      there.some((voter) => voter.functions.includes(name)),
    )
  const yes = weigh('yes')
  met.set('approval', reaches(yes, yes + weigh('no') + weigh('veto'), contingency.approval))
  met.set('owner-veto', !(ownersMayVeto && ownerVetoes(the, stances)))
  if (coalitionVeto !== null)
    met.set('coalition-veto', !reaches(weigh('veto'), everybody, coalitionVeto))
  met.set('gates', !the.gatesHold.includes(false))
  met.set('scope', the.isReversible || !contingency.onlyReversible)
  if (the.isWithdrawn) met.set('withdrawn', false)
  return met
}
