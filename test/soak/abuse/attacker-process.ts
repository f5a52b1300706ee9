/** The attacker as the harness holds it: one process for all attacks, which gives way to everybody else. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Deeds, Mission } from './mission.ts'

const SCRIPT = fileURLToPath(new URL('./attacker.ts', import.meta.url))
/** How much it gives way: the machine is not what is attacked, and yet it must get its turns. */
const GIVES_WAY = '5'

/** A started attacker. */
export class AttackerProcess {
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>

  constructor() {
    this.child = spawn('nice', ['-n', GIVES_WAY, process.execPath, SCRIPT], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const { stdin, stdout } = this.child
    if (!stdin || !stdout) throw new RangeError('the attacker has no pipes')
    stdin.on('error', () => {})
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  /** Prepares an attack; resolves when it may begin. */
  async prepare(mission: Mission): Promise<void> {
    this.tell(JSON.stringify(mission))
    const said = await this.hear()
    if (said !== 'ready') throw new RangeError(`the attacker is not ready: ${said}`)
  }

  /** Lets it loose. */
  attack(): void {
    this.tell('go')
  }

  /** Calls it off; what it did. */
  async stop(): Promise<Deeds> {
    this.tell('stop')
    return JSON.parse(await this.hear())
  }

  end(): void {
    this.child.kill('SIGKILL')
  }

  private tell(line: string): void {
    this.child.stdin?.write(`${line}\n`)
  }

  private async hear(): Promise<string> {
    const { value } = await this.lines.next()
    if (value === undefined) throw new RangeError('the attacker is gone')
    return value
  }
}
