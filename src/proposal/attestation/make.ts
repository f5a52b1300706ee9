/**
 * Statements that Folkmoot makes itself (design §3.4): what `folkmoot attest review|test|build|drill|
 * risk` says, in the predicates that other tools read too.
 */
import type { Signer } from '../../op/operation.ts'
import { IN_TOTO_PAYLOAD, preAuthEncoding, writeEnvelope } from './dsse.ts'
import { PREDICATES } from './predicates.ts'
import { type Statement, type Subject, statementPayload } from './statement.ts'

/** A risk as it was assessed. */
export interface AssessedRisk {
  readonly name: string
  /** 1 to `MAX_RISK_LEVEL`, as the impact. */
  readonly likelihood: number
  readonly impact: number
  readonly mitigation?: string
}

/** What a member states. */
export type Finding =
  | {
      readonly kind: 'review'
      readonly verdict: 'approve' | 'comment' | 'reject'
      readonly scope: readonly string[]
      readonly text?: string
    }
  | {
      readonly kind: 'test'
      readonly result: TestOutcome
      readonly suites: readonly string[]
      readonly url?: string
    }
  | { readonly kind: 'build'; readonly builder: string; readonly buildType: string }
  | {
      readonly kind: 'drill'
      readonly result: TestOutcome
      readonly scenario: string
      readonly text?: string
    }
  | {
      readonly kind: 'risk'
      readonly verdict: 'acceptable' | 'mitigated' | 'unacceptable'
      readonly risks: readonly AssessedRisk[]
      readonly text?: string
    }

/** How a test or drill went. */
export type TestOutcome = 'PASSED' | 'WARNED' | 'FAILED'

/** The statement of a finding about subjects. */
export function statementOf(finding: Finding, subjects: readonly Subject[]): Statement {
  switch (finding.kind) {
    case 'review': {
      const { kind: _kind, ...predicate } = finding
      return { subjects, predicateType: PREDICATES.review, predicate }
    }
    case 'test': {
      const { result, suites, url } = finding
      const configuration = suites.map((name) => ({ name }))
      const predicate = { result, configuration, ...(url !== undefined && { url }) }
      return { subjects, predicateType: PREDICATES.testResult, predicate }
    }
    case 'build': {
      const { builder, buildType } = finding
      const predicate = {
        buildDefinition: { buildType, externalParameters: {} },
        runDetails: { builder: { id: builder } },
      }
      return { subjects, predicateType: PREDICATES.provenance, predicate }
    }
    case 'drill': {
      const { kind: _kind, ...predicate } = finding
      return { subjects, predicateType: PREDICATES.drill, predicate }
    }
    case 'risk': {
      const { kind: _kind, ...predicate } = finding
      return { subjects, predicateType: PREDICATES.risk, predicate }
    }
  }
}

/**
 * A statement in an envelope that a key of ours signs; its `keyid` is the key in hex. PAE begins with
 * `DSSEv1`, no operation's signing input does: neither signature can pass for the other.
 */
export function signStatement(statement: Statement, signer: Signer): Uint8Array {
  const payload = statementPayload(statement)
  const sig = signer.sign(preAuthEncoding(IN_TOTO_PAYLOAD, payload))
  const signatures = [{ keyid: signer.key, sig }]
  return writeEnvelope({ payloadType: IN_TOTO_PAYLOAD, payload, signatures })
}
