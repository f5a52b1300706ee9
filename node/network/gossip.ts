/** Gossip of new operations: one topic, judged before it is delivered or forwarded (design §2.6). */
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { GossipSub, GossipSubComponents, Message } from '@libp2p/gossipsub'
import { gossipsub, StrictNoSign, TopicValidatorResult } from '@libp2p/gossipsub'
import {
  createPeerScoreParams,
  createPeerScoreThresholds,
  createTopicScoreParams,
} from '@libp2p/gossipsub/score'
import type { Connection, PeerId } from '@libp2p/interface'
import type { KeyId } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { GossipJudgement } from '../../src/sync/session-types.ts'
import { reasonOf } from './errors.ts'
import { meshPeers, scoreOf } from './gossip-inspect.ts'
import {
  MAX_GOSSIP_BYTES,
  MAX_GOSSIP_CONTROLS,
  MAX_GOSSIP_QUEUE_BYTES,
  MAX_GOSSIP_RPC_BYTES,
  MAX_GOSSIP_SUBSCRIPTIONS,
  STRANGER_SCORE,
} from './limits.ts'
import { keyOf, keyOfText } from './peer-key.ts'
import type { NetworkLogger, NetworkPort } from './port.ts'

/** The topic of a coalition's operations. */
export const topicOf = (coalition: string): string => `/folkmoot/${coalition}/ops/1`

/** As the library has them (of what it may itself send), but for what grows with the number of topics. */
const RPC_LIMITS = {
  maxSubscriptions: MAX_GOSSIP_SUBSCRIPTIONS,
  maxControlMessages: MAX_GOSSIP_CONTROLS,
  maxMessages: 5000,
  maxIhaveMessageIDs: 5000,
  maxIwantMessageIDs: 5000,
  maxIdontwantMessageIDs: 512,
  maxPeerInfos: 16,
}

/** A gossipsub that knows one topic; `isMember` is asked whenever a score is computed. */
export function makeGossipsub(
  components: GossipSubComponents,
  topic: string,
  isMember: (key: KeyId) => boolean,
): GossipSub {
  return gossipsub({
    // Operations carry their own signature; a second one per hop costs six times the throughput.
    globalSignaturePolicy: StrictNoSign,
    msgIdFn: (message: Message) => createHash('sha256').update(message.data).digest(),
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    // A message is encoded once, not for each peer.
    batchPublish: true,
    allowedTopics: [topic],
    fallbackToFloodsub: false,
    maxInboundDataLength: MAX_GOSSIP_RPC_BYTES,
    decodeRpcLimits: RPC_LIMITS,
    // Members are tagged, in the mesh or not; a tag is a write for each who joins or leaves it.
    tagMeshPeers: false,
    maxOutboundBufferSize: MAX_GOSSIP_QUEUE_BYTES,
    scoreParams: scoreParams(topic, isMember),
    scoreThresholds: createPeerScoreThresholds({
      gossipThreshold: -10,
      publishThreshold: -50,
      graylistThreshold: -80,
    }),
  })(components)
}

/** What the host is told of each message, and whom it came from. */
export interface GossipListener {
  /** It was no nonsense. */
  heard(from: KeyId): void
  /** It brought nothing that could be taken in. */
  vain(from: KeyId): void
  /** No honest peer sends or forwards it. */
  rejected(from: KeyId): void
}

/** Gossip as the host uses it. */
export class Gossip {
  private readonly pubsub: GossipSub
  private readonly topic: string
  private readonly port: NetworkPort
  private readonly log: NetworkLogger
  private readonly listener: GossipListener

  constructor(pubsub: GossipSub, port: NetworkPort, log: NetworkLogger, listener: GossipListener) {
    this.pubsub = pubsub
    this.topic = topicOf(port.coalition)
    this.port = port
    this.log = log
    this.listener = listener
  }

  /** Judges and delivers from now on; call before libp2p starts. */
  listen(): void {
    this.pubsub.topicValidators.set(this.topic, (from, message) => this.validate(from, message))
    this.pubsub.addEventListener('gossipsub:message', ({ detail }) => {
      const from = keyOf(detail.propagationSource)
      if (from !== undefined && detail.msg.topic === this.topic)
        this.port.deliver(detail.msg.data.slice(), from)
    })
  }

