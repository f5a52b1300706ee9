/** The end of the services that the organisations' hooks started. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Organisation } from './organisation.ts'

/** Ends the services. */
export function endServices(orgs: readonly Organisation[]): void {
  for (const { home } of orgs)
    try {
      process.kill(JSON.parse(readFileSync(join(home, 'service.json'), 'utf8')).pid, 'SIGTERM')
    } catch {
      // It never ran, or is gone.
    }
}
