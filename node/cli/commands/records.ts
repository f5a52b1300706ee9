/** Commands about the record: log, evidence, bundles, carried operations. */
import { defineCommand } from '../command.ts'
import { OUT } from './shared.ts'

const log = defineCommand({
  name: 'log',
  about: 'who said what, newest last',
  options: {
    limit: { kind: 'number', value: 'n', short: 'n', about: 'how many (default: 50)' },
    type: { kind: 'text', value: 'type', about: 'only operations of this type: vote.cast' },
    of: { kind: 'text', value: 'stakeholder', about: 'only those of this member' },
  },
  examples: [
    { run: 'folkmoot log -n 20', does: 'the last twenty operations' },
    { run: 'folkmoot log --type vote.cast --of acme', does: 'how acme voted' },
  ],
  run: async (input, context) => (await import('../acts/log.ts')).log(input, context),
})

const journal = defineCommand({
  name: 'journal',
  about: 'what this node did by itself and why, newest last: seals, hooks, checkpoints',
  options: {
    limit: { kind: 'number', value: 'n', short: 'n', about: 'how many (default: 50)' },
    what: { kind: 'text', value: 'code', about: 'only deeds of this kind: hook, seal.issued' },
  },
  examples: [
    { run: 'folkmoot journal -n 20', does: 'the last twenty deeds' },
    { run: 'folkmoot journal --what hook', does: 'each hook: begun, ended, reported' },
  ],
  run: async (input, context) => (await import('../acts/log.ts')).journal(input, context),
})

const evidence = defineCommand({
  name: 'evidence',
  about: 'proof of keys that said two things at one place',
  examples: [{ run: 'folkmoot evidence', does: 'nothing to show is good' }],
  run: async (_input, context) => (await import('../acts/log.ts')).evidence(context),
})

const exportBundle = defineCommand({
  name: 'export',
  about: 'write all counted operations to a file that anybody can audit',
  options: { out: { ...OUT, required: true } },
  examples: [
    { run: 'folkmoot export -o example.car', does: 'a CAR file; folkmoot audit checks it' },
  ],
  run: async (input, context) => (await import('../acts/export.ts')).exportBundle(input, context),
})

const audit = defineCommand({
  name: 'audit',
  about: 'check a bundle from scratch: hashes, signatures, votes, verdicts, settlements',
  args: { bundle: { about: 'a file from `folkmoot export`' } },
  examples: [
    {
      run: 'folkmoot audit example.car',
      does: 'needs no home and trusts nobody; exit 1 if it fails',
    },
    { run: 'folkmoot audit example.car --json', does: 'every figure as a field' },
  ],
  run: async (input, context) => (await import('../acts/audit.ts')).audit(input, context),
})

const submit = defineCommand({
  name: 'submit',
  about: 'publish operations that were signed elsewhere',
  args: { file: { about: 'a file that a command wrote with --offline' } },
  examples: [{ run: 'folkmoot submit our.vote', does: 'through our daemon, whoever signed it' }],
  run: async (input, context) => (await import('../acts/submit.ts')).submit(input, context),
})

/** Commands about the record. */
export const RECORD_COMMANDS = [log, journal, evidence, exportBundle, audit, submit]
