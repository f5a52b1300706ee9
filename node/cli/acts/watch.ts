/** `watch`: changes as they happen. */

import { shortId } from '../../api/ids.ts'
import type { NodeEvent } from '../../api/node-api.ts'
import type { Context } from '../context.ts'
import { withNode } from '../node-access.ts'
import { plain } from '../view/text.ts'
import { moment } from '../view/time.ts'

/** Prints one line for each event until the user interrupts or the daemon ends. */
export const watch = (
  { since }: { readonly since: number | undefined },
  context: Context,
): Promise<undefined> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { print, json, io } = context
    print.note('watching; interrupt to end')
    let last: number | undefined
    for await (const event of api.events(since, io.signal)) {
      if (json) print.jsonLine(event)
      else {
        // Ids count up by one: a gap is what was lost (slow reader, restarted daemon).
        if (last !== undefined && event.id > last + 1)
          print.warn(`${event.id - last - 1} events lost`)
        print.line(eventLine(event, context))
      }
      last = event.id
    }
    return undefined
  })

const eventLine = ({ at, kind, proposal, sentence }: NodeEvent, { print }: Context): string => {
  const about = proposal === null ? '' : ` ${print.paint('dim', shortId(proposal))}`
  return `${print.paint('dim', moment(at))}  ${kind}${about}  ${plain(sentence)}`
}
