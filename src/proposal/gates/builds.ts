/**
 * Reproduced builds (design §3.4): for every subject, enough stakeholders other than the author have
 * built it themselves and come to the digest that the proposal names. A build that came to another
 * digest does not count and is named in the sentence: voters judge what it means.
 */
import { type Word, wordsOn } from '../attestation/record.ts'
import type { Subject } from '../attestation/statement.ts'
import { countOf, type GateJudge, type GateScene, judged, othersWith } from './scene.ts'

/** Who has built one subject. */
export interface BuildRow {
  readonly subject: Subject
  readonly reproduced: readonly string[]
  /** Came to another digest under the same name. */
  readonly differing: readonly string[]
}

/** One row for each subject. */
export function buildRows(scene: GateScene): BuildRow[] {
  const may = othersWith(scene, undefined)
  return scene.subjects.map((subject) => {
    const words = wordsOn(scene.attestations, 'build', ({ subjects }) =>
      subjects.some(({ name, digest }) => digest === subject.digest || name === subject.name),
    ).filter(({ stakeholder }) => may.has(stakeholder))
    const names = (isEqual: boolean): string[] =>
      words
        .filter((word) => reproduces(word, subject) === isEqual)
        .map(({ stakeholder }) => stakeholder)
    return { subject, reproduced: names(true), differing: names(false) }
  })
}

/** All that still stands of the stakeholder's builds came to the digest. */
const reproduces = ({ records }: Word, { digest }: Subject): boolean =>
  records.every(({ claim }) => claim.subjects.some((built) => built.digest === digest))

/** Every subject is reproduced. */
export const buildsGate: GateJudge = (scene, parameters) => {
  if (!scene.changesSoftware) return judged(true, 'nothing is built', '')
  if (scene.subjects.length === 0)
    return judged(false, 'the proposal names no subject', 'a proposal that names what is built')
  const needed = countOf(parameters, 'reproductions')
  const rows = buildRows(scene)
  const open = rows.filter(({ reproduced }) => reproduced.length < needed)
  const texts = rows.map(({ subject, reproduced, differing }) => {
    const others = differing.length === 0 ? '' : `, another digest at ${differing.join(', ')}`
    const who = reproduced.length === 0 ? '' : ` (${reproduced.join(', ')})`
    return `${subject.name}: reproductions ${reproduced.length}, needed ${needed}${who}${others}`
  })
  const names = open.map(({ subject }) => subject.name).join(', ')
  return judged(
    open.length === 0,
    texts.join('; '),
    `folkmoot attest build of ${names} by anybody but ${scene.author}`,
  )
}
