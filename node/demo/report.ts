/** The end of the demo: what the six nodes hold, each read from its own socket. */
import type { Company } from './company.ts'
import type { StepReport } from './stage.ts'

/** One node at the end. */
export interface NodeReport {
  readonly stakeholder: string
  readonly pid: number
  readonly peerId: string
  readonly home: string
  readonly ops: number
  readonly opsDigest: string
  readonly stateDigest: string
}

/** One ballot at the end, as the first node sees it. */
export interface BallotReport {
  readonly id: string
  readonly title: string
  readonly outcome: string
  readonly rounds: number
  readonly reasons: readonly string[]
}

/** What `--json` prints. */
export interface DemoReport {
  readonly ok: boolean
  readonly nodes: readonly NodeReport[]
  readonly ballots: readonly BallotReport[]
  readonly steps: readonly StepReport[]
}

/** Reads what every daemon that still answers holds. */
export async function report(
  company: Company,
  steps: readonly StepReport[],
  played: boolean,
): Promise<DemoReport> {
  const nodes: NodeReport[] = []
  for (const { id, home, api } of company.everyone) {
    const status = await api.status().catch(() => undefined)
    if (!status) continue
    const { pid, peerId, digests } = status
    nodes.push({
      stakeholder: id,
      pid,
      peerId,
      home,
      ops: digests.count,
      opsDigest: digests.ops,
      stateDigest: digests.state,
    })
  }
  const lines = (await company.founders[0]?.api.proposals().catch(() => [])) ?? []
  const ballots = lines.map(({ id, title, outcome, rounds, reasons }) => ({
    id,
    title,
    outcome,
    rounds,
    reasons,
  }))
  const equal = new Set(nodes.map((node) => `${node.opsDigest}/${node.stateDigest}`)).size === 1
  return { ok: played && equal && nodes.length === company.everyone.length, nodes, ballots, steps }
}

/** The report for people, and how to look further. */
export function table(result: DemoReport, company: Company, isKept: boolean): string[] {
  const lines = ['', 'node      ops  ops digest    state digest']
  for (const { stakeholder, ops, opsDigest, stateDigest } of result.nodes)
    lines.push(
      `${stakeholder.padEnd(8)} ${String(ops).padStart(4)}  ${opsDigest.slice(0, 12)}  ${stateDigest.slice(0, 12)}`,
    )
  lines.push('', 'outcome   round  ballot')
  for (const { title, outcome, rounds } of result.ballots)
    lines.push(`${outcome.padEnd(9)} ${String(rounds).padStart(5)}  ${title}`)
  const failed = result.steps.find((step) => !step.ok)
  if (failed) lines.push('', `✗ step “${failed.name}” failed: ${failed.error ?? ''}`)
  else lines.push('', `✓ ${result.steps.length} steps, ${result.nodes.length} nodes, one state`)
  if (isKept) {
    lines.push('', 'The coalition stays up. Look around:')
    for (const org of company.everyone) lines.push(`  ${org.commandLine('status')}`)
    lines.push(
      `Then, to end it: ${company.everyone.map((org) => org.commandLine('stop')).join('; ')}`,
    )
  } else lines.push('', 'To look around in a living one: npm run demo -- --keep')
  return lines
}
