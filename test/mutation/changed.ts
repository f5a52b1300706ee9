/**
 * The vectors with one place of the sources changed: the module that is changed and whatever imports it
 * are loaded anew, everything else is shared. So each mutant runs as it would be written, at full speed.
 */
import { readFileSync } from 'node:fs'
import { type LoadHookSync, type ResolveHookSync, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Mutant } from '@stryker-mutator/api/core'

/** A place in a source and what stands there instead. */
export type Change = Pick<Mutant, 'location' | 'replacement'>

interface Reload {
  /** What the URLs of all that is loaded anew end with. */
  readonly mark: string
  readonly url: string
  readonly source: string
  /** What imports the changed module, through however many others; itself, too. */
  readonly reached: ReadonlySet<string>
}

/** Loads modules, again for each change of one that they import. */
export class Reloader {
  private readonly root: string
  private readonly importers = new Map<string, Set<string>>()
  private count = 0
  private reload: Reload | undefined

  /** Of modules below the root it is known who imports whom. */
  constructor(root: string) {
    this.root = root
    registerHooks({ resolve: this.resolve, load: this.load })
  }

  /** The module as it is written. */
  plain(entry: string): Promise<unknown> {
    return import(entry)
  }

  /** The module as it would be with the change in a file. */
  async changed(entry: string, url: string, change: Change): Promise<unknown> {
    await this.plain(entry)
    const mark = `?change=${++this.count}`
    const source = changedText(readFileSync(fileURLToPath(url), 'utf8'), change)
    this.reload = { mark, url, source, reached: this.reachedFrom(url) }
    return import(`${entry}${mark}`)
  }

  private resolve: ResolveHookSync = (specifier, context, next) => {
    const found = next(specifier, context)
    const { parentURL = '' } = context
    if (!this.isOurs(found.url) || !this.isOurs(parentURL)) return found
    const [from = '', mark = ''] = parentURL.split(/(?=\?)/)
    this.importers.set(found.url, (this.importers.get(found.url) ?? new Set()).add(from))
    const isAnew = mark !== '' && mark === this.reload?.mark && this.reload.reached.has(found.url)
    return isAnew ? { ...found, url: found.url + mark } : found
  }

  private load: LoadHookSync = (url, context, next) => {
    const found = next(url, context)
    const { reload } = this
    return reload && url === reload.url + reload.mark
      ? { ...found, source: reload.source, shortCircuit: true }
      : found
  }

  private isOurs = (url: string): boolean =>
    url.startsWith(this.root) && !url.includes('/node_modules/')

  private reachedFrom(url: string): Set<string> {
    const reached = new Set([url])
    for (const one of reached) for (const by of this.importers.get(one) ?? []) reached.add(by)
    return reached
  }
}

/** The text with the change; in brackets where it is part of a larger expression. */
export function changedText(text: string, { location, replacement }: Change): string {
  const lines = text.split('\n')
  const offset = ({ line, column }: { readonly line: number; readonly column: number }): number =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + column
  const [head, tail] = [text.slice(0, offset(location.start)), text.slice(offset(location.end))]
  const code = head.replaceAll(COMMENT, '')
  const isStatement = BEGINS_STATEMENT.test(code) || /^(;|case\b|default\b)/.test(replacement)
  return head + (isStatement ? replacement : `(${replacement})`) + tail
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm
/** A line begins after one at whose end nothing is missing: brackets there would call what it ends with. */
const BEGINS_STATEMENT = /[^\s([{,;=>?:&|+\-*/!<%^~.]\s*\n\s*$/
