/** `export`: all counted operations to a file. */
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { writeResult } from '../files.ts'
import { withNode } from '../node-access.ts'

/** Writes the bundle. */
export const exportBundle = (
  { out }: { readonly out: string },
  context: Context,
): Promise<Report | undefined> =>
  withNode(context, 'any', async ({ api }) => {
    context.print.progress('gathering operations …')
    const bytes = await api.exportCar()
    if (!writeResult(context, out, bytes)) return undefined
    return {
      data: { file: out, sizeBytes: bytes.length },
      text: `✓ ${out}: ${bytes.length} bytes; anybody checks it with \`folkmoot audit ${out}\``,
    }
  })
