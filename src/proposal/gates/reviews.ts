/** Reviews, drills and risks (design §3.4): words about the proposal, counted by stakeholder once. */
import { ANY_FUNCTION } from '../../charter/gates.ts'
import { type Word, wordsOn } from '../attestation/record.ts'
import {
  countOf,
  type GateJudge,
  type GateScene,
  isAbout,
  judged,
  listed,
  othersWith,
  textOf,
} from './scene.ts'

const ids = (words: readonly Word[]): string => listed(words.map(({ stakeholder }) => stakeholder))
const named = (words: readonly Word[]): string => (words.length === 0 ? '' : ` (${ids(words)})`)

/** Enough stakeholders other than the author, of the function where one is asked for, approve. */
export const reviewsGate: GateJudge = (scene, parameters) => {
  if (scene.isRecourse) return judged(true, 'nothing is brought that could be reviewed', '')
  const needed = countOf(parameters, 'count')
  const wanted = textOf(parameters, 'function')
  const isAny = wanted === ANY_FUNCTION || wanted === ''
  const may = othersWith(scene, isAny ? undefined : wanted)
  const words = wordsOn(scene.attestations, 'review', isAbout(scene)).filter(({ stakeholder }) =>
    may.has(stakeholder),
  )
  const approving = words.filter(({ result }) => result === 'passed')
  const rejecting = words.filter(({ result }) => result === 'failed')
  const who = isAny ? 'stakeholders' : `${wanted}s`
  const against = rejecting.length === 0 ? '' : `; ${ids(rejecting)} rejects`
  const sentence = `${approving.length} of ${needed} ${who} approve${named(approving)}${against}`
  const left = listed([...may].filter((id) => approving.every((word) => word.stakeholder !== id)))
  return judged(
    approving.length >= needed,
    sentence,
    `folkmoot attest review, with approval, by ${left || `more ${who}`}`,
  )
}

/** The name under which an assessment names the frozen risk register that it was made from. */
export const RISK_REGISTER = 'register/risks'

/** Most documents of the risk register that one assessment names: each has to be derived. */
export const MAX_FROZEN_REGISTERS = 8

/**
 * All that still stands of the stakeholder's word was said of the frozen register: it refers to the
 * freeze of each digest that it names, so that whoever counts the word holds what it was said of.
 */
const isRegistered =
  ({ isFrozenRisks }: GateScene) =>
  ({ records }: Word): boolean =>
    records.every(({ claim, refs }) => {
      const named = claim.subjects.filter(({ name }) => name === RISK_REGISTER)
      return (
        named.length > 0 &&
        named.length <= MAX_FROZEN_REGISTERS &&
        named.every(({ digest }) => isFrozenRisks(refs, digest))
      )
    })

/**
 * Somebody other than the author assessed the risks after the opening, whatever came of it; of the
 * risk register as it was frozen, where the track asks for that. What stands in the register, and
 * whether all of it was looked at, is for voters.
 */
export const risksGate: GateJudge = (scene, parameters) => {
  if (scene.isRecourse) return judged(true, 'nothing is brought that could be a risk', '')
  const fromRegister = textOf(parameters, 'state') === 'registered'
  const may = othersWith(scene, undefined)
  const words = wordsOn(scene.attestations, 'risk', isAbout(scene)).filter(
    (word) => may.has(word.stakeholder) && (!fromRegister || isRegistered(scene)(word)),
  )
  const said = words.map(({ stakeholder, result }) => `${stakeholder}: ${ASSESSMENT[result]}`)
  return judged(
    words.length > 0,
    words.length > 0
      ? `assessed since it opened (${said.join(', ')})`
      : `not assessed again${fromRegister ? ' from the register' : ''}`,
    `folkmoot attest risk${fromRegister ? ' --register' : ''} by anybody but ${scene.author}`,
  )
}

const ASSESSMENT = { passed: 'acceptable', warned: 'mitigated', failed: 'unacceptable' } as const

/** Enough stakeholders drilled it, and it went well. */
export const drillsGate: GateJudge = (scene, parameters) => {
  if (!scene.changesSoftware) return judged(true, 'nothing is rolled out that could be drilled', '')
  const needed = countOf(parameters, 'count')
  const words = wordsOn(scene.attestations, 'drill', isAbout(scene))
  const passed = words.filter(({ result }) => result === 'passed')
  const failed = words.filter(({ result }) => result === 'failed')
  const against = failed.length === 0 ? '' : `; it failed at ${ids(failed)}`
  return judged(
    passed.length >= needed,
    `${passed.length} of ${needed} drilled it with success${named(passed)}${against}`,
    'folkmoot attest drill, with success, by more stakeholders',
  )
}
