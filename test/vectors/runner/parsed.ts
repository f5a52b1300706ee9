/**
 * Texts of charters, each read once. Mutants of the analyser share this module; those of what reads a
 * charter have it anew.
 */
import { type ParsedCharter, type ParseOptions, parseCharter } from '../../../src/charter/parse.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import { serialiseCharter } from '../../../src/charter/serialise.ts'

const read = new Map<string, ParsedCharter>()
const again = new WeakMap<Charter, ParsedCharter>()

/** What a text reads as. */
export function parsed(text: string, options: ParseOptions = {}): ParsedCharter {
  const key = JSON.stringify([text, [...(options.roots ?? [])], options.isDraft])
  const found = read.get(key) ?? parseCharter(text, options)
  read.set(key, found)
  return found
}

/** What a charter reads as once it is written out. */
export function readBack(charter: Charter): ParsedCharter {
  const found = again.get(charter) ?? parseCharter(serialiseCharter(charter))
  again.set(charter, found)
  return found
}
