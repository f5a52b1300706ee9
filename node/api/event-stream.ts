/** The event stream of the API: `text/event-stream`, pulled by its reader, ended by the server (§6.5). */
import type { NodeEvent } from './node-api.ts'
import { formatEvent, HEARTBEAT } from './sse.ts'

/** Between two signs of life. */
const HEARTBEAT_MS = 15_000

/** A response that carries events until the reader leaves or `shutdown` aborts. */
export function eventStream(
  follow: (signal: AbortSignal) => AsyncIterable<NodeEvent>,
  shutdown: AbortSignal,
): Response {
  const left = new AbortController()
  const signal = AbortSignal.any([shutdown, left.signal])
  return new Response(
    streamOf(follow(signal), () => left.abort()),
    {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    },
  )
}

/** One event a pull, so that a slow reader delays and does not fill the memory. */
function streamOf(events: AsyncIterable<NodeEvent>, leave: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = events[Symbol.asyncIterator]()
  let heartbeat: NodeJS.Timeout | undefined
  return new ReadableStream({
    start(controller) {
      // The first bytes: only with them does the reader know that it is connected.
      controller.enqueue(encoder.encode(HEARTBEAT))
      heartbeat = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(HEARTBEAT))
      }, HEARTBEAT_MS)
    },
    async pull(controller) {
      try {
        const next = await iterator.next()
        if (!next.done) {
          controller.enqueue(encoder.encode(formatEvent(next.value)))
          return
        }
      } catch (error) {
        clearInterval(heartbeat)
        throw error
      }
      clearInterval(heartbeat)
      controller.close()
    },
    cancel() {
      clearInterval(heartbeat)
      leave()
    },
  })
}
