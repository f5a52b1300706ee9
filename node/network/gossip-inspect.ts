/** What gossipsub knows but does not type: mesh and scores, read with a check at run time. */

type Method = (...args: unknown[]) => unknown

const methodOf = (owner: unknown, name: string): Method | undefined => {
  if (typeof owner !== 'object' || owner === null) return undefined
  const method: unknown = Reflect.get(owner, name)
  return typeof method === 'function' ? (...args) => Reflect.apply(method, owner, args) : undefined
}

/** The peer ids in the topic's mesh; empty when this gossipsub does not say. */
export function meshPeers(pubsub: object, topic: string): string[] {
  const peers = methodOf(pubsub, 'getMeshPeers')?.(topic)
  return Array.isArray(peers) ? peers.filter((peer) => typeof peer === 'string') : []
}

/** The peer's score; `undefined` when this gossipsub does not say. */
export function scoreOf(pubsub: object, peer: string): number | undefined {
  const score = methodOf(Reflect.get(pubsub, 'score'), 'score')?.(peer)
  return typeof score === 'number' ? score : undefined
}
