/** The JSON Schema of scenario files, for editors. */
import { STRATEGIES } from '../strategies/builtin.ts'
import { scenarioSpec } from './fields.ts'
import type { JsonSchema } from './spec.ts'

/** Made from the same definitions that read the files. */
export function scenarioSchema(): JsonSchema {
  const { schema } = scenarioSpec({ strategies: STRATEGIES.map(({ name }) => name) })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Folkmoot scenario',
    description: 'What happens to a coalition, and what must come of it',
    ...schema,
  }
}
