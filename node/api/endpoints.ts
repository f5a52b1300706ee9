/** Every question and act as one HTTP endpoint, defined once: the server serves it, the client calls it. */
import { z } from 'zod'
import { accept } from '../../src/op/refusal.ts'
import { ATTESTATION_ENDPOINTS } from './attestation-endpoints.ts'
import { DELIBERATION_ENDPOINTS } from './deliberation-endpoints.ts'
import { DISPUTE_ENDPOINTS } from './dispute-endpoints.ts'
import { DOCUMENT_ENDPOINTS } from './document-endpoints.ts'
import { acting, byId, dryRunOf, endpoint, nothing } from './endpoint.ts'
import { RECORD_ENDPOINTS } from './record-endpoints.ts'
import { RECOURSE_ENDPOINTS } from './recourse-endpoints.ts'
import { REGISTER_ENDPOINTS } from './register-endpoints.ts'
import { REPORT_ENDPOINTS } from './report-endpoints.ts'
import { ROLLOUT_ENDPOINTS } from './rollout-endpoints.ts'
import * as shape from './schemas.ts'
import { UPGRADE_ENDPOINTS } from './upgrade-endpoints.ts'

const who = z.strictObject({ who: z.array(z.string()).max(1_000) })

/** All endpoints that answer with JSON; the archive and the event stream have routes of their own. */
export const ENDPOINTS = {
  status: endpoint({
    method: 'GET',
    path: '/v1/status',
    summary: 'the node at a glance',
    input: nothing,
    output: shape.nodeStatus,
    answer: async (api) => accept(await api.status()),
  }),
  charter: endpoint({
    method: 'GET',
    path: '/v1/charter',
    summary: 'the charter in force',
    input: nothing,
    output: shape.charterAnswer,
    answer: (api) => api.charter(),
  }),
  proposals: endpoint({
    method: 'GET',
    path: '/v1/proposals',
    summary: 'all proposals, the latest opening first',
    input: nothing,
    output: z.array(shape.proposalLine),
    answer: async (api) => accept([...(await api.proposals())]),
  }),
  proposal: endpoint({
    method: 'GET',
    path: '/v1/proposals/:id',
    summary: 'one proposal whole',
    input: byId,
    output: shape.proposalDetail,
    answer: (api, { id }) => api.proposal(id),
  }),
  explain: endpoint({
    method: 'GET',
    path: '/v1/proposals/:id/explanation',
    summary: 'every number and reason behind its verdict',
    input: byId,
    output: shape.explanation,
    answer: (api, { id }) => api.explain(id),
  }),
  log: endpoint({
    method: 'GET',
    path: '/v1/log',
    summary: 'held operations, latest first seen first',
    input: z.strictObject({
      limit: shape.queryNumber,
      type: shape.maybeText,
      stakeholder: shape.maybeText,
      key: shape.maybeText,
    }),
    output: z.array(shape.logLine),
    answer: async (api, query) => accept([...(await api.log(query))]),
  }),
  journal: endpoint({
    method: 'GET',
    path: '/v1/journal',
    summary: 'what this node did by itself and why, newest first',
    input: z.strictObject({
      limit: shape.queryNumber,
      before: shape.queryNumber,
      what: shape.maybeText,
    }),
    output: z.array(
      z.object({ id: z.int(), at: z.int(), what: z.string(), why: z.string(), data: z.string() }),
    ),
    answer: async (api, query) => accept([...(await api.journal(query))]),
  }),
  peers: endpoint({
    method: 'GET',
    path: '/v1/peers',
    summary: 'every peer that we know of',
    input: nothing,
    output: z.array(shape.peerLine),
    answer: async (api) => accept([...(await api.peers())]),
  }),
  block: endpoint({
    method: 'POST',
    path: '/v1/peers/block',
    scope: 'admin',
    summary: 'block peers: stakeholder ids, keys, peer ids',
    input: who,
    output: z.array(shape.peerLine).readonly(),
    answer: (api, input) => api.block(input.who),
  }),
  unblock: endpoint({
    method: 'POST',
    path: '/v1/peers/unblock',
    scope: 'admin',
    summary: 'unblock peers',
    input: who,
    output: z.array(shape.peerLine).readonly(),
    answer: (api, input) => api.unblock(input.who),
  }),
  keys: endpoint({
    method: 'GET',
    path: '/v1/keys',
    summary: 'the keyring',
    input: nothing,
    output: z.array(shape.keyLine),
    answer: async (api) => accept([...(await api.keys())]),
  }),
  evidence: endpoint({
    method: 'GET',
    path: '/v1/evidence',
    summary: 'keys that said two things at one place',
    input: nothing,
    output: z.array(shape.evidenceLine),
    answer: async (api) => accept([...(await api.evidence())]),
  }),
  propose: endpoint({
    method: 'POST',
    path: '/v1/proposals',
    summary: 'open a proposal',
    input: acting({ input: shape.proposalInput }),
    output: shape.signed,
    answer: (api, act) => api.propose(act.input, dryRunOf(act)),
  }),
  withdraw: endpoint({
    method: 'POST',
    path: '/v1/proposals/:id/withdrawal',
    summary: 'take back our own proposal',
    input: acting({ id: z.string(), reason: shape.maybeText }),
    output: shape.signed,
    answer: (api, act) => api.withdraw(act.id, act.reason, dryRunOf(act)),
  }),
  vote: endpoint({
    method: 'POST',
    path: '/v1/proposals/:id/votes',
    summary: 'vote; replaces our standing votes',
    input: acting({ id: z.string(), choice: shape.choice, rationale: shape.maybeText }),
    output: shape.signed,
    answer: (api, act) => api.vote(act.id, act.choice, act.rationale, dryRunOf(act)),
  }),
  comment: endpoint({
    method: 'POST',
    path: '/v1/comments',
    summary: 'comment on a proposal, or answer a comment',
    input: acting({ input: shape.commentInput }),
    output: shape.signed,
    answer: (api, act) => api.comment(act.input, dryRunOf(act)),
  }),
  seals: endpoint({
    method: 'GET',
    path: '/v1/seals',
    summary: 'seals that wait for a person',
    input: nothing,
    output: z.array(shape.sealLine),
    answer: async (api) => accept([...(await api.seals())]),
  }),
  answerSeal: endpoint({
    method: 'POST',
    path: '/v1/seals/:id',
    summary: 'approve or decline a seal that waits',
    input: z.strictObject({ id: z.string(), approve: z.boolean() }),
    output: shape.sealLine,
    answer: (api, { id, approve }) => api.answerSeal(id, approve),
  }),
  rootHead: endpoint({
    method: 'GET',
    path: '/v1/root-head',
    summary: "where our root's chain stands",
    input: nothing,
    output: shape.rootHead,
    answer: (api) => api.rootHead(),
  }),
  submit: endpoint({
    method: 'POST',
    path: '/v1/operations',
    summary: 'take in signed operations and gossip them',
    input: z.strictObject({ ops: z.array(shape.wireOp) }),
    output: shape.submitReport,
    answer: async (api, { ops }) => accept(await api.submit(ops)),
  }),
  ...ATTESTATION_ENDPOINTS,
  ...RECORD_ENDPOINTS,
  ...DELIBERATION_ENDPOINTS,
  ...DOCUMENT_ENDPOINTS,
  ...REGISTER_ENDPOINTS,
  ...UPGRADE_ENDPOINTS,
  ...RECOURSE_ENDPOINTS,
  ...DISPUTE_ENDPOINTS,
  ...ROLLOUT_ENDPOINTS,
  ...REPORT_ENDPOINTS,
  stop: endpoint({
    method: 'POST',
    path: '/v1/stop',
    scope: 'admin',
    summary: 'end the daemon',
    input: nothing,
    output: z.object({}),
    answer: async (api) => {
      await api.stop()
      return accept({})
    },
  }),
}

/** The route of the archive, `application/vnd.ipld.car`. */
export const CAR_PATH = '/v1/coalition.car'
/** The route of the event stream, `text/event-stream`; `since` or `Last-Event-ID` resume it. */
export const EVENTS_PATH = '/v1/events'
/** The route of the description of all this, OpenAPI 3.1. */
export const OPENAPI_PATH = '/openapi.json'
/** Answers 200 while the process serves. */
export const HEALTH_PATH = '/healthz'
