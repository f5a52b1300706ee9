/**
 * The constants of the agreement as one value (design §3.6). The product has exactly one,
 * `RULES`; tests break one at a time and show that a broken one is caught.
 */

/** What settlement may assume and must wait for. */
export interface SettleRules {
  /** W − F: what a certificate needs, of electorate weight W with at most F faulty. */
  readonly quorum: (total: number, faulty: number) => number
  /** An estimate of this weight is echoed. */
  readonly echoAt: (faulty: number) => number
  /** An estimate of this weight is binding. */
  readonly bindingAt: (faulty: number) => number
  /** *adopt* counts only where an endorsement certificate is held. */
  readonly adoptNeedsCertificate: boolean
  /** An endorsement holds its slot generation until the ballot settles. */
  readonly slotLock: boolean
  /** An amendment is endorsed only when what its node endorsed before is settled (§3.3). */
  readonly amendmentWaits: boolean
  /** Seal and settle operations are pulled by reference, also from a frozen key (§2.2). */
  readonly pullsSettleOps: boolean
  /** A round's timer is waited for, so that its lead can be heard. */
  readonly waitsForTimer: boolean
  /** Of two provisional outcomes in one slot generation both are held; no order chooses (§3.7). */
  readonly holdsBoth: boolean
  /** A provisional outcome that is not settled in time lapses (§3.7). */
  readonly provisionalLapses: boolean
  /** The rest goes on only without members that were silent for long enough (§3.3). */
  readonly removesOnlySilent: boolean
  /** Who endorsed a reconstitution decides nothing on what cannot settle without the silent. */
  readonly endorsersYield: boolean
  /** A component's slot has one electorate: its owners where they decide it, else everybody. */
  readonly oneElectorate: boolean
}

/** The rules. */
export const RULES: SettleRules = {
  quorum: (total, faulty) => total - faulty,
  echoAt: (faulty) => faulty + 1,
  bindingAt: (faulty) => 2 * faulty + 1,
  adoptNeedsCertificate: true,
  slotLock: true,
  amendmentWaits: true,
  pullsSettleOps: true,
  waitsForTimer: true,
  holdsBoth: true,
  provisionalLapses: true,
  removesOnlySilent: true,
  endorsersYield: true,
  oneElectorate: true,
}

/** Length of round r's timer is this × r, in ms. */
export const ROUND_TIMER_MS = 5_000
/** Rounds in which a quorum of equal estimates spares the wait. */
export const FAST_ROUNDS = 2
/** Longest that a node syncs before it closes because others have (§3.6, 1), in ms. */
export const CLOSE_SYNC_MS = 60_000
/** An `opensAt` further than this after first sight is declined at once, in ms. */
export const MAX_OPENS_AHEAD_MS = 30 * 24 * 3_600_000
/** Key changes known for this long must be in a proposal's basis, in ms. */
export const BASIS_GRACE_MS = 24 * 3_600_000
