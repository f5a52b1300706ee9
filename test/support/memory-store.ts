/** The store in memory, for tests of layers below the replica. */
export { MemoryStore } from '../../src/replica/store.ts'
