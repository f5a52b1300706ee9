/** What every system under comparison must do. Each peer is a process of its own. */

/** How a peer is opened. */
export interface PeerOptions {
  /** An empty folder for what it keeps. */
  readonly folder: string
  readonly role: 'writer' | 'reader'
  /** Reader: where the writer is; nothing is to be replicated before `connect`. */
  readonly writer: unknown
}

/** One peer of one system. */
export interface Peer {
  /** What the reader needs to find the writer; plain JSON. */
  readonly address: unknown
  /** Reader: begins to replicate from the writer. Entries may come from now on. */
  connect(address: unknown): Promise<void>
  /** Writer: resolves when somebody is connected and listens for entries. */
  listened(): Promise<void>
  /** Writer: adds these, each as an entry of its own, as fast as its documentation has it done. */
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

/** Entries that a writer has begun to add and not finished, at most. */
export const IN_FLIGHT = 64

/** Adds all, some at once. */
export async function addAll(
  payloads: readonly string[],
  add: (payload: string, index: number) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < payloads.length; at += IN_FLIGHT)
    await Promise.all(payloads.slice(at, at + IN_FLIGHT).map((payload, i) => add(payload, at + i)))
}

/** Polls until it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}
