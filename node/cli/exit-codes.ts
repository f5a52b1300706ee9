/** Exit codes of `folkmoot`: few, named, stable; scripts and service units rely on them (§6.6). */

/** What a command's exit code means. */
export const EXIT = {
  ok: 0,
  /** It did not work: a file, the disk, the network, a damaged bundle. */
  failed: 1,
  /** The command line or the settings cannot be understood. */
  usage: 2,
  /** The command needs the daemon and none answers. */
  noDaemon: 3,
  /** A rule of the coalition or of the protocol forbids it. */
  refused: 4,
  /** What was waited for did not happen in time. */
  timeout: 5,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
