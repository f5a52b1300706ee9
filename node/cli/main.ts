/** Entry of the `folkmoot` command. */
import { processIo } from './io.ts'
import { run } from './run.ts'
import { realServices } from './services.ts'

process.exitCode = await run(process.argv.slice(2), processIo(), realServices)
