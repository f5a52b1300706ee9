/** Runs the commands of a guide: one home and one folder a host, `scp` and `systemctl` as shims. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** One command of a guide, with the place where it stands. */
export interface GuideCommand {
  readonly host: string
  readonly line: string
  readonly lineNumber: number
}

/** The commands in a guide's `console` blocks, in order. */
export function commandsOf(markdown: string): GuideCommand[] {
  const commands: GuideCommand[] = []
  let inBlock = false
  for (const [i, line] of markdown.split('\n').entries()) {
    if (line.startsWith('```')) inBlock = line === '```console'
    const match = inBlock ? /^(\w+)\$ (.*)$/.exec(line) : null
    if (match?.[1] && match[2]) commands.push({ host: match[1], line: match[2], lineNumber: i + 1 })
  }
  return commands
}

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

/** The hosts of a guide as folders on this machine. */
export class GuideHosts {
  private readonly directory: string
  private readonly exports = new Map<string, string[]>()
  private readonly daemons = new Map<string, ChildProcess>()
  /** Addresses of the text and what stands for them here. */
  private readonly substitutions: readonly (readonly [string, string])[]

  constructor(directory: string, substitutions: readonly (readonly [string, string])[]) {
    this.directory = directory
    this.substitutions = substitutions
    const bin = join(directory, 'bin')
    mkdirSync(bin, { recursive: true })
    const folkmoot = `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/folkmoot.js')}" "$@"\n`
    writeFileSync(join(bin, 'folkmoot'), folkmoot)
    writeFileSync(
      join(bin, 'scp'),
      `#!/bin/sh\nhost="\${2%%.*}"\nmkdir -p "${directory}/$host"\ncp "$1" "${directory}/$host/"\n`,
    )
    for (const name of ['folkmoot', 'scp']) chmodSync(join(bin, name), 0o755)
  }

  /** The folder that a host's commands run in. */
  folder(host: string): string {
    const folder = join(this.directory, host)
    mkdirSync(folder, { recursive: true })
    return folder
  }

  /** Runs one command of the guide. */
  async run({ host, line }: GuideCommand): Promise<Ran> {
    if (line.startsWith('export ')) {
      this.exports.set(host, [...(this.exports.get(host) ?? []), line])
      return { code: 0, output: '' }
    }
    if (line.startsWith('systemctl ')) return this.service(host, line)
    const script = [...(this.exports.get(host) ?? []), this.substitute(host, line)].join('\n')
    return finish(spawn('bash', ['-c', script], this.options(host)))
  }

  /** Ends all daemons. */
  async end(): Promise<void> {
    await Promise.all([...this.daemons.keys()].map((host) => this.stop(host)))
  }

  private async service(host: string, line: string): Promise<Ran> {
    if (line.includes('restart')) await this.stop(host)
    const daemon = spawn('bash', ['-c', 'exec folkmoot up'], {
      ...this.options(host),
      stdio: 'ignore',
    })
    this.daemons.set(host, daemon)
    const wait: GuideCommand = {
      host,
      line: 'folkmoot wait --peers 0 --timeout 30s',
      lineNumber: 0,
    }
    return this.run(wait)
  }

  private async stop(host: string): Promise<void> {
    const daemon = this.daemons.get(host)
    this.daemons.delete(host)
    if (!daemon || daemon.exitCode !== null) return
    daemon.kill('SIGTERM')
    await once(daemon, 'close')
  }

  private substitute(host: string, line: string): string {
    return this.substitutions.reduce((text, [from, to]) => {
      const [scope, word] = from.includes('$') ? from.split('$') : [host, from]
      return scope === host && word ? text.replaceAll(word, to) : text
    }, line)
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
