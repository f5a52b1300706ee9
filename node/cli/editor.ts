/** A text in the editor of whoever runs the command. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CliError } from './errors.ts'
import type { Io } from './io.ts'

/** Where neither `VISUAL` nor `EDITOR` says otherwise. */
const DEFAULT_EDITOR = 'vi'

/** A file with what somebody edited; it stays until it is discarded. */
export class EditedText {
  /** Where it is. */
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /**
   * Opens a text in the editor and waits until that is closed. Throws `no-terminal` where nobody
   * could use it, and `editor-failed`.
   */
  static async open(io: Io, name: string, text: string): Promise<EditedText> {
    const command = io.env.VISUAL || io.env.EDITOR || (io.stdout.isTty ? DEFAULT_EDITOR : undefined)
    if (command === undefined)
      throw new CliError(
        'no-terminal',
        'there is no terminal for an editor',
        'set EDITOR, or give the new content with --from',
      )
    const path = join(mkdtempSync(join(io.env.TMPDIR || tmpdir(), 'folkmoot-edit-')), name)
    writeFileSync(path, text, { mode: 0o600 })
    // Through a shell, because EDITOR may hold options: `code --wait`.
    const editor = spawn('sh', ['-c', `${command} "$1"`, 'sh', path], {
      stdio: 'inherit',
      env: { ...process.env, ...io.env },
    })
    const [code] = await once(editor, 'close')
    if (code === 0) return new EditedText(path)
    throw new CliError(
      'editor-failed',
      `the editor "${command}" ended with ${code}`,
      `nothing was signed; what you wrote is in ${path}`,
    )
  }

  /** What it holds now. */
  read(): string {
    return readFileSync(this.path, 'utf8')
  }

  /** Removes it. */
  discard(): void {
    rmSync(dirname(this.path), { recursive: true, force: true })
  }
}
