/** What a running command has at hand. */
import type { NodeApi } from '../api/node-api.ts'
import type { Home } from '../home/home.ts'
import type { PassphraseSource } from '../home/passphrase.ts'
import type { CommandOutline } from './command-outline.ts'
import type { Io } from './io.ts'
import type { Printer } from './view/printer.ts'

/** A way to a node, and who is at its other end. */
export interface Connection {
  readonly api: NodeApi
  /** The daemon, or this process on the home itself while no daemon runs. */
  readonly via: 'daemon' | 'offline'
  close(): Promise<void>
}

/**
 * Whom a command may talk to: only the daemon, the daemon or else the home itself, or only the home
 * itself while no daemon runs.
 */
export type Reach = 'daemon' | 'any' | 'offline'

/** What commands ask of the node; tests pass fakes. */
export interface Services {
  /**
   * Throws `no-daemon` (exit 3) where the reach demands a daemon and none answers. `passphrase` opens
   * a sealed node key where this process itself has to sign or look.
   */
  connect(home: Home, reach: Reach, passphrase: PassphraseSource): Promise<Connection>
  /** Runs the daemon until the signal aborts or it is told to stop. */
  runDaemon(home: Home, context: Context): Promise<void>
}

/** What a running command has at hand. */
export interface Context {
  readonly io: Io
  readonly services: Services
  readonly print: Printer
  /** The home directory, chosen but not opened. */
  readonly homeDir: string
  readonly json: boolean
  /** What is signed is carried in a file: the home itself is opened, no daemon may run. */
  readonly isOffline: boolean
  /** All commands there are. */
  readonly commands: readonly CommandOutline[]
}
