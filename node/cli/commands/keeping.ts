/** Commands that keep a home safe: backup and restore. */
import { defineCommand } from '../command.ts'

const backup = defineCommand({
  name: 'backup',
  about: 'write everything of this home but contents of artefacts to one file; the node may run',
  args: { file: { about: 'a new file; nothing is overwritten' } },
  options: {
    encrypt: { kind: 'flag', about: 'seal it with a passphrase (age)' },
    recipient: { kind: 'list', value: 'age1…', about: 'seal it to an age recipient; repeatable' },
  },
  examples: [
    { run: 'folkmoot backup /mnt/usb/acme.backup', does: 'checks every operation of the copy' },
    {
      run: 'folkmoot backup acme.backup --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
      does: 'who has the identity opens it; `age -d` does, too',
    },
  ],
  run: async (input, context) => (await import('../acts/backup.ts')).backup(input, context),
})

const restore = defineCommand({
  name: 'restore',
  about: 'make a home from a backup; its key signs nothing until the root delegates a new one',
  args: { file: { about: 'what `folkmoot backup` wrote' } },
  options: {
    identity: { kind: 'text', value: 'file', about: 'the age identity that it was sealed to' },
  },
  examples: [
    { run: 'folkmoot restore acme.backup', does: 'into an empty --home; then `folkmoot up`' },
    { run: 'folkmoot restore acme.backup --identity key.txt', does: 'a backup with recipients' },
  ],
  run: async (input, context) => (await import('../acts/backup.ts')).restore(input, context),
})

/** Backup and restore. */
export const KEEPING_COMMANDS = [backup, restore]
