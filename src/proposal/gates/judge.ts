/** Every gate by its name in the charter (design §3.4); `acceptance` is judged with the keyring. */
import type { Gate } from '../../ballot/verdict.ts'
import { gateKind } from '../../charter/gates.ts'
import { buildsGate } from './builds.ts'
import { interopGate } from './interop.ts'
import { objectionsGate } from './objections.ts'
import { drillsGate, reviewsGate, risksGate } from './reviews.ts'
import type { GateJudge, GateParameters, GateScene } from './scene.ts'

const JUDGES: Readonly<Record<string, GateJudge>> = {
  objections: objectionsGate,
  reviews: reviewsGate,
  interop: interopGate,
  builds: buildsGate,
  risks: risksGate,
  drills: drillsGate,
}

/** Judges a gate; one that this build does not know stays shut. */
export function judgeGate(name: string, parameters: GateParameters, scene: GateScene): Gate {
  const judge = Object.hasOwn(JUDGES, name) ? JUDGES[name] : undefined
  if (judge) return { gate: name, ...judge(scene, parameters) }
  const wouldMeet = gateKind(name)?.sentence ?? 'a build that knows this gate'
  return { gate: name, met: false, sentence: 'this build cannot judge it', wouldMeet }
}
