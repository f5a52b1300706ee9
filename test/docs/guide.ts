/** Runs the commands of a guide: one home and one folder a host, `scp` and `systemctl` as shims. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Io, Sink } from '../../node/cli/io.ts'
import { run } from '../../node/cli/run.ts'
import { realServices } from '../../node/cli/services.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** One command of a guide, with the place where it stands. */
export interface GuideCommand {
  /** Empty where the prompt is a bare `$`. */
  readonly host: string
  readonly line: string
  /** What the text says of its exit code: `# exits with 1`. */
  readonly exit: number
  readonly lineNumber: number
}

/** The commands in a guide's `console` blocks, in order. */
export function commandsOf(markdown: string): GuideCommand[] {
  const commands: GuideCommand[] = []
  let inBlock = false
  for (const [i, line] of markdown.split('\n').entries()) {
    if (line.startsWith('```')) inBlock = line === '```console'
    const [, host, command] = (inBlock && /^(\w*)\$ (.*)$/.exec(line)) || []
    if (host === undefined || command === undefined) continue
    const exit = Number(/# exits with (\d+)/.exec(command)?.[1] ?? 0)
    commands.push({ host, line: command, exit, lineNumber: i + 1 })
  }
  return commands
}

/** Modules that a guide writes out, by the name in their first line: `// late-no.ts`. */
export const filesOf = (markdown: string): [string, string][] =>
  [...markdown.matchAll(/^```ts\n\/\/ ([\w-]+\.ts)\n([\s\S]*?)^```/gm)].map(
    ([, name = '', text = '']) => [name, text],
  )

/** The first fenced block of a language. */
export function blockOf(markdown: string, language: string): string {
  const match = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(markdown)
  if (!match?.[1]) throw new RangeError(`the guide has no ${language} block`)
  return match[1]
}

/** What a command printed and how it ended. */
export interface Ran {
  readonly code: number
  readonly output: string
}

/** A host of a guide on this machine. */
export interface Host {
  /** Words of the text, and what stands for them here: addresses, ids. */
  readonly words: Map<string, string>
  readonly env?: Readonly<Record<string, string>>
  /** Where its commands run, if not in a folder of its own. */
  readonly folder?: string
}

/** Words of a line that a shell would take as they are; undefined where it would do more with it. */
export function plainWords(line: string): readonly string[] | undefined {
  if (/[\\$`]/.test(line)) return undefined
  const words: string[] = []
  for (const [part] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+|["']/g)) {
    if (part.startsWith('#')) return words
    const bare = part.replaceAll(/"[^"]*"|'[^']*'/g, '')
    if (/[|<>;&*?~"'(){}]/.test(bare)) return undefined
    words.push(part.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  }
  return words
}

/** Collects what a command in this process prints. */
class Printed implements Sink {
  text = ''
  readonly isTty = false
  readonly columns = undefined
  write(text: string | Uint8Array): void {
    this.text += typeof text === 'string' ? text : Buffer.from(text).toString('utf8')
  }
}

/** How the commands of a guide are run. */
export interface GuideOptions {
  /** Plain `folkmoot` commands run in this process: as the program does, without starting one each. */
  readonly inProcess?: true
}

/** The hosts of a guide as folders on this machine. */
export class GuideHosts {
  private readonly directory: string
  private readonly hosts: ReadonlyMap<string, Host>
  private readonly exports = new Map<string, string[]>()
  private readonly daemons = new Map<string, ChildProcess>()
  private readonly inProcess: boolean

  constructor(
    directory: string,
    hosts: Readonly<Record<string, Host>>,
    { inProcess = undefined }: GuideOptions = {},
  ) {
    this.directory = directory
    this.inProcess = inProcess === true
    this.hosts = new Map(Object.entries(hosts))
    for (const name of ['bin', 'homes']) mkdirSync(join(directory, name), { recursive: true })
    this.shim('folkmoot', `exec "${process.execPath}" "${join(ROOT, 'bin/folkmoot.js')}" "$@"`)
    this.shim(
      'folkmoot-sim',
      `exec "${process.execPath}" "${join(ROOT, 'bin/folkmoot-sim.js')}" "$@"`,
    )
    this.shim('scp', `cp "$1" "${directory}/\${2%%.*}/"`)
    for (const name of this.hosts.keys()) mkdirSync(this.folder(name), { recursive: true })
  }

  /** The folder that a host's commands run in. */
  folder(name: string): string {
    return this.hosts.get(name)?.folder ?? join(this.directory, name)
  }

  /** Runs one command of the guide on a host: by default the one whose prompt it has. */
  async run({ host, line }: Pick<GuideCommand, 'host' | 'line'>, on = host): Promise<Ran> {
    if (line.startsWith('export ')) {
      this.exports.set(on, [...(this.exports.get(on) ?? []), line])
      return { code: 0, output: '' }
    }
    if (/^(systemctl|folkmoot up)\b/.test(line)) return this.service(on, line)
    const substituted = this.substitute(on, line)
    const words = this.inProcess && !this.exports.has(on) ? plainWords(substituted) : undefined
    if (words?.[0] === 'folkmoot') return this.here(on, words.slice(1))
    const script = [...(this.exports.get(on) ?? []), substituted].join('\n')
    return finish(spawn('bash', ['-c', script], this.options(on)))
  }

  /** Ends all daemons. */
  async end(): Promise<void> {
    await Promise.all([...this.daemons.keys()].map((host) => this.stop(host)))
  }

  private async here(on: string, argv: readonly string[]): Promise<Ran> {
    const { cwd, env } = this.options(on)
    const printed = new Printed()
    const io: Io = {
      ...{ stdout: printed, stderr: printed, cwd, env, now: Date.now },
      readInput: async () => '',
      signal: new AbortController().signal,
    }
    const code = await run(argv, io, realServices)
    return { code, output: printed.text }
  }

  private async service(host: string, line: string): Promise<Ran> {
    if (/\b(restart|stop)\b/.test(line)) await this.stop(host)
    if (line.includes('systemctl stop')) return { code: 0, output: '' }
    const options = { ...this.options(host), stdio: 'ignore' } as const
    const script = [...(this.exports.get(host) ?? []), 'exec folkmoot up'].join('\n')
    this.daemons.set(host, spawn('bash', ['-c', script], options))
    return this.run({ host, line: 'folkmoot wait --peers 0' })
  }

  private async stop(host: string): Promise<void> {
    const daemon = this.daemons.get(host)
    this.daemons.delete(host)
    if (!daemon || daemon.exitCode !== null) return
    daemon.kill('SIGTERM')
    await once(daemon, 'close')
  }

  private shim(name: string, script: string): void {
    writeFileSync(join(this.directory, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }

  private substitute(host: string, line: string): string {
    const words = [...(this.hosts.get(host)?.words ?? [])]
    return words.reduce((text, [word, here]) => text.replaceAll(word, here), line)
  }

  private options(host: string): { cwd: string; env: NodeJS.ProcessEnv } {
    const path = [join(this.directory, 'bin'), dirname(process.execPath), process.env.PATH]
    return {
      cwd: this.folder(host),
      env: {
        ...process.env,
        PATH: path.join(delimiter),
        FOLKMOOT_HOME: join(this.directory, 'homes', host),
        FOLKMOOT_SCRYPT_WORK_FACTOR: '10',
        NO_COLOR: '1',
        ...this.hosts.get(host)?.env,
      },
    }
  }
}

/** Reads a document of the repository. */
export const readDocument = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

async function finish(child: ChildProcess): Promise<Ran> {
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  await once(child, 'close')
  return { code: child.exitCode ?? 1, output }
}
