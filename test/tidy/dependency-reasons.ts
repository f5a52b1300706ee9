/** Why each direct dependency is there; one without a reason fails the tests. */

/** What an organisation installs. */
export const RUNTIME_REASONS: Readonly<Record<string, string>> = {
  '@automerge/automerge': 'merges documents, always fed by changes that the node itself derives',
  '@hono/node-server': 'runs the local API on Node’s HTTP server, over a unix socket or TCP',
  '@ipld/car': 'writes and reads operations as CAR files, which other IPLD tools open',
  '@ipld/dag-cbor': 'the canonical encoding of operations',
  '@libp2p/crypto': 'turns a node key into a libp2p identity',
  '@libp2p/gossipsub': 'spreads new operations at once',
  '@libp2p/identify': 'tells peers each other’s addresses and protocols; gossipsub needs it',
  '@libp2p/interface': 'the types of libp2p',
  '@libp2p/noise': 'encrypts connections and authenticates the member',
  '@libp2p/peer-id': 'maps between libp2p identities and keys',
  '@libp2p/ping': 'notices dead connections',
  '@libp2p/tcp': 'the transport',
  '@libp2p/yamux': 'many streams over one connection',
  '@multiformats/multiaddr': 'addresses of nodes',
  '@noble/ed25519': 'the reference of the signature predicate, by its curve points',
  '@noble/hashes': 'sha2 where the platform’s is not injected',
  'age-encryption': 'seals root keys with a passphrase, and case files to their recipients',
  commander: 'commands, options and help of the CLI',
  hono: 'routes of the local API and its event stream',
  'hyparquet-writer': 'writes results of simulations as Parquet, which pandas and DuckDB read',
  libp2p: 'the peer-to-peer host',
  multiformats: 'CIDs',
  pino: 'structured logs of the daemon',
  'uint8-varint': 'lengths of frames on sync streams',
  uint8arraylist: 'what libp2p streams deliver',
  yaml: 'charters, proposals and scenarios as people write them, with line and column of an error',
  zod: 'schemas of every body, file and API call; types are inferred from them',
}

/** What a contributor installs. */
export const DEVELOPMENT_REASONS: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'formats and lints',
  '@stryker-mutator/api': 'the interface by which StrykerJS runs the shared vectors',
  '@stryker-mutator/core': 'breaks the rules of ballots and charters one by one, outside CI',

  '@types/node': 'the types of Node',
  echarts: 'draws the charts of simulation reports; 60 MB, so who runs a node does not install it',
  'fast-check': 'properties over random operations and arrival orders',
  hyparquet: 'reads back in tests what was written as Parquet',
  node: 'pins the Node that the tests run on',
  rolldown: 'makes one file of what the crash test starts ten thousand times',
  typescript: 'checks types, builds, and parses the tree for the tidy test',
  vitest: 'runs the tests',
}

/** What is loaded only where it is installed (an optional peer), and the folder that may import it. */
export const OPTIONAL_IN: Readonly<Record<string, string>> = { echarts: 'sim/report/chart/' }

/** Licences that a dependency may have, runtime and development alike. */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
])

/** Licences besides that are fine in tools which we do not ship. */
export const ALLOWED_TOOL_LICENCES: ReadonlySet<string> = new Set([
  'CC-BY-4.0',
  'MPL-2.0',
  'Python-2.0',
])
