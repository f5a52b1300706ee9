/** Rollouts from the other end of the socket. */
import type { Result } from '../../src/op/refusal.ts'
import type { Caller } from './attestation-client.ts'
import type {
  RolloutApi,
  RolloutCloseInput,
  RolloutDetail,
  RolloutLine,
  RolloutReportInput,
  RolloutTurnLine,
} from './rollout-api.ts'
import { ROLLOUT_ENDPOINTS } from './rollout-endpoints.ts'
import type { ActOptions, Signed } from './signed.ts'

/** Carries `RolloutApi` over a caller. */
export class RolloutClient implements RolloutApi {
  private readonly call: Caller

  constructor(call: Caller) {
    this.call = call
  }

  list(): Promise<Result<readonly RolloutLine[]>> {
    return this.call(ROLLOUT_ENDPOINTS.rollouts, {})
  }

  show(id: string): Promise<Result<RolloutDetail>> {
    return this.call(ROLLOUT_ENDPOINTS.rollout, { id })
  }

  report(input: RolloutReportInput, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(ROLLOUT_ENDPOINTS.reportRollout, { input, ...options })
  }

  close(input: RolloutCloseInput, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(ROLLOUT_ENDPOINTS.closeStage, { input, ...options })
  }

  halt(id: string, because: string, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(ROLLOUT_ENDPOINTS.haltRollout, { id, because, ...options })
  }

  resume(id: string, because: string, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(ROLLOUT_ENDPOINTS.resumeRollout, { id, because, ...options })
  }

  approve(id: string): Promise<Result<RolloutTurnLine>> {
    return this.call(ROLLOUT_ENDPOINTS.approveRollout, { id })
  }

  rollback(id: string): Promise<Result<RolloutTurnLine>> {
    return this.call(ROLLOUT_ENDPOINTS.rollBack, { id })
  }
}
