/**
 * What must hold before a ballot may be sealed (design §3.3, §3.4). A gate holds the ballot open;
 * it never opens it early.
 */

import type { Gate } from '../ballot/verdict.ts'
import type { Keyring } from '../chain/keyring.ts'
import { gateKind } from '../charter/gates.ts'
import { weightSum } from '../charter/lookup.ts'
import type { Charter, Track } from '../charter/schema.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import type { ProposalBody, Topic } from './topics.ts'

/** The gates of a ballot, met or not, each with what would meet it. */
export function gatesOf(
  topic: Topic,
  { body, track }: { readonly body: ProposalBody; readonly track: Track },
  keyring: Keyring,
): Gate[] {
  const gates = Object.keys(track.gates).map((name) =>
    name === 'objections' ? objectionsGate(topic) : evidenceGate(name),
  )
  if (body.amendment) gates.push(acceptanceGate(topic, body.amendment, keyring))
  return gates
}

/** More than 2/3 of the next charter's weight must accept it (§3.3). */
function acceptanceGate(topic: Topic, next: Charter, keyring: Keyring): Gate {
  const accepted = new Set(
    topic.accepts.flatMap(({ held }) => (keyring.isRoot(held.op.key) ? held.op.key : [])),
  )
  const members = next.stakeholders.filter(({ root }) => accepted.has(keyIdFromBytes(root)))
  const silent = next.stakeholders.filter(({ root }) => !accepted.has(keyIdFromBytes(root)))
  const weight = weightSum(members)
  const total = weightSum(next.stakeholders)
  return {
    gate: 'acceptance',
    met: weight * 3 > total * 2,
    sentence: `weight ${weight} of ${total} accepts the next charter; more than 2/3 must`,
    wouldMeet: `charter.accept by ${silent.map(({ id }) => id).join(', ')}`,
  }
}

function objectionsGate(topic: Topic): Gate {
  const answered = new Set(
    topic.comments.flatMap(({ held, body }) =>
      body.kind === 'answer' && body.answers !== undefined
        ? (held.op.refs[body.answers] ?? [])
        : [],
    ),
  )
  const open = topic.comments.filter(
    ({ held, body }) => body.kind === 'objection' && !answered.has(held.op.cid),
  )
  return {
    gate: 'objections',
    met: open.length === 0,
    sentence: open.length === 0 ? 'every objection has an answer' : `${open.length} unanswered`,
    wouldMeet: `an answer to ${open.map(({ held }) => held.op.cid).join(', ')}`,
  }
}

/** Gates that read attestations stay shut until such evidence is there. */
function evidenceGate(name: string): Gate {
  return {
    gate: name,
    met: false,
    sentence: 'no evidence for it is held',
    wouldMeet: gateKind(name)?.sentence ?? 'a build that knows this gate',
  }
}

/** More than 2/3 of the founding weight has ratified: the coalition is active (§3.3). */
export function ratification(
  charter: Charter,
  ratified: ReadonlySet<string>,
): { readonly weight: number; readonly total: number; readonly active: boolean } {
  const weight = weightSum(
    charter.stakeholders.filter(({ root }) => ratified.has(keyIdFromBytes(root))),
  )
  const total = weightSum(charter.stakeholders)
  return { weight, total, active: weight * 3 > total * 2 }
}
