/** Appeals, overrides, council and escalations from the other end of the socket. */
import type { Result } from '../../src/op/refusal.ts'
import type { Caller } from './attestation-client.ts'
import type {
  Appealed,
  AppealInput,
  CouncilView,
  EscalationLine,
  EscalationRequest,
  OverrideInput,
  OverrideLine,
  RecourseApi,
} from './recourse-api.ts'
import { RECOURSE_ENDPOINTS } from './recourse-endpoints.ts'
import type { ActOptions, Signed } from './signed.ts'

/** Carries `RecourseApi` over a caller. */
export class RecourseClient implements RecourseApi {
  private readonly call: Caller

  constructor(call: Caller) {
    this.call = call
  }

  again(
    { proposal, track }: Parameters<RecourseApi['again']>[0],
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const on = track !== undefined && { track }
    return this.call(RECOURSE_ENDPOINTS.again, { proposal, ...on, ...options })
  }

  appeal(input: AppealInput, options: ActOptions = {}): Promise<Result<Appealed>> {
    return this.call(RECOURSE_ENDPOINTS.appeal, { ...input, ...options })
  }
  override(input: OverrideInput, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(RECOURSE_ENDPOINTS.override, { ...input, ...options })
  }

  overrides(): Promise<Result<readonly OverrideLine[]>> {
    return this.call(RECOURSE_ENDPOINTS.overrides, {})
  }
  council(): Promise<Result<CouncilView>> {
    return this.call(RECOURSE_ENDPOINTS.council, {})
  }

  elect(
    { members, because }: Parameters<RecourseApi['elect']>[0],
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    return this.call(RECOURSE_ENDPOINTS.elect, { members: [...members], because, ...options })
  }

  escalations(): Promise<Result<readonly EscalationLine[]>> {
    return this.call(RECOURSE_ENDPOINTS.escalations, {})
  }

  escalate(input: EscalationRequest, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(RECOURSE_ENDPOINTS.escalate, { input, ...options })
  }

  resolve(id: string, text: string, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(RECOURSE_ENDPOINTS.resolve, { id, text, ...options })
  }
}
