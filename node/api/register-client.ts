/** Registers from the other end of the socket. */
import type { Result } from '../../src/op/refusal.ts'
import type { ExportFormat } from '../../src/register/export.ts'
import type { Caller } from './attestation-client.ts'
import type { Asker } from './document-client.ts'
import type {
  RegisterApi,
  RegisterDetail,
  RegisterFile,
  RegisterLine,
  RegisterQuery,
  RegisterWrite,
  RegisterWritten,
} from './register-api.ts'
import { REGISTER_ENDPOINTS } from './register-endpoints.ts'
import type { ActOptions, Signed } from './signed.ts'

/** Carries `RegisterApi` over a caller. */
export class RegisterClient implements RegisterApi {
  private readonly call: Caller
  private readonly must: Asker

  constructor(call: Caller, must: Asker) {
    this.call = call
    this.must = must
  }

  list(): Promise<readonly RegisterLine[]> {
    return this.must(REGISTER_ENDPOINTS.registers, {})
  }

  read(query: RegisterQuery): Promise<Result<RegisterDetail>> {
    return this.call(REGISTER_ENDPOINTS.register, query)
  }

  write(input: RegisterWrite, options: ActOptions = {}): Promise<Result<RegisterWritten>> {
    return this.call(REGISTER_ENDPOINTS.writeRegister, { ...input, ...options })
  }

  export(query: RegisterQuery & { readonly format: ExportFormat }): Promise<Result<RegisterFile>> {
    return this.call(REGISTER_ENDPOINTS.exportRegister, query)
  }

  securityTxt(member?: string): Promise<Result<RegisterFile>> {
    return this.call(REGISTER_ENDPOINTS.securityTxt, member === undefined ? {} : { member })
  }

  escalate(
    query: { readonly kind: string; readonly dueInMs: number },
    options: ActOptions = {},
  ): Promise<Result<readonly Signed[]>> {
    return this.call(REGISTER_ENDPOINTS.escalateRegister, { ...query, ...options })
  }
}
