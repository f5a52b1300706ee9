/** How a node takes part in rollouts, by its settings. */
import { type Config, dutyMode } from '../home/config-schema.ts'
import type { RolloutSettings } from './rollout-policy.ts'

/** Reads the settings of rollouts. */
export function rolloutSettings(config: Config): RolloutSettings {
  const url = config['rollout.prometheus']
  return {
    mode: (track) => dutyMode(config['steward.rollout'], track),
    hooks: config['rollout.hooks'],
    monitor: url === null ? undefined : { url, queries: config['rollout.metrics'] },
    watchMs: config['rollout.watchMs'],
  }
}
