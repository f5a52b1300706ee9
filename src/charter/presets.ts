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
# Off: nobody is put out by the rest for having been out of reach.
reconstitution: ~
# Once a year the members look at how the rules have worked: folkmoot review.
review: { every: 365d }
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
# Off: nobody is put out by the rest for having been out of reach.
reconstitution: ~
# Few know all there is to know: what a mediator says that both sides trust settles it.
mediation: { binding: true }
limits: { maxWeightShare: 1/3, opsPerMinute: 120, openBallots: 5, keyMaxAge: 365d, checkpointEvery: 15m }
`

const openSourceFoundation = `# Projects and those who build on them: much time to talk, maintainers have their own chamber.
functions:
  maintainer: { description: Develops and releases components }
  contributor: { description: Speaks for those who contribute without releasing }
  user: { description: Builds on the software or represents those who do }
tracks:
  standard:
    windows: { deliberation: 14d, review: 7d, interop: 0s, voting: 10d, settle: 1h, validity: 90d, appeal: 7d }
    # Volunteers are away at times: less than half takes part, but of it most agree.
    quorum: 2/5
    approval: { at: 2/3, of: cast }
    chambers: [{ function: maintainer, approval: 1/2 }]
    veto: { owners: true, coalition: null, override: 2/3 }
    gates: { objections: answered, reviews: { count: 1, function: maintainer }, risks: reassessed }
    # Nobody acts for the others: where time is short there is the emergency track.
    contingency: null
  emergency:
    windows: { deliberation: 4h, review: 8h, interop: 0s, voting: 1d, settle: 30m, validity: 14d, appeal: 7d }
    quorum: 2/5
    approval: { at: 3/4, of: cast }
    chambers: [{ function: maintainer, approval: 1/2 }]
    veto: { owners: true, coalition: null, override: 2/3 }
    gates: { objections: answered, builds: 1 }
    contingency: null
  # Most is decided where the work is done: by the owners of a component.
  domain:
    windows: { deliberation: 5d, review: 2d, interop: 0s, voting: 7d, settle: 1h, validity: 45d, appeal: 7d }
    quorum: 1/2
    approval: { at: 1/2, of: cast }
    gates: { objections: answered }
    contingency: null
  constitutional:
    windows: { deliberation: 30d, review: 7d, interop: 0s, voting: 21d, settle: 1h, validity: 120d, appeal: 14d }
    quorum: 2/3
    approval: { at: 2/3, of: total }
    veto: { owners: false, coalition: 1/3, override: null }
    gates: { objections: answered }
    contingency: null
appeals: { track: standard }
# No gate is passed over under pressure: only as slowly, and by as many, as the rules change.
overrides: { track: constitutional }
# Off: nobody is put out by the rest for having been out of reach.
reconstitution: ~
# Who disputes is heard by three others whom nobody chooses.
panels: { seats: 3, functions: [] }
# Once a year the members look at how the rules have worked: folkmoot review.
review: { every: 365d }
limits: { maxWeightShare: 1/5, opsPerMinute: 60, openBallots: 5, keyMaxAge: 365d, checkpointEvery: 1h }
`

const disclosureCoalition = `# Vendors, coordinators and finders who handle vulnerabilities together: answers within hours.
functions:
  vendor: { description: Ships software and fixes it }
  coordinator: { description: Brings those concerned together and keeps the calendar }
  researcher: { description: Finds and verifies vulnerabilities }
  operator: { description: Runs the software and deploys fixes }
tracks:
  # Policies, calendars, who is told when: days, since nothing burns.
  standard:
    windows: { deliberation: 1d, review: 1d, interop: 0s, voting: 2d, settle: 15m, validity: 14d, appeal: 2d }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    chambers: [{ function: vendor, approval: 1/2 }]
    # Who ships the component may stop what touches it, unless nearly all others see it differently.
    veto: { owners: true, coalition: 1/3, override: 3/4 }
    gates: { objections: answered, risks: reassessed }
    contingency: null
  # An embargo that breaks: hours, more agreement, and no veto of one vendor against two thirds.
  emergency:
    windows: { deliberation: 30m, review: 30m, interop: 0s, voting: 4h, settle: 5m, validity: 3d, appeal: 2d }
    quorum: 1/2
    approval: { at: 3/4, of: cast }
    veto: { owners: true, coalition: null, override: 2/3 }
    # Somebody is always asleep: three fifths may act at once, never both sides of a partition.
    contingency: { after: 1h, floor: 3/5, stakeholders: 3, approval: 4/5, scope: reversible, ratifyWithin: 2d }
  domain:
    windows: { deliberation: 4h, review: 4h, interop: 0s, voting: 1d, settle: 15m, validity: 7d, appeal: 1d }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    contingency: null
  constitutional:
    windows: { deliberation: 14d, review: 7d, interop: 0s, voting: 14d, settle: 1h, validity: 90d, appeal: 7d }
    quorum: 2/3
    approval: { at: 3/4, of: total }
    veto: { owners: false, coalition: 1/3, override: null }
    gates: { objections: answered }
    contingency: null
