/** Attestations from the other end of the socket. */
import type { Result } from '../../src/op/refusal.ts'
import type {
  AttestationApi,
  AttestationLine,
  AttestationQuery,
  Attested,
  EnvelopeFile,
  EnvelopeInput,
  FindingInput,
} from './attestation-api.ts'
import { ATTESTATION_ENDPOINTS } from './attestation-endpoints.ts'
import type { Endpoint } from './endpoint.ts'
import type { ActOptions } from './signed.ts'

/** Calls one endpoint. */
export type Caller = <Input extends object, Output>(
  endpoint: Endpoint<Input, Output>,
  input: Input,
) => Promise<Result<Output>>

/** Carries `AttestationApi` over a caller. */
export class AttestationClient implements AttestationApi {
  private readonly call: Caller

  constructor(call: Caller) {
    this.call = call
  }

  list(query: AttestationQuery): Promise<Result<readonly AttestationLine[]>> {
    return this.call(ATTESTATION_ENDPOINTS.attestations, query)
  }

  envelope(id: string): Promise<Result<EnvelopeFile>> {
    return this.call(ATTESTATION_ENDPOINTS.envelope, { id })
  }

  attest(input: EnvelopeInput, options: ActOptions = {}): Promise<Result<Attested>> {
    return this.call(ATTESTATION_ENDPOINTS.attest, { input, ...options })
  }

  state(input: FindingInput, options: ActOptions = {}): Promise<Result<Attested>> {
    return this.call(ATTESTATION_ENDPOINTS.state, { input, ...options })
  }
}
