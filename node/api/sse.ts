/** Server-sent events (WHATWG HTML §9.2): the few lines of the format that we write and read. */
import type { NodeEvent } from './node-api.ts'

/** A comment that keeps proxies and half-open connections from looking dead. */
export const HEARTBEAT = ': alive\n\n'

/** An event as text; JSON has no line breaks, so one `data` line holds it. */
export const formatEvent = (event: NodeEvent): string =>
  `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`

/** The `data` of each event in a stream of text; comments and other fields are passed over. */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data: '))
      if (data.length > 0) yield data.map((line) => line.slice('data: '.length)).join('\n')
    }
  }
}
