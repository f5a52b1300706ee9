/** A worker process: one task in, one result out, until it is killed. */
import { mutantNamed } from '../mutant/mutants.ts'
import { runScenario } from '../run-scenario.ts'
import { loadScenario } from '../scenario/catalogue.ts'
import type { Done, Task } from './pool.ts'

process.on('message', (task: Task) => {
  const began = process.cpuUsage()
  const mutant = task.mutant === undefined ? undefined : mutantNamed(task.mutant)
  const result = runScenario(loadScenario(task.scenario), task.seed, mutant ? mutant.options : {})
  const { user, system } = process.cpuUsage(began)
  const done: Done = { task, result, cpuMs: Math.round((user + system) / 1000) }
  process.send?.(done)
})
