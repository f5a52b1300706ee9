/** Proposals of a next charter, as far as counting cares: they name roots. */
import type { Charter } from '../../src/charter/schema.ts'
import type { Value } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { digestOfText } from '../../src/proposal/document.ts'
import type { Draft } from '../../src/replica/draft.ts'
import type { Pen } from './pen.ts'
import type { Stage } from './stage.ts'

/** A charter in which these are the roots of more stakeholders. */
export function widened(charter: Charter, roots: readonly Pen[]): Charter {
  const [model] = charter.stakeholders
  if (!model) throw new RangeError('a charter has stakeholders')
  const newcomers = roots.map(({ key }) => {
    const id = `n-${key.slice(0, 8)}`
    return { ...model, id, name: id, root: keyBytes(key) }
  })
  return { ...charter, version: 2, stakeholders: [...charter.stakeholders, ...newcomers] }
}

/** The body of a proposal, of an amendment if one is given. */
export const proposalBody = (
  text: string,
  opensAt: number,
  amendment?: Charter,
): Draft['body'] => ({
  kind: amendment ? 'amendment' : 'resolution',
  track: amendment ? 'constitutional' : 'standard',
  charter: 0,
  basis: 1,
  title: text,
  summary: '',
  document: { text, digest: digestOfText(text) },
  scope: { objectives: [], nonGoals: [], compatibility: [], performance: [], variability: [] },
  components: [],
  slot: amendment ? 'charter' : 'core@main',
  replaces: null,
  dependsOn: [],
  subjects: [],
  reversible: true,
  opensAt,
  ...(amendment && { amendment: amendment as unknown as Value }),
})

/** A proposal whose charter has these as roots of more stakeholders. */
export const charterWithRoots = (stage: Stage, roots: readonly Pen[]): Partial<Draft> => ({
  type: 'proposal.open',
  refs: [stage.coalition],
  body: proposalBody('more', stage.clock.now(), widened(stage.founded.charter, roots)),
})
