/** Disputes from the other end of the socket. */
import type { Result } from '../../src/op/refusal.ts'
import type { Caller } from './attestation-client.ts'
import type { DisputeApi, DisputeLine, DisputeRequest, RulingRequest } from './dispute-api.ts'
import { DISPUTE_ENDPOINTS } from './dispute-endpoints.ts'
import type { ActOptions, Signed } from './signed.ts'

/** Carries `DisputeApi` over a caller. */
export class DisputeClient implements DisputeApi {
  private readonly call: Caller

  constructor(call: Caller) {
    this.call = call
  }

  list(): Promise<Result<readonly DisputeLine[]>> {
    return this.call(DISPUTE_ENDPOINTS.disputes, {})
  }

  one(id: string): Promise<Result<DisputeLine>> {
    return this.call(DISPUTE_ENDPOINTS.dispute, { id })
  }

  open(input: DisputeRequest, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(DISPUTE_ENDPOINTS.openDispute, { input, ...options })
  }

  close(id: string, text: string | undefined, options: ActOptions = {}): Promise<Result<Signed>> {
    const said = text !== undefined && { text }
    return this.call(DISPUTE_ENDPOINTS.closeDispute, { id, ...said, ...options })
  }

  seat(
    id: string,
    settlement: string | undefined,
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const cited = settlement !== undefined && { settlement }
    return this.call(DISPUTE_ENDPOINTS.seatPanel, { id, ...cited, ...options })
  }

  mediate(id: string, mediator: string, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(DISPUTE_ENDPOINTS.mediate, { id, mediator, ...options })
  }

  rule(input: RulingRequest, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(DISPUTE_ENDPOINTS.ruleDispute, { ...input, ...options })
  }
}
