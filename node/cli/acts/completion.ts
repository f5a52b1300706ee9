/** `completion`: a script for a shell. */
import type { Report } from '../command.ts'
import { completionScript, type Shell } from '../completion.ts'
import type { Context } from '../context.ts'

/** Prints the script. */
export async function completion(
  { shell }: { readonly shell: Shell },
  { commands }: Context,
): Promise<Report> {
  const script = completionScript(shell, commands)
  return { data: { shell, script }, text: script.trimEnd() }
}
