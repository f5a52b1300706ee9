/** Who decides a ballot, with what weight, and what agreement among them takes (design §3.6). */
import {
  CONSTITUTIONAL,
  componentOf,
  DOMAIN,
  faultBound,
  slotComponent,
  weightSum,
} from '../charter/lookup.ts'
import type { Charter, Component, Stakeholder } from '../charter/schema.ts'
import { CHARTER_SLOT, isSlot } from '../charter/slot.ts'
import type { KeyId, StakeholderId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { RULES, type SettleRules } from './rules.ts'

/** A stakeholder that decides. */
export interface Elector {
  readonly id: StakeholderId
  readonly root: KeyId
  readonly weight: number
  readonly functions: readonly string[]
}

/** Those who decide a ballot, frozen as of its charter. */
export interface Electorate {
  /** In the order of the charter, which is also the order of leads. */
  readonly members: readonly Elector[]
  /** W: the weight of all. */
  readonly total: number
  /** F: the largest integer < W/3; so much weight may be faulty in any way. */
  readonly faulty: number
  /** Q = W − F: what a certificate takes. */
  readonly quorum: number
}

/** What a ballot is about, as far as it says who decides. */
export interface Matter {
  readonly track: string
  readonly components: readonly string[]
  readonly slot: string
  /** Silent members without whom the rest decides (§3.3). */
  readonly removesSilent?: readonly string[] | undefined
}

/**
 * The electorate of a ballot: the owners of the slot's component where they decide it, on track
 * `domain`, else the whole coalition. Refuses an unknown component (`component`), and a slot that is
 * malformed, on the wrong kind of track or not among the components (`slot`). Only tests set the rule
 * `oneElectorate` to false.
 */
export function electorateOf(
  charter: Charter,
  matter: Matter,
  { oneElectorate }: Pick<SettleRules, 'oneElectorate'> = RULES,
): Result<Electorate> {
  const { track, components, slot } = matter
  const unknown = components.find((id) => componentOf(charter, id) === undefined)
  if (unknown !== undefined) return refuse('component', `the charter has no component "${unknown}"`)
  const domain = domainOf(charter, components, slot)
  if (!domain.ok) return domain
  const decider = domain.value
  if (decider === null) return coalitionOn(charter, matter)
  if (track !== DOMAIN)
    return oneElectorate
      ? refuse('slot', `${slot} is decided by the owners of ${decider.id}`, 'use track domain')
      : coalitionOn(charter, matter)
  if (components.some((id) => id !== decider.id))
    return refuse('slot', `a ballot of ${slot} may touch no component but ${decider.id}`)
  return accept(
    electorateFrom(charter.stakeholders.filter(({ id }) => decider.owners.includes(id))),
  )
}

/**
 * True when a slot's own electorate, the owners of its component, is not what the next charter makes
 * of it: who decides on it then must know from where on (design §3.3).
 */
export function changesDomain(now: Charter, next: Charter, slot: string): boolean {
  const [before, after] = [now, next].map((charter) => deciders(charter, slot))
  return before !== undefined && before !== after
}

/** Those who decide a slot on track `domain`, as text to be compared. */
function deciders(charter: Charter, slot: string): string | undefined {
  const component = slotComponent(charter, slot)
  if (component?.decidedBy !== 'owners') return undefined
  return charter.stakeholders
    .filter(({ id }) => component.owners.includes(id))
    .map(({ id, root, weight }) => `${id} ${keyIdFromBytes(root)} ${weight}`)
    .sort()
    .join()
}

/** The electorate that these stakeholders form; the same object for the same list. */
export function electorateFrom(stakeholders: readonly Stakeholder[]): Electorate {
  const known = electorates.get(stakeholders)
  if (known) return known
  const members = stakeholders.map(elector)
  const total = weightSum(members)
  const faulty = faultBound(total)
  const electorate = { members, total, faulty, quorum: total - faulty }
  electorates.set(stakeholders, electorate)
  return electorate
}

/** Every ballot of a charter, in every replica of a process, asks for that of its stakeholders. */
const electorates = new WeakMap<readonly Stakeholder[], Electorate>()

/** Electors by what they are looked up by, once for each electorate. */
export interface Electors {
  readonly byRoot: ReadonlyMap<KeyId, StakeholderId>
  readonly weights: ReadonlyMap<StakeholderId, number>
}

/** The electors of an electorate. */
export function electorsOf(electorate: Electorate): Electors {
  const known = indexes.get(electorate)
  if (known) return known
  const { members } = electorate
  const index = {
    byRoot: new Map(members.map(({ root, id }) => [root, id])),
    weights: new Map(members.map(({ id, weight }) => [id, weight])),
  }
  indexes.set(electorate, index)
  return index
}

const indexes = new WeakMap<Electorate, Electors>()

/** The weight of those of the electorate that are in the set. */
export const weightOf = (electorate: Electorate, set: ReadonlySet<StakeholderId>): number =>
  weightSum(electorate.members.filter(({ id }) => set.has(id)))

const elector = ({ id, root, weight, functions }: Stakeholder): Elector => ({
  id: id as StakeholderId,
  root: keyIdFromBytes(root),
  weight,
  functions,
})

/** The component whose owners decide the slot; `null` where the whole coalition does. */
function domainOf(
  charter: Charter,
  components: readonly string[],
  slot: string,
): Result<Component | null> {
  if (!isSlot(slot))
    return refuse('slot', `"${slot}" is no slot`, 'write core@main, policy@embargo or charter')
  const component = slotComponent(charter, slot)
  if (component === undefined) return accept(null)
  // Else a proposal could take a component's slot and its owners would have no veto.
  if (!components.includes(component.id))
    return refuse('slot', `${slot} is a slot of ${component.id}, which the proposal does not list`)
  return accept(component.decidedBy === 'owners' ? component : null)
}

/** The rules for slots that the whole coalition decides. */
function coalitionOn(
  { stakeholders }: Charter,
  { track, slot, removesSilent = [] }: Matter,
): Result<Electorate> {
  if (track === DOMAIN)
    return refuse('slot', `${slot} is decided by the whole coalition, not on track ${DOMAIN}`)
  // An easier track must not be a way round the rules for changing the rules (§3.2).
  if (slot === CHARTER_SLOT && track !== CONSTITUTIONAL)
    return refuse('slot', `the charter is decided on track ${CONSTITUTIONAL} only`)
  const deciding =
    removesSilent.length === 0
      ? stakeholders
      : stakeholders.filter(({ id }) => !removesSilent.includes(id))
  return accept(electorateFrom(deciding))
}
