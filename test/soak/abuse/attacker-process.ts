/** The attacker as the harness holds it: a process that gives way to everybody else on this machine. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Deeds, Mission } from './mission.ts'

const SCRIPT = fileURLToPath(new URL('./attacker.ts', import.meta.url))
/** How much it gives way: the machine is not what is attacked, and yet it must get its turns. */
const GIVES_WAY = '5'
/** Longest that an attacker may take to come to an end by itself, in ms. */
const FAREWELL_MS = 20_000

/** Started, and waiting for the word. */
export class AttackerProcess {
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>

  private constructor(child: ChildProcess) {
    this.child = child
    if (!child.stdout) throw new RangeError('the attacker has no output')
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  static async start(mission: Mission): Promise<AttackerProcess> {
    const child = spawn('nice', ['-n', GIVES_WAY, process.execPath, SCRIPT], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin?.on('error', () => {})
    const attacker = new AttackerProcess(child)
    child.stdin?.write(`${JSON.stringify(mission)}\n`)
    const { value } = await attacker.lines.next()
    if (value !== 'ready') throw new RangeError(`the attacker is not ready: ${value}`)
    return attacker
  }

  /** Lets it loose. */
  attack(): void {
    this.child.stdin?.write('go\n')
  }

  /** Calls it off; what it did. */
  async stop(): Promise<Deeds> {
    this.child.stdin?.end()
    const late = setTimeout(() => this.child.kill('SIGKILL'), FAREWELL_MS)
    const { value } = await this.lines.next()
    if (this.child.exitCode === null && this.child.signalCode === null)
      await once(this.child, 'exit')
    clearTimeout(late)
    return value === undefined ? { killed: 1 } : JSON.parse(value)
  }
}
