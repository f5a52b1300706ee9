/**
 * A second reading of what settles a ballot and of whom a charter asks (design §3.3, §3.6), written
 * from the design and importing nothing: each question counts everything anew.
 */

/** A stakeholder. */
export interface Seat {
  readonly name: string
  readonly weight: number
}

/** A value of the agreement. */
export type Value = 'adopt' | 'decline'

/** All that was said of a ballot in seals and settle rounds. */
export interface Table {
  readonly seats: readonly Seat[]
  readonly seals: readonly { readonly by: string; readonly says: 'endorse' | 'decline' }[]
  readonly estimates: readonly Statement[]
  readonly auxiliaries: readonly Statement[]
}

/** What one stakeholder said in one round; an estimate says one value. */
export interface Statement {
  readonly by: string
  readonly round: number
  readonly says: readonly Value[]
}

/** What it comes to. */
export interface Settling {
  /** Every outcome for which there is a certificate, with its first round. */
  readonly outcomes: readonly string[]
  /** Round and value, for each value that binds. */
  readonly binding: readonly string[]
  /** Q at last, and what weighs closest to it. */
  readonly quorum: number
  readonly heaviest: number
}

/** F: "the largest integer < W/3". */
function faulty(seats: readonly Seat[]): number {
  const total = weightOf(seats, () => true)
  let most = 0
  while (3 * (most + 1) < total) most++
  return most
}

function weightOf(seats: readonly Seat[], test: (name: string) => boolean): number {
  let weight = 0
  for (const seat of seats) if (test(seat.name)) weight += seat.weight
  return weight
}

/** Judges what was said. */
export function settle(table: Table): Settling {
  const { seats, seals, estimates, auxiliaries } = table
  const most = faulty(seats)
  const quorum = weightOf(seats, () => true) - most
  const endorses = weightOf(seats, (name) =>
    seals.some(({ by, says }) => by === name && says === 'endorse'),
  )
  const hasCertificate = endorses >= quorum
  // "until then the whole op waits": also one that names both values.
  const counts = ({ says }: Statement): boolean => hasCertificate || !says.includes('adopt')
  const rounds = [...new Set([...estimates, ...auxiliaries].map(({ round }) => round))]
  const outcomes: string[] = []
  const binding: string[] = []
  let heaviest = endorses
  for (const round of rounds.sort((a, b) => a - b)) {
    const favoured: Value = round % 2 === 1 ? 'adopt' : 'decline'
    const alone = weightOf(seats, (name) =>
      auxiliaries.some(
        (one) =>
          one.by === name && one.round === round && counts(one) && one.says.join() === favoured,
      ),
    )
    heaviest = Math.abs(alone - quorum) < Math.abs(heaviest - quorum) ? alone : heaviest
    const outcome = favoured === 'adopt' ? 'adopted' : 'declined'
    if (alone >= quorum && !outcomes.some((one) => one.startsWith(outcome)))
      outcomes.push(`${outcome} in ${round}`)
    for (const value of ['adopt', 'decline'] as const) {
      const said = weightOf(seats, (name) =>
        estimates.some(
          (one) =>
            one.by === name && one.round === round && counts(one) && one.says.includes(value),
        ),
      )
      if (said >= 2 * most + 1) binding.push(`${value} in ${round}`)
    }
  }
  return { outcomes, binding, quorum, heaviest }
}

/** "Active when more than 2/3 of weight ratified"; so with the acceptance of a next charter. */
export const moreThanTwoThirds = (seats: readonly Seat[], said: ReadonlySet<string>): boolean =>
  3 * weightOf(seats, (name) => said.has(name)) > 2 * weightOf(seats, () => true)

/** "Members of more than 1/3 but less than 1/2 of the weight" may be gone on without. */
export function mayGoOnWithout(seats: readonly Seat[], gone: ReadonlySet<string>): boolean {
  const away = weightOf(seats, (name) => gone.has(name))
  const all = weightOf(seats, () => true)
  return 3 * away > all && 2 * away < all
}
