/** `completion`: a script for a shell. */
import type { Report } from '../command.ts'
import { completionScript, type Shell } from '../completion.ts'
import { COMMANDS } from '../tree.ts'

/** Prints the script. */
export async function completion({ shell }: { readonly shell: Shell }): Promise<Report> {
  const script = completionScript(shell, COMMANDS)
  return { data: { shell, script }, text: script.trimEnd() }
}
