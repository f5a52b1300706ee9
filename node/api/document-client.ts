/** Documents from the other end of the socket. */
import type { Result } from '../../src/op/refusal.ts'
import type { DocumentInput } from '../../src/replica/document-acts.ts'
import type { Caller } from './attestation-client.ts'
import type {
  BlameLine,
  DocumentApi,
  DocumentDetail,
  DocumentDiff,
  DocumentLine,
  EditLine,
  VersionQuery,
  WriteInput,
  Written,
} from './document-api.ts'
import { DOCUMENT_ENDPOINTS } from './document-endpoints.ts'
import type { Endpoint } from './endpoint.ts'
import type { ActOptions, Signed } from './signed.ts'

/** Asks what no rule refuses. */
export type Asker = <Input extends object, Output>(
  endpoint: Endpoint<Input, Output>,
  input: Input,
) => Promise<Output>

/** Carries `DocumentApi` over a caller. */
export class DocumentClient implements DocumentApi {
  private readonly call: Caller
  private readonly must: Asker

  constructor(call: Caller, must: Asker) {
    this.call = call
    this.must = must
  }

  list(): Promise<readonly DocumentLine[]> {
    return this.must(DOCUMENT_ENDPOINTS.documents, {})
  }

  read(id: string, { at }: VersionQuery = {}): Promise<Result<DocumentDetail>> {
    return this.call(DOCUMENT_ENDPOINTS.document, { id, ...(at && { at: at.join() }) })
  }

  history(id: string): Promise<Result<readonly EditLine[]>> {
    return this.call(DOCUMENT_ENDPOINTS.documentHistory, { id })
  }

  blame(id: string): Promise<Result<readonly BlameLine[]>> {
    return this.call(DOCUMENT_ENDPOINTS.documentBlame, { id })
  }

  diff(
    id: string,
    { from, to }: { readonly from?: readonly string[]; readonly to?: readonly string[] },
  ): Promise<Result<DocumentDiff>> {
    const versions = { ...(from && { from: from.join() }), ...(to && { to: to.join() }) }
    return this.call(DOCUMENT_ENDPOINTS.documentDiff, { id, ...versions })
  }

  create(input: DocumentInput, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(DOCUMENT_ENDPOINTS.createDocument, { input, ...options })
  }

  write(input: WriteInput, options: ActOptions = {}): Promise<Result<Written>> {
    return this.call(DOCUMENT_ENDPOINTS.writeDocument, { ...input, ...options })
  }

  freeze(id: string, version: VersionQuery & ActOptions = {}): Promise<Result<Signed>> {
    return this.call(DOCUMENT_ENDPOINTS.freezeDocument, { id, ...version })
  }
}
