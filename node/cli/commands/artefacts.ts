/** Commands about artefacts: files that members stand behind, named by their digest. */
import { defineCommand } from '../command.ts'
import { DRY_RUN } from './shared.ts'

const ARTEFACT_ID = {
  about: 'digest of the artefact (sha256:…), a unique beginning of its digits, or its last ones',
} as const

const TIMEOUT = {
  kind: 'duration',
  value: 'time',
  about: 'give up when nothing comes for so long (default: 1m); the daemon goes on',
} as const

const list = defineCommand({
  name: 'artefact list',
  about: 'artefacts, who stands behind them, what of them is here',
  isDefault: true,
  options: { held: { kind: 'flag', about: 'only those that are here whole' } },
  examples: [
    { run: 'folkmoot artefact list', does: 'also without a running daemon' },
    { run: 'folkmoot artefact list --held --json', does: 'every fact as a field' },
  ],
  run: async (input, context) => (await import('../acts/artefacts.ts')).list(input, context),
})

const add = defineCommand({
  name: 'artefact add',
  about: 'announce a file; members fetch it from us and from each other',
  args: { file: { about: 'the file' } },
  options: {
    name: { kind: 'text', value: 'name', about: 'what to call it (default: the name of the file)' },
    type: { kind: 'text', value: 'media-type', about: 'what it is: application/gzip' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot artefact add gateway-2.1.tar.gz',
      does: 'prints its digest, for the subjects of a proposal',
    },
    { run: 'folkmoot artefact add sbom.json --dry-run', does: 'shows what would be signed' },
  ],
  run: async (input, context) => (await import('../acts/artefacts.ts')).add(input, context),
})

const get = defineCommand({
  name: 'artefact get',
  about: 'fetch an artefact from whoever has it, and write it to a file, verified',
  args: { artefact: ARTEFACT_ID },
  options: {
    out: {
      kind: 'text',
      value: 'file',
      short: 'o',
      about: 'write to this file (default: its name, here); never over another',
    },
    timeout: TIMEOUT,
  },
  examples: [
    { run: 'folkmoot artefact get 9f86d081', does: 'goes on where it was after an interruption' },
    { run: 'folkmoot artefact get 9f86d081 -o /tmp/gateway.tar.gz', does: 'under another name' },
  ],
  run: async (input, context) => (await import('../acts/artefacts.ts')).get(input, context),
})

const verify = defineCommand({
  name: 'artefact verify',
  about: 'look at every byte of it here, or of a file that should be it; exit code 1 if wrong',
  args: { artefact: ARTEFACT_ID },
  options: {
    file: { kind: 'text', value: 'file', about: 'this file, instead of what the daemon holds' },
    timeout: TIMEOUT,
  },
  examples: [
    { run: 'folkmoot artefact verify 9f86d081', does: 'what is damaged is fetched again' },
    {
      run: 'folkmoot artefact verify 9f86d081 --file gateway.tar.gz',
      does: 'is this download what was announced?',
    },
  ],
  run: async (input, context) => (await import('../acts/artefacts.ts')).verify(input, context),
})

const pin = defineCommand({
  name: 'artefact pin',
  about: 'keep it whatever the room, and fetch it if it is not here',
  args: { artefact: ARTEFACT_ID },
  examples: [
    {
      run: 'folkmoot artefact pin 9f86d081',
      does: 'our own, and subjects of open and adopted proposals, are kept anyway',
    },
  ],
  run: async (input, context) => (await import('../acts/artefacts.ts')).act('pin', input, context),
})

const unpin = defineCommand({
  name: 'artefact unpin',
  about: 'no longer keep it by hand; it goes when room is needed',
  args: { artefact: ARTEFACT_ID },
  examples: [{ run: 'folkmoot artefact unpin 9f86d081', does: 'unused for longest goes first' }],
  run: async (input, context) =>
    (await import('../acts/artefacts.ts')).act('unpin', input, context),
})

const drop = defineCommand({
  name: 'artefact drop',
  about: 'remove it from here now, and stop fetching it',
  args: { artefact: ARTEFACT_ID },
  examples: [{ run: 'folkmoot artefact drop 9f86d081', does: 'others keep theirs' }],
  run: async (input, context) => (await import('../acts/artefacts.ts')).act('drop', input, context),
})

const release = defineCommand({
  name: 'artefact release',
  about: 'take back what we announced: our quota is free, and members stop serving it for us',
  args: { artefact: ARTEFACT_ID },
  options: { dryRun: DRY_RUN },
  examples: [
    { run: 'folkmoot artefact release 9f86d081', does: 'who else stands behind it still does' },
  ],
  run: async (input, context) => (await import('../acts/artefacts.ts')).release(input, context),
})

/** Commands about artefacts. */
export const ARTEFACT_COMMANDS = [list, add, get, verify, pin, unpin, drop, release]
