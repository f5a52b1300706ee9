/** Charters to start from: `extends: <name>`, then override (design §3.2). */

/** A charter to start from. */
interface Preset {
  /** Whom it suits, in one line. */
  readonly forWhom: string
  /** YAML of a charter without name and members. */
  readonly text: string
}

const consortium = `# Organisations that run and depend on shared software, with outside auditors.
functions:
  maintainer: { description: Develops and releases components }
  operator: { description: Runs the software in production }
  user: { description: Depends on the software or represents those who do }
  auditor: { description: Reviews independently and builds nothing }
  regulator: { description: Watches over the legal side }
tracks:
  standard:
    windows: { deliberation: 7d, review: 5d, interop: 5d, voting: 7d, settle: 1h, validity: 60d, appeal: 3d }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    chambers: [{ function: auditor, approval: 1/2 }]
    veto: { owners: true, coalition: 1/3, override: 4/5 }
    gates: { objections: answered, reviews: { count: 1, function: auditor }, interop: 2, builds: 2, risks: reassessed }
    contingency: { after: 3d, floor: 2/5, stakeholders: 3, functions: [auditor], approval: 3/4, scope: reversible, ratifyWithin: 14d }
  # A fix that cannot wait: hours instead of days, so more must agree; auditors look afterwards.
  emergency:
    windows: { deliberation: 2h, review: 4h, interop: 2h, voting: 12h, settle: 15m, validity: 14d, appeal: 3d }
    quorum: 1/2
    approval: { at: 3/4, of: cast }
    veto: { owners: true, coalition: 1/3, override: 2/3 }
    # Less than usual, never nothing: somebody else built it, and nobody's objection is passed over.
    gates: { objections: answered, builds: 1 }
    contingency: { after: 6h, floor: 2/5, stakeholders: 3, approval: 4/5, scope: reversible, ratifyWithin: 7d }
  # What the owners of a component decide among themselves: they vote, so they need no veto.
  domain:
    windows: { deliberation: 3d, review: 2d, interop: 2d, voting: 5d, settle: 1h, validity: 30d, appeal: 3d }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    gates: { objections: answered, reviews: 1 }
  # The rules themselves: silence never carries a change, so approval is of the whole electorate.
  constitutional:
    windows: { deliberation: 14d, review: 7d, interop: 0s, voting: 14d, settle: 1h, validity: 90d, appeal: 7d }
    quorum: 2/3
    approval: { at: 2/3, of: total }
    veto: { owners: false, coalition: 1/3, override: null }
    gates: { objections: answered }
appeals: { track: standard }
# No gate is passed over under pressure: only as slowly, and by as many, as the rules change.
overrides: { track: constitutional }
limits: { maxWeightShare: 1/4, opsPerMinute: 60, openBallots: 3, keyMaxAge: 365d, checkpointEvery: 1h }
`

const smallTeam = `# Four to nine groups that know each other and want answers within days.
functions:
  maintainer: { description: Develops and releases components }
  operator: { description: Runs the software }
tracks:
  standard:
    windows: { deliberation: 1d, review: 12h, interop: 12h, voting: 2d, settle: 10m, validity: 21d, appeal: 1d }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    veto: { owners: true, coalition: null, override: 3/4 }
    gates: { objections: answered }
    # More than half, so two halves of a split team never act apart.
    contingency: { after: 1d, floor: 3/5, stakeholders: 3, approval: 3/4, scope: reversible, ratifyWithin: 7d }
  emergency:
    windows: { deliberation: 30m, review: 30m, interop: 0s, voting: 3h, settle: 5m, validity: 7d, appeal: 1d }
    quorum: 1/2
    approval: { at: 3/4, of: cast }
    veto: { owners: true, coalition: null, override: 2/3 }
    contingency: { after: 2h, floor: 3/5, stakeholders: 3, approval: 4/5, scope: reversible, ratifyWithin: 3d }
  domain:
    windows: { deliberation: 12h, review: 12h, interop: 0s, voting: 1d, settle: 10m, validity: 14d, appeal: 1d }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
  constitutional:
    windows: { deliberation: 3d, review: 1d, interop: 0s, voting: 4d, settle: 10m, validity: 30d, appeal: 3d }
    quorum: 2/3
    approval: { at: 2/3, of: total }
    veto: { owners: false, coalition: 1/3, override: null }
    gates: { objections: answered }
appeals: { track: standard }
# No gate is passed over under pressure: only as slowly, and by as many, as the rules change.
overrides: { track: constitutional }
limits: { maxWeightShare: 1/3, opsPerMinute: 120, openBallots: 5, keyMaxAge: 365d, checkpointEvery: 15m }
`

const PRESETS = {
  consortium: {
    forWhom:
      'Organisations that share software and want room to deliberate, with auditors among them.',
    text: consortium,
  },
  'small-team': {
    forWhom: 'Four to nine groups that know each other and decide within days.',
    text: smallTeam,
  },
} as const satisfies Record<string, Preset>

/** The name of a preset. */
export type PresetName = keyof typeof PRESETS

/** True for the name of a preset. */
export const isPresetName = (name: string): name is PresetName => Object.hasOwn(PRESETS, name)

/** All presets. */
export const PRESET_NAMES: readonly PresetName[] = Object.keys(PRESETS).filter(isPresetName)

/** The YAML of a preset: everything but the name and the members. */
export const presetText = (name: PresetName): string => PRESETS[name].text

/** Whom a preset suits, in one line. */
export const presetAudience = (name: PresetName): string => PRESETS[name].forWhom
