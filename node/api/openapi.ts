/** The OpenAPI 3.1 description of the API, from the table that the server serves (design §6.5). */
import { z } from 'zod'
import { type Described, scopeOf } from './endpoint.ts'
import { CAR_PATH, ENDPOINTS, EVENTS_PATH, HEALTH_PATH } from './endpoints.ts'
import { PROBLEM_TYPE, problemSchema } from './problem.ts'
import { CONTENT_PATH, contentIdentity } from './record-endpoints.ts'

type Json = { readonly [name: string]: unknown }

/** The description as JSON. */
export function openApi(version: string): Json {
  const paths = new Map<string, Json>()
  const add = (path: string, method: string, operation: Json) =>
    paths.set(path, { ...paths.get(path), [method]: operation })
  for (const [name, one] of Object.entries(ENDPOINTS))
    add(templateOf(one.path), one.method.toLowerCase(), operationOf(name, one))
  for (const [path, method, operation] of STREAMS) add(path, method, operation)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Folkmoot node',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths: Object.fromEntries([...paths].sort()),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: { Problem: answer('why it was refused or failed', PROBLEM_TYPE, problemSchema) },
    },
  }
}

const PARAMETER = /:(\w+)/g
const templateOf = (path: string): string => path.replace(PARAMETER, '{$1}')

function operationOf(name: string, one: Described): Json {
  const input = schemaOf(one.input, 'input')
  const inPath = [...one.path.matchAll(PARAMETER)].flatMap(([, field]) => field ?? [])
  const fields = Object.entries(propertiesOf(input))
  const others = fields.filter(([field]) => !inPath.includes(field))
  const required = requiredOf(input)
  const inQuery = one.method === 'GET' ? others : []
  const parameters = [
    ...inPath.map((field) => parameter('path', field, propertiesOf(input)[field], true)),
    ...inQuery.map(([field, schema]) =>
      parameter('query', field, schema, required.includes(field)),
    ),
  ]
  const body = {
    type: 'object',
    properties: Object.fromEntries(others),
    required: required.filter((field) => !inPath.includes(field)),
    additionalProperties: false,
  }
  return {
    operationId: name,
    summary: one.summary,
    'x-scope': scopeOf(one),
    ...(parameters.length > 0 && { parameters }),
    ...(one.method === 'POST' && {
      requestBody: { content: { 'application/json': { schema: body } } },
    }),
    responses: responses(answer('done', 'application/json', one.output)),
  }
}

const parameter = (where: 'path' | 'query', name: string, schema: unknown, required: boolean) => ({
  name,
  in: where,
  required,
  schema: schema ?? { type: 'string' },
})

const responses = (good: Json): Json => ({
  '200': good,
  default: { $ref: '#/components/responses/Problem' },
})

const answer = (description: string, type: string, schema?: z.ZodType): Json => ({
  description,
  content: { [type]: { schema: schema ? schemaOf(schema, 'output') : { type: 'string' } } },
})

/** A schema as JSON Schema; what only a function can check stands as anything. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

const propertiesOf = ({ properties }: Json): Json =>
  typeof properties === 'object' && properties !== null ? { ...properties } : {}
const requiredOf = ({ required }: Json): readonly string[] =>
  Array.isArray(required) ? required.map(String) : []

const BYTES = 'application/octet-stream'
const ID = parameter('path', 'id', undefined, true)

/** What streams, on routes of its own. */
const STREAMS: readonly (readonly [path: string, method: string, operation: Json])[] = [
  [
    CAR_PATH,
    'get',
    {
      operationId: 'exportCar',
      summary: 'every operation, as an archive',
      'x-scope': 'read',
      responses: responses(answer('the archive', 'application/vnd.ipld.car')),
    },
  ],
  [
    EVENTS_PATH,
    'get',
    {
      operationId: 'events',
      summary: 'what happens, as it happens; Last-Event-ID or since resumes',
      'x-scope': 'read',
      parameters: [parameter('query', 'since', { type: 'integer' }, false)],
      responses: responses(answer('events', 'text/event-stream')),
    },
  ],
  [
    HEALTH_PATH,
    'get',
    {
      operationId: 'health',
      summary: '200 while the process serves',
      security: [],
      responses: responses(answer('it serves', 'application/json')),
    },
  ],
  [
    CONTENT_PATH,
    'post',
    {
      operationId: 'putContent',
      summary: 'the bytes of an artefact',
      'x-scope': 'operate',
      parameters: Object.entries(propertiesOf(schemaOf(contentIdentity, 'input'))).map(
        ([name, schema]) => parameter('query', name, schema, true),
      ),
      requestBody: { content: { [BYTES]: {} } },
      responses: responses(answer('how it stands', 'application/json')),
    },
  ],
  [
    `${CONTENT_PATH}/{id}`,
    'get',
    {
      operationId: 'getContent',
      summary: 'the bytes of an artefact',
      'x-scope': 'read',
      parameters: [ID],
      responses: responses(answer('its bytes', BYTES)),
    },
  ],
]
