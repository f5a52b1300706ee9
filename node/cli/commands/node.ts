/** Commands about the running node. */
import { defineCommand } from '../command.ts'

const up = defineCommand({
  name: 'up',
  about: 'run the node in the foreground',
  options: {
    recover: {
      kind: 'flag',
      about: 'the store may be behind what our key said: sign nothing, show what is waited for',
    },
  },
  examples: [
    { run: 'folkmoot up', does: 'one line when it is ready; logs as JSON on stderr' },
    {
      run: 'folkmoot up --recover',
      does: 'after a disk image or a copy of the home was put back by other means than `restore`',
    },
    { run: 'FOLKMOOT_LOG_LEVEL=debug folkmoot up 2>node.log', does: 'more logs, kept in a file' },
  ],
  run: async (input, context) => (await import('../acts/daemon.ts')).up(input, context),
})

const stop = defineCommand({
  name: 'stop',
  about: 'stop the node and wait until it has ended',
  options: {
    timeout: { kind: 'duration', value: 'time', about: 'how long to wait (default: 30s)' },
  },
  examples: [{ run: 'folkmoot stop', does: 'everything it took in is on disk' }],
  run: async (input, context) => (await import('../acts/daemon.ts')).stop(input, context),
})

const wait = defineCommand({
  name: 'wait',
  about: 'wait until something holds; exit code 5 when it does not in time',
  options: {
    active: { kind: 'flag', about: 'enough founders have ratified: it can decide' },
    synced: { kind: 'flag', about: 'connected, and nothing is missing' },
    ballot: { kind: 'text', value: 'id', about: 'this proposal is settled' },
    outcome: {
      kind: 'text',
      value: 'outcome',
      choices: ['adopted', 'declined', 'provisional'],
      about: 'with --ballot: in this way; provisional: adopted, if only for now',
    },
    peers: { kind: 'number', value: 'n', about: 'at least so many peers are connected' },
    digest: { kind: 'text', value: 'hex', about: 'the operations held have this digest' },
    timeout: { kind: 'duration', value: 'time', about: 'how long (default: 30s)' },
  },
  examples: [
    { run: 'folkmoot wait --peers 3 --timeout 1m', does: 'in a script, after `folkmoot up &`' },
    {
      run: 'folkmoot wait --ballot x4m2k7ra --outcome adopted --timeout 2h && ./deploy.sh',
      does: 'goes on only when it is adopted',
    },
  ],
  run: async (input, context) => (await import('../acts/wait.ts')).wait(input, context),
})

const status = defineCommand({
  name: 'status',
  about: 'the node at a glance: who is reachable, what needs us',
  examples: [
    { run: 'folkmoot status', does: 'exit code 3 when no daemon runs' },
    { run: 'folkmoot status --json', does: 'every fact as a field' },
  ],
  run: async (_input, context) => (await import('../acts/status.ts')).status(context),
})

const watch = defineCommand({
  name: 'watch',
  about: 'show changes as they happen',
  options: {
    since: { kind: 'number', value: 'n', about: 'begin after the event of this number' },
  },
  examples: [
    { run: 'folkmoot watch', does: 'one line for each event, until interrupted' },
    { run: 'folkmoot watch --json', does: 'one JSON object on each line' },
  ],
  run: async (input, context) => (await import('../acts/watch.ts')).watch(input, context),
})

const doctor = defineCommand({
  name: 'doctor',
  about: 'check the node: port, clock, disk, keys, peers, store, socket; each with its fix',
  options: {
    rebuild: { kind: 'flag', about: 'salvage a damaged store; the old file is kept' },
    bundle: {
      kind: 'text',
      value: 'file',
      about: 'write versions, limits, settings, findings and status for whoever helps',
    },
    log: { kind: 'text', value: 'file', about: 'with --bundle: its last lines go into it too' },
  },
  examples: [
    { run: 'folkmoot doctor', does: 'works with and without a running daemon' },
    { run: 'folkmoot stop; folkmoot doctor --rebuild', does: 'after the store was found damaged' },
    {
      run: 'folkmoot doctor --bundle report.json --log folkmoot.log',
      does: 'without keys, tokens, passphrases, commands of hooks; read it before you send it',
    },
  ],
  run: async (input, context) => (await import('../acts/doctor.ts')).doctor(input, context),
})

/** Commands about the running node. */
export const NODE_COMMANDS = [up, stop, wait, status, watch, doctor]
