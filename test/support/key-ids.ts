/** Keys of stories: any name has one. */
import { hash } from 'node:crypto'
import type { KeyId } from '../../src/op/ids.ts'

/** The key of a name: 64 hex digits. */
export const keyIdOf = (name: string): KeyId => hash('sha256', name) as KeyId
