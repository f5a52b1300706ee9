/** The long haul: ten daemons live together for an hour, and take no more at its end than before. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../node/demo/organisation.ts'
import { writeConfigValue } from '../../../node/home/config-file.ts'
import { openHome } from '../../../node/home/home.ts'
import { testTrack } from '../../support/coalition.ts'
import { foundHomes, makeHomes } from '../../support/daemons.ts'
import { introduceProcess, NodeProcess } from '../../support/node-process.ts'
import { type HaulFigures, trendOf } from './figures.ts'
import { Life } from './life.ts'
import { HaulMember } from './member.ts'
import { waitPatiently } from './patience.ts'

/** How to run. */
export interface HaulOptions {
  readonly minutes: number
  readonly seed: number
  /** Ends it before its time, with figures. */
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

const MEMBERS = 10
/** Members that are never restarted: their memory is followed. */
const STAY = 4
/** Readings in all; those of the first fifth are warm-up. */
const READINGS = 120
const MINUTE_MS = 60_000

/** What a minority opened while it was parted is decided by nobody, and declined when it expires. */
const VALIDITY_MS = 60_000

const windows = { ...testTrack().windows, voting: 4_000, settle: 1_000, validity: VALIDITY_MS }
const tracks = Object.fromEntries(
  ['standard', 'emergency', 'constitutional'].map((name) => [name, testTrack({ windows })]),
)

/** Runs it all in a folder of its own; figures in the end, whatever they are. */
export async function runHaul(options: HaulOptions): Promise<HaulFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-haul-'))
  const members = await startMembers(folder)
  try {
    return await new Haul(members, options).run()
  } finally {
    await Promise.all(members.map((member) => member.down('SIGTERM')))
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startMembers(folder: string): Promise<HaulMember[]> {
  const homes = await makeHomes(MEMBERS, folder)
  const coalition = foundHomes(homes, { tracks })
  const nodes: NodeProcess[] = []
  const members: HaulMember[] = []
  for (const [i, { home, member }] of homes.entries()) {
    // A port of its own, so that it is found again where it was.
    const listen = [`/ip4/127.0.0.1/tcp/${await freePort()}`]
    writeConfigValue(home.layout.config, 'listen', listen)
    const node = new NodeProcess(openHome(home.layout.dir))
    if (i > 0) introduceProcess(node, coalition, nodes[0])
    nodes.push(node)
    const haulMember = new HaulMember(member.id, node, i < STAY)
    members.push(haulMember)
    await haulMember.up()
  }
  await waitPatiently('all are connected and active', async () => {
    const states = await Promise.all(members.map(({ api }) => api.status()))
    return states.every(({ peers, ratified }) => {
      return peers.connected === MEMBERS - 1 && ratified.active
    })
  })
  return members
}

class Haul {
  private readonly members: readonly HaulMember[]
  private readonly options: HaulOptions
  private readonly startedAt = performance.now()
  private lastReadingAt = Number.NEGATIVE_INFINITY

  constructor(members: readonly HaulMember[], options: HaulOptions) {
    this.members = members
    this.options = options
  }

  async run(): Promise<HaulFigures> {
    const durationMs = this.options.minutes * MINUTE_MS
    const life = await Life.begin(this.members, this.options.seed)
    while (this.elapsedMs < durationMs && !this.options.signal.aborted) {
      await life.step()
      if (performance.now() - this.lastReadingAt >= durationMs / READINGS) await this.read(life)
    }
    const unsettled = await this.unsettled(life)
    const digestsEqual = await this.digestsEqual()
    await this.read(life)
    const trends = this.members.filter(({ stays }) => stays).map(({ samples }) => trendOf(samples))
    return {
      minutes: this.elapsedMs / MINUTE_MS,
      members: MEMBERS,
      happened: life.happened,
      operations: await this.operations(),
      unsettled,
      digestsEqual,
      trends,
    }
  }

  private get elapsedMs(): number {
    return performance.now() - this.startedAt
  }

  private async operations(): Promise<number> {
    let count = 0
    await waitPatiently('a member says how much it holds', async () => {
      count = (await this.members[0]?.api.status())?.digests.count ?? 0
      return count > 0
    })
    return count
  }

  private async read({ happened }: Life): Promise<void> {
    this.lastReadingAt = performance.now()
    const operations = await this.operations()
    for (const member of this.members) if (member.stays) await member.sample(operations)
    const { ballots, edits, kills, stops, splits } = happened
    this.options.progress(
      `${(this.elapsedMs / MINUTE_MS).toFixed(1)} min: ${operations} operations, ${ballots} ballots, ` +
        `${edits} edits, ${kills} kills, ${stops} stops, ${splits} splits`,
    )
  }

  /** Ballots that do not end, or not alike everywhere, when everybody is there. */
  private async unsettled(life: Life): Promise<string[]> {
    let left = [...life.opened]
    const lookAgain = async (): Promise<boolean> => {
      const lists = await Promise.all(this.members.map(({ api }) => api.proposals()))
      const outcomes = lists.map((list) => new Map(list.map(({ id, outcome }) => [id, outcome])))
      left = left.filter((id) => {
        const found = new Set(outcomes.map((of) => of.get(id)))
        return found.size !== 1 || !(found.has('adopted') || found.has('declined'))
      })
      return left.length === 0
    }
    await waitPatiently('every ballot is settled', lookAgain).catch(() => undefined)
    return left
  }

  private async digestsEqual(): Promise<boolean> {
    const areEqual = async (): Promise<boolean> => {
      const states = await Promise.all(this.members.map(({ api }) => api.status()))
      return new Set(states.map(({ digests: { ops, state } }) => `${ops}/${state}`)).size === 1
    }
    return waitPatiently('digests are equal', areEqual).then(
      () => true,
      () => false,
    )
  }
}
