/**
 * Drafts of upgrades: documents in the shape of a proposal's file, which members fill in together
 * before it is proposed (design §3.4).
 */
import type { Value } from '../op/ids.ts'
import { missingScope, SCOPE_PARTS, type Scope } from './scope.ts'

/** What a document's `schema` says when it is the draft of an upgrade. */
export const UPGRADE_SCHEMA = 'upgrade'

/** What somebody says who begins a draft; the rest is asked for by the template. */
export interface UpgradeInput {
  readonly title: string
  readonly track: string
  readonly slot: string
  readonly components: readonly string[]
  readonly summary: string
  readonly text: string
  readonly scope: Scope
  readonly criteria: readonly string[]
  readonly subjects: readonly { readonly name: string; readonly digest: string }[]
  readonly reversible: boolean
}

/** The document that a draft begins with: every field is there, filled in or empty. */
export const upgradeTemplate = (input: UpgradeInput): { readonly [field: string]: Value } => ({
  ...input,
  scope: { ...input.scope },
  subjects: input.subjects.map((subject) => ({ ...subject })),
})

/** Something that a draft lacks. */
export interface Lack {
  readonly field: string
  readonly sentence: string
}

/** What a draft lacks before it can be proposed; whatever a peer wrote, it is answered. */
export function lacksOf(value: unknown): Lack[] {
  const draft = mapOf(value)
  const said = (field: string): boolean => textOf(draft[field]).trim() !== ''
  const scope = mapOf(draft.scope)
  const lines = Object.fromEntries(
    Object.keys(SCOPE_PARTS).map((part) => [part, linesOf(scope[part])]),
  )
  return [
    ...(said('title') ? [] : [{ field: 'title', sentence: 'it has no title' }]),
    ...(said('slot') ? [] : [{ field: 'slot', sentence: 'it names no slot, such as core@main' }]),
    ...(said('text') ? [] : [{ field: 'text', sentence: 'it has no text to vote on' }]),
    ...missingScope(lines).map((part) => ({
      field: `scope.${part}`,
      sentence: `its scope does not say ${SCOPE_PARTS[part]}`,
    })),
  ]
}

/** What a draft would be better with: nothing waits for it. */
export function advice(value: unknown): Lack[] {
  const draft = mapOf(value)
  const has = (field: string): boolean => {
    const given = draft[field]
    return Array.isArray(given) ? given.length > 0 : Object.keys(mapOf(given)).length > 0
  }
  return [
    ...(has('subjects')
      ? []
      : [{ field: 'subjects', sentence: 'it names nothing that could be tested and built' }]),
    ...(has('rollout') ? [] : [{ field: 'rollout', sentence: 'it has no rollout plan' }]),
    ...(has('rollback') ? [] : [{ field: 'rollback', sentence: 'it has no plan to go back' }]),
  ]
}

const mapOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const linesOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : [])
