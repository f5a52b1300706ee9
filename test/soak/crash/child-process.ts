/** A child as the harness holds it: started ahead, so that a life begins when it is told to open. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { messagesOf, type Order, type Word } from './wire.ts'

/** A started child that has not been told anything. */
export class ChildProcessHandle {
  private readonly child: ChildProcess
  private readonly exit: Promise<unknown>
  private readonly stream: AsyncGenerator<Word>
  private isKilled = false
  private complaint = ''

  constructor(script: string, epoch: number) {
    this.child = spawn(process.execPath, [script, String(epoch)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.exit = once(this.child, 'exit')
    const { stdin, stdout, stderr } = this.child
    if (!stdin || !stdout || !stderr) throw new TypeError('the child has no pipes')
    // It may die while we write to it: that is what it is for.
    stdin.on('error', () => {})
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaint = (this.complaint + text).slice(-2_000)
    })
    this.stream = messagesOf<Word>(stdout)
  }

  /** Resolves when it waits for its first order. */
  async warm(): Promise<this> {
    await this.stream.next()
    return this
  }

  tell(order: Order): void {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`)
  }

  /** What it says, until it is gone. */
  words(): AsyncGenerator<Word> {
    return this.stream
  }

  /** SIGKILL. */
  kill(): void {
    this.isKilled = true
    this.child.kill('SIGKILL')
  }

  /** Resolves when the process is gone. */
  async gone(): Promise<void> {
    await this.exit
  }

  /** True when the switch in it ended it. */
  get killedItself(): boolean {
    return !this.isKilled && this.child.signalCode === 'SIGKILL'
  }

  /** How it ended, where nobody killed it: neither we nor the switch in it. */
  get unexpectedEnd(): string | undefined {
    const { exitCode } = this.child
    return exitCode === null ? undefined : `ended with code ${exitCode}: ${this.complaint}`
  }
}
