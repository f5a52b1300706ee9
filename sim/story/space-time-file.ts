/** The space-time diagram as a file of its own: it brings the colours that a page would. */
import { readFileSync } from 'node:fs'
import type { Lanes } from './lanes.ts'
import { type Flag, spaceTime } from './space-time.ts'

/** An SVG file that any viewer shows, light or dark as the reader's system is. */
export function spaceTimeFile(run: Lanes, flags: readonly Flag[]): string {
  const css = readFileSync(new URL('../report/page/page.css', import.meta.url), 'utf8')
  const variables = /:root \{[^}]*\}/.exec(css)?.[0] ?? ''
  const rules = css.split('\n').filter((line) => /^\.(space-time|mark)/.test(line))
  const style = `${variables}\nsvg { background: var(--card); }\n${rules.join('\n')}`
  return spaceTime(run, flags).replace('>', `><style><![CDATA[${style}]]></style>`)
}
