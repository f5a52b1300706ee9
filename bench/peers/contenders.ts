/** All systems, by name; each is loaded only where it is used. */
import type { Contender } from './contender.ts'

/** Loads a system. */
export const CONTENDERS: Readonly<Record<string, () => Promise<Contender>>> = {
  folkmoot: async () => (await import('./folkmoot.ts')).folkmoot,
  orbitdb: async () => (await import('./orbitdb.ts')).orbitdb,
  'automerge-repo': async () => (await import('./automerge-repo.ts')).automergeRepo,
  'automerge-batched': async () => (await import('./automerge-repo.ts')).automergeBatched,
}
