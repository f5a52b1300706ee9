/** The endpoints of registers. */
import { z } from 'zod'
import { accept } from '../../src/op/refusal.ts'
import { EXPORT_FORMATS } from '../../src/register/export.ts'
import type { FieldValue } from '../../src/register/field.ts'
import type { Finding } from '../../src/register/kind.ts'
import { REGISTER_KINDS } from '../../src/register/kinds.ts'
import { acting, dryRunOf, endpoint, nothing } from './endpoint.ts'
import type * as register from './register-api.ts'
import * as shape from './schemas.ts'

const count = z.int().min(0)
const kind = z.enum(REGISTER_KINDS.map((one) => one.kind))
const within = { kind, in: shape.maybeText }
const fieldValue: z.ZodType<FieldValue> = z.union([
  z.string(),
  z.int(),
  z.array(z.string()),
  z.record(z.string(), z.int()),
])
const fields = z.record(z.string(), fieldValue)

const registerLine: z.ZodType<register.RegisterLine> = z.object({
  kind: z.string(),
  about: z.string(),
  rows: count,
  errors: count,
  warnings: count,
  changedAt: count.nullable(),
})

const finding: z.ZodType<Finding> = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  row: z.string().nullable(),
  field: z.string().nullable(),
  sentence: z.string(),
  fix: z.string(),
})

const rowLine: z.ZodType<register.RegisterRowLine> = z.object({
  id: z.string(),
  document: z.string(),
  fields,
  odd: z.record(z.string(), z.unknown()),
  isWhole: z.boolean(),
})

const textTable = z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) })

const registerDetail: z.ZodType<register.RegisterDetail> = z.object({
  kind: z.string(),
  documents: z.array(z.object({ id: z.string(), title: z.string(), rows: count })),
  rows: z.array(rowLine),
  table: textTable,
  findings: z.array(finding),
  more: count,
  report: z
    .object({
      tables: z.array(textTable.extend({ title: z.string() })),
      notes: z.array(z.string()),
    })
    .nullable(),
})

const written: z.ZodType<register.RegisterWritten> = z.object({
  signed: z.array(shape.signed),
  more: count,
})

/** Registers: read, written, exported, escalated. */
export const REGISTER_ENDPOINTS = {
  registers: endpoint({
    method: 'GET',
    path: '/v1/registers',
    summary: 'every register: how many rows, what is wrong',
    input: nothing,
    output: z.array(registerLine).readonly(),
    answer: async (api) => accept(await api.registers.list()),
  }),
  register: endpoint({
    method: 'GET',
    path: '/v1/registers/:kind',
    summary: 'one register whole: rows, findings, what is computed from them',
    input: z.strictObject(within),
    output: registerDetail,
    answer: (api, query) => api.registers.read(query),
  }),
  exportRegister: endpoint({
    method: 'GET',
    path: '/v1/registers/:kind/file',
    summary: 'one register as CSV, JSON, Markdown or iCalendar',
    input: z.strictObject({ ...within, format: z.enum(EXPORT_FORMATS) }),
    output: z.object({ mediaType: z.string(), content: z.string() }),
    answer: (api, query) => api.registers.export(query),
  }),
  writeRegister: endpoint({
    method: 'POST',
    path: '/v1/registers/:kind/rows',
    summary: 'add, change or remove a row',
    input: acting({
      ...within,
      row: z.string(),
      act: z.enum(['add', 'set', 'remove']),
      fields,
      clear: z.array(z.string()).readonly(),
    }),
    output: written,
    answer: (api, { dryRun, ...input }) =>
      api.registers.write(input, dryRun === undefined ? {} : { dryRun }),
  }),
  securityTxt: endpoint({
    method: 'GET',
    path: '/v1/security-txt',
    summary: 'the disclosure policies of a member as a security.txt (RFC 9116)',
    input: z.strictObject({ member: shape.maybeText }),
    output: z.object({ mediaType: z.string(), content: z.string() }),
    answer: (api, { member }) => api.registers.securityTxt(member),
  }),
  escalateRegister: endpoint({
    method: 'POST',
    path: '/v1/registers/:kind/escalations',
    summary: 'open an escalation for each error that none is open for',
    input: acting({ kind, dueInMs: z.int().min(1) }),
    output: z.array(shape.signed).readonly(),
    answer: (api, act) =>
      api.registers.escalate({ kind: act.kind, dueInMs: act.dueInMs }, dryRunOf(act)),
  }),
}
