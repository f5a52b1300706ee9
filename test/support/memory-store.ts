/** The store in memory, for tests of layers below the replica. */
import { MemoryStore } from '../../src/replica/store.ts'

/** A store with nothing in it. */
export const emptyStore = (): MemoryStore => new MemoryStore()
