/** Commands about private notes: committed to now, shown later, or never. */
import { defineCommand } from '../command.ts'
import { DRY_RUN } from './shared.ts'

const NOTE_ID = { about: 'id of the note: a unique beginning, or its last characters' } as const

const add = defineCommand({
  name: 'note add',
  carries: true,
  about: 'keep a text here, and commit to it in the log: nobody learns it, nobody can change it',
  args: { text: { about: 'the text', optional: true } },
  options: {
    file: { kind: 'text', value: 'file', about: 'the text, from a file' },
    label: { kind: 'text', value: 'text', about: 'a name that everybody sees' },
    about: { kind: 'text', value: 'id', about: 'what it bears on: a proposal, an operation' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot note add --file minutes.md --about x4m2k7ra',
      does: 'the text stays in the home, mode 0600; back it up',
    },
    {
      run: 'folkmoot note add "we would accept 3 weeks" --label position',
      does: 'the label is public, the text is not',
    },
  ],
  run: async (input, context) => (await import('../acts/notes.ts')).add(input, context),
})

const list = defineCommand({
  name: 'note list',
  about: 'notes that members committed to, and which of them were revealed',
  isDefault: true,
  examples: [{ run: 'folkmoot note list', does: 'also without a running daemon' }],
  run: async (_input, context) => (await import('../acts/notes.ts')).list(context),
})

const show = defineCommand({
  name: 'note show',
  about: 'one note: its text where it is ours or was revealed',
  args: { note: NOTE_ID },
  examples: [{ run: 'folkmoot note show 7kq3mz2a', does: 'shows our own text to us only' }],
  run: async (input, context) => (await import('../acts/notes.ts')).show(input, context),
})

const reveal = defineCommand({
  name: 'note reveal',
  carries: true,
  about: 'publish the text of our note, with what proves it; for good',
  args: { note: NOTE_ID },
  options: { dryRun: DRY_RUN },
  examples: [
    { run: 'folkmoot note reveal 7kq3mz2a --dry-run', does: 'shows what everybody would see' },
    {
      run: 'folkmoot note reveal 7kq3mz2a',
      does: 'anybody can check that it was so from the start',
    },
  ],
  run: async (input, context) => (await import('../acts/notes.ts')).reveal(input, context),
})

const verify = defineCommand({
  name: 'note verify',
  about: 'check what was said, or what is kept here, against the commitment; exit code 1 if wrong',
  args: { note: NOTE_ID },
  examples: [
    { run: 'folkmoot note verify 7kq3mz2a', does: 'a text that does not fit is shown as false' },
  ],
  run: async (input, context) => (await import('../acts/notes.ts')).verify(input, context),
})

/** Commands about notes. */
export const NOTE_COMMANDS = [list, add, show, reveal, verify]
