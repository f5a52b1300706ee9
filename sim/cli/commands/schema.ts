/** `folkmoot-sim schema`: the JSON Schema of scenario files. */
import type { Command } from 'commander'
import { scenarioSchema } from '../../scenario/json-schema.ts'
import { command } from '../command.ts'
import type { Io } from '../io.ts'

/** The command. */
export function schemaCommand(io: Io): Command {
  return command('schema', 'print the JSON Schema of scenario files, for editors', [
    'folkmoot-sim schema > scenario.schema.json',
  ])
    .option('--json', 'as it is anyway')
    .action(() => io.out(`${JSON.stringify(scenarioSchema(), null, 2)}\n`))
}
