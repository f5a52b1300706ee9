/** What every system under comparison must do. Each peer is a process of its own. */

/** How a peer is opened. */
export interface PeerOptions {
  /** An empty folder for what it keeps. */
  readonly folder: string
  readonly role: 'writer' | 'reader'
}

/** One peer of one system. */
export interface Peer {
  /** What the reader needs to find the writer; plain JSON. */
  readonly address: unknown
  /** Reader: begins to replicate from the writer. Entries may come from now on. */
  connect(address: unknown): Promise<void>
  /** Writer: resolves when somebody is connected and listens for entries. */
  listened(): Promise<void>
  /** Writer: adds these, each as an entry of its own, as fast as it can. */
  write(payloads: readonly string[]): Promise<void>
  /** Reader: resolves when it holds so many entries, readable and on disk as far as the system promises. */
  holds(count: number): Promise<void>
  close(): Promise<void>
}

/** One system. */
export interface Contender {
  readonly name: string
  /** Versions of what it is made of. */
  readonly versions: readonly string[]
  open(options: PeerOptions): Promise<Peer>
}

/** Polls until it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}
