/** Texts with something wrong about them: lines moved, words of another text, YAML's own traps. */
import type { Dice } from '../../convergence/moot.ts'
import { mangledValue } from './values.ts'

const WORDS = [
  '&a',
  '*a',
  '<<: *a',
  '!!binary',
  '? ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|',
  '%YAML 9.9',
  '---',
  '...',
  '\t',
  '\u0000',
  '1/0',
  '-1/3',
  '99999999999999999999/3',
  '1e400',
  '.nan',
  '0x10',
  '7d8h',
  'null',
  '~',
  'x: &x [*x]',
  `a: ${'['.repeat(60)}`,
]

/** A text with one or a few things wrong. */
export function mangledText(text: string, dice: Dice, other: string): string {
  let changed = text
  for (let i = dice.int(1, 3); i > 0; i--) changed = changedOnce(changed, dice, other)
  return changed
}

function changedOnce(text: string, dice: Dice, other: string): string {
  const lines = text.split('\n')
  const at = dice.int(0, Math.max(0, lines.length - 1))
  const line = lines[at] ?? ''
  const cut = dice.int(0, line.length)
  const way = dice.int(0, 7)
  if (way === 0) lines.splice(at, 1)
  else if (way === 1) lines.splice(at, 0, dice.pick(other.split('\n')))
  else if (way === 2) lines.splice(at, 0, ...lines.slice(at, at + dice.int(1, 6)))
  else if (way === 3) lines[at] = `${line.slice(0, cut)}${dice.pick(WORDS)}${line.slice(cut)}`
  else if (way === 4) lines[at] = line.slice(0, cut)
  else if (way === 5) lines[at] = `${' '.repeat(dice.int(0, 9))}${line.trim()}`
  else if (way === 6) lines[at] = line.replace(/: .*$/, `: ${dice.pick(WORDS)}`)
  else
    lines[at] = line.replace(/\d+/, () =>
      dice.pick(['0', '-1', '1e9', '99999999999999999999', '1/3']),
    )
  return lines.join('\n')
}

/** A JSON text with a changed value in it, or no JSON text any more. */
export function mangledJson(text: string, dice: Dice, other: string): string {
  const value = parsed(text)
  if (value === undefined || dice.chance(0.25)) return mangledText(text, dice, other)
  return JSON.stringify(mangledValue(value, dice, [parsed(other)])) ?? 'undefined'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