appeals: { track: standard }
# No gate is passed over under pressure: only as slowly, and by as many, as the rules change.
overrides: { track: constitutional }
# Off: nobody is put out by the rest for having been out of reach.
reconstitution: ~
# Who disputes is heard by three others whom nobody chooses.
panels: { seats: 3, functions: [] }
# Once a year the members look at how the rules have worked: folkmoot review.
review: { every: 365d }
limits: { maxWeightShare: 1/5, opsPerMinute: 240, openBallots: 10, keyMaxAge: 180d, checkpointEvery: 5m }
`

const networkOperators = `# Many who run one network and must upgrade together: developers propose, operators carry it.
functions:
  operator: { description: Runs a part of the network }
  developer: { description: Develops what the network runs on }
  user: { description: Depends on the network or represents those who do }
tracks:
  # An upgrade that a third of the operators does not run is none: they have a chamber of their own.
  standard:
    windows: { deliberation: 10d, review: 7d, interop: 7d, voting: 10d, settle: 2h, validity: 90d, appeal: 5d }
    quorum: 3/5
    approval: { at: 2/3, of: cast }
    chambers: [{ function: operator, approval: 2/3 }, { function: developer, approval: 1/2 }]
    veto: { owners: false, coalition: 1/3, override: null }
    gates: { objections: answered, interop: 3, builds: 2, drills: 1, risks: reassessed }
    contingency: null
  emergency:
    windows: { deliberation: 1h, review: 2h, interop: 1h, voting: 8h, settle: 30m, validity: 10d, appeal: 5d }
    quorum: 3/5
    approval: { at: 3/4, of: cast }
    chambers: [{ function: operator, approval: 2/3 }]
    veto: { owners: false, coalition: 1/3, override: null }
    gates: { objections: answered, interop: 2, builds: 1 }
    contingency: { after: 2h, floor: 3/5, stakeholders: 4, functions: [operator], approval: 4/5, scope: reversible, ratifyWithin: 5d }
  domain:
    windows: { deliberation: 3d, review: 2d, interop: 0s, voting: 5d, settle: 1h, validity: 30d, appeal: 3d }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    gates: { objections: answered }
    contingency: null
  constitutional:
    windows: { deliberation: 21d, review: 7d, interop: 0s, voting: 21d, settle: 2h, validity: 120d, appeal: 7d }
    quorum: 2/3
    approval: { at: 2/3, of: total }
    chambers: [{ function: operator, approval: 1/2 }]
    veto: { owners: false, coalition: 1/3, override: null }
    gates: { objections: answered }
    contingency: null
appeals: { track: standard }
# No gate is passed over under pressure: only as slowly, and by as many, as the rules change.
overrides: { track: constitutional }
# Off: nobody is put out by the rest for having been out of reach.
reconstitution: ~
# Who disputes is heard by three others whom nobody chooses.
panels: { seats: 3, functions: [] }
# Once a year the members look at how the rules have worked: folkmoot review.
review: { every: 365d }
# Nobody is large: what one operator does not run, the others can carry.
limits: { maxWeightShare: 1/10, opsPerMinute: 30, openBallots: 2, keyMaxAge: 365d, checkpointEvery: 2h }
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
  'open-source-foundation': {
    forWhom: 'Projects, their maintainers and those who build on them, with much time to talk.',
    text: openSourceFoundation,
  },
  'disclosure-coalition': {
    forWhom: 'Vendors, coordinators and finders who handle vulnerabilities together, within hours.',
    text: disclosureCoalition,
  },
  'network-operators': {
    forWhom: 'Ten or more who run one network and must upgrade it together.',
    text: networkOperators,
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
