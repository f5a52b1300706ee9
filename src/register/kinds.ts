/** Every kind of register: one table, from which schema, API, commands and manual come (§3.4). */
import type { RegisterKind } from './kind.ts'
import { assurances, raci } from './kinds/duty.ts'
import { artefacts, glossary, suites } from './kinds/material.ts'
import { contributions, costs, pledges } from './kinds/money.ts'
import { constraints, policies, variances } from './kinds/obligation.ts'
import { maintenance, milestones, tasks } from './kinds/planning.ts'
import { risks } from './kinds/risk.ts'

/** The kinds, as help lists them. */
export const REGISTER_KINDS: readonly RegisterKind[] = [
  milestones,
  tasks,
  risks,
  raci,
  costs,
  pledges,
  contributions,
  glossary,
  assurances,
  variances,
  constraints,
  policies,
  suites,
  artefacts,
  maintenance,
]

/** The kind of that name. */
export const registerKind = (name: string): RegisterKind | undefined =>
  REGISTER_KINDS.find(({ kind }) => kind === name)

/** What a document's `schema` says when it is a register of a kind. */
export const schemaOf = ({ kind }: Pick<RegisterKind, 'kind'>): string => `register/${kind}`