  /** Joins the topic; call when libp2p runs. */
  join(): void {
    this.pubsub.subscribe(this.topic)
  }

  /**
   * Sends a message to all peers that are known to listen; those are named, which says nothing about
   * delivery. Refuses a message over `MAX_GOSSIP_BYTES`: announce that one instead.
   */
  async publish(message: Uint8Array): Promise<Result<readonly PeerId[]>> {
    if (message.length > MAX_GOSSIP_BYTES) return tooLarge(message.length)
    const { recipients } = await this.pubsub.publish(this.topic, message)
    return accept(recipients)
  }

  /** The peers in our mesh, as peer ids in text. */
  mesh(): ReadonlySet<string> {
    return new Set(meshPeers(this.pubsub, this.topic))
  }

  /** A peer's gossip score; `undefined` when unknown. */
  score(peer: PeerId): number | undefined {
    return scoreOf(this.pubsub, peer.toString())
  }

  private async validate(from: PeerId, message: Message): Promise<TopicValidatorResult> {
    const key = keyOf(from)
    if (key === undefined || !this.port.isMember(key)) return TopicValidatorResult.Ignore
    const judgement = await this.judge(message.data, key)
    if (judgement === 'reject') this.listener.rejected(key)
    else this.listener.heard(key)
    if (judgement === 'ignore') this.listener.vain(key)
    // What we accept is on its way in. What else came in this turn of the event loop is read before
    // we forward it: who publishes floods, so most of our mesh is about to read the message anyway.
    if (judgement === 'accept') await setImmediate()
    return RESULTS[judgement]
  }

  private async judge(data: Uint8Array, from: KeyId): Promise<GossipJudgement> {
    if (data.length > MAX_GOSSIP_BYTES) return 'reject'
    try {
      return await this.port.judge(data, from)
    } catch (thrown) {
      this.log.warn({ reason: reasonOf(thrown) }, 'judging a gossiped message failed')
      return 'ignore'
    }
  }
}

const RESULTS: Record<GossipJudgement, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}

/**
 * True when gossip to the peer of this connection can flow. libp2p's gossipsub never opens a dead
 * outbound stream again while the connection lives.
 */
export const gossipFlows = (connection: Connection): boolean =>
  connection.streams.some(
    (stream) =>
      stream.direction === 'outbound' &&
      stream.protocol.startsWith('/meshsub/') &&
      stream.writeStatus === 'writable',
  )

const tooLarge = (bytes: number) =>
  refuse(
    'gossip-too-large',
    `a message of ${bytes} bytes does not go through gossip (at most ${MAX_GOSSIP_BYTES})`,
    'announce the operation instead; peers pull it',
  )

function scoreParams(topic: string, isMember: (key: KeyId) => boolean) {
  const member = (peer: string): boolean => {
    const key = keyOfText(peer)
    return key !== undefined && isMember(key)
  }
  return createPeerScoreParams({
    // Organisations behind one address, and tests, share an IP.
    IPColocationFactorWeight: 0,
    appSpecificScore: (peer: string) => (member(peer) ? 0 : STRANGER_SCORE),
    topics: { [topic]: topicScoreParams() },
  })
}

const topicScoreParams = () =>
  createTopicScoreParams({
    topicWeight: 1,
    timeInMeshWeight: 0.01,
    timeInMeshQuantum: 1000,
    timeInMeshCap: 300,
    firstMessageDeliveriesWeight: 1,
    firstMessageDeliveriesDecay: 0.5,
    firstMessageDeliveriesCap: 50,
    // Delivery rates mean nothing on a topic that is silent for hours: honest peers would pay.
    meshMessageDeliveriesWeight: 0,
    meshFailurePenaltyWeight: 0,
    // One bad message is −8, out of the mesh at the second, unheard at the fourth.
    invalidMessageDeliveriesWeight: -10,
    invalidMessageDeliveriesDecay: 0.9,
  })
