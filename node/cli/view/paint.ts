/** Colour, only where somebody sees it. */
import { styleText } from 'node:util'

/** What text means; how that looks is decided here alone. */
export type Style = 'title' | 'good' | 'bad' | 'warn' | 'dim'

const FORMATS = {
  title: 'bold',
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  dim: 'dim',
} as const

/** Wraps text in the escapes of a style, or leaves it alone. */
export type Paint = (style: Style, text: string) => string

/** A paint that colours or does not. */
export const painter = (isColoured: boolean): Paint =>
  isColoured
    ? (style, text) => styleText(FORMATS[style], text, { validateStream: false })
    : (_style, text) => text

/** Whether to colour what goes to a sink: `--no-color`, NO_COLOR, FORCE_COLOR, a terminal. */
export function wantsColour(
  env: { readonly [name: string]: string | undefined },
  isTty: boolean,
  isForbidden: boolean,
): boolean {
  if (isForbidden || env.NO_COLOR) return false
  return env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : isTty && env.TERM !== 'dumb'
}
