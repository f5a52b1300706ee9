/** What gates are judged by (design §3.4): the proposal, and what counts of what was said on it. */
import type { Gate } from '../../ballot/verdict.ts'
import type { GateValue } from '../../charter/gates.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import type { Claim } from '../attestation/claim.ts'
import type { AttestationRecord } from '../attestation/record.ts'
import type { Subject } from '../attestation/statement.ts'
import type { CommentRecord } from '../comment.ts'

/** Everything that a gate may look at. */
export interface GateScene {
  /** The stakeholder that proposes. */
  readonly author: StakeholderId
  readonly charter: Charter
  /** What is to be tested and built. */
  readonly subjects: readonly Subject[]
  /** Digests by which a claim may mean the proposal itself, and those of its subjects. */
  readonly digests: ReadonlySet<string>
  /** The proposal changes software, so tests, builds and drills are asked for. */
  readonly changesSoftware: boolean
  /**
   * It sets aside, overrides or elects (§3.8): nothing that could be reviewed or whose risks could be
   * assessed. Else whoever alone may review could keep the others from an appeal.
   */
  readonly isRecourse: boolean
  /** It decides appeals, and is of all who appealed. */
  readonly isAppeal: boolean
  readonly attestations: readonly AttestationRecord[]
  readonly comments: readonly CommentRecord[]
  /**
   * True where the first of these operations that states that digest is a freeze of a risk register
   * that holds by the charter of the proposal: a function of what they refer to.
   */
  readonly isFrozenRisks: (refs: readonly OpCid[], digest: string) => boolean
}

/** A gate's parameters as the charter has them. */
export type GateParameters = Readonly<Record<string, GateValue>>

/** Judges one gate of a track. */
export type GateJudge = (scene: GateScene, parameters: GateParameters) => Omit<Gate, 'gate'>

/** What a gate says: met or not, in one sentence, and what would meet it. */
export const judged = (met: boolean, sentence: string, wouldMeet: string) => ({
  met,
  sentence,
  wouldMeet,
})

/** A parameter that is a count. */
export function countOf(parameters: GateParameters, name: string): number {
  const value = parameters[name]
  return typeof value === 'number' ? value : 1
}

/** A parameter that is text. */
export function textOf(parameters: GateParameters, name: string): string {
  const value = parameters[name]
  return typeof value === 'string' ? value : ''
}

/** Those whose word a gate takes: with a function, where it asks for one, and not the author. */
export const othersWith = (
  { charter, author }: Pick<GateScene, 'charter' | 'author'>,
  wanted: string | undefined,
): ReadonlySet<string> =>
  new Set(
    charter.stakeholders
      .filter(({ functions }) => wanted === undefined || functions.includes(wanted))
      .map(({ id }) => id)
      .filter((id) => id !== author),
  )

/** A claim is about the proposal when one of its subjects is the proposal, its text or a subject. */
export const isAbout =
  ({ digests }: Pick<GateScene, 'digests'>) =>
  ({ subjects }: Pick<Claim, 'subjects'>): boolean =>
    subjects.some(({ digest }) => digests.has(digest))

/** True for a claim that some gate may read: about the proposal, or what a build of a subject came to. */
export const isReadable = (
  scene: Pick<GateScene, 'digests' | 'subjects'>,
  { kind, subjects }: Pick<Claim, 'kind' | 'subjects'>,
): boolean =>
  kind !== 'other' &&
  (isAbout(scene)({ subjects }) ||
    (kind === 'build' &&
      subjects.some(({ name }) => scene.subjects.some((subject) => subject.name === name))))

/** Ids in a sentence. */
export const listed = (ids: Iterable<OpCid | string>): string => [...ids].join(', ')
