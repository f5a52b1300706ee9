/** Signatures of gossiped operations: one at a time on this thread, several on the pool (§2.6). */
import type { Verifier } from '../../src/op/signature.ts'
import type { PooledVerifier, VerifyItem } from '../crypto/pooled-verifier.ts'

interface Question {
  readonly item: VerifyItem
  readonly answer: (isValid: boolean) => void
}

/** Gathers what comes in one turn of the event loop; a lone signature never waits for the pool. */
export class GossipVerifier {
  private readonly direct: Verifier
  private readonly pool: Pick<PooledVerifier, 'verifyMany'>
  private questions: Question[] = []
  /** Settles when all that was asked before is answered: what a key said first goes in first. */
  private before: Promise<void> = Promise.resolve()

  constructor(direct: Verifier, pool: Pick<PooledVerifier, 'verifyMany'>) {
    this.direct = direct
    this.pool = pool
  }

  /** True for a valid signature of an accepted key. */
  verify(item: VerifyItem): Promise<boolean> {
    if (this.questions.length === 0) setImmediate(() => this.answerAll())
    return new Promise((answer) => {
      this.questions.push({ item, answer })
    })
  }

  private answerAll(): void {
    const questions = this.questions
    this.questions = []
    const verdicts = this.verdictsOn(questions.map(({ item }) => item))
    this.before = this.answer(questions, verdicts, this.before)
  }

  private async answer(
    questions: readonly Question[],
    found: Promise<boolean[]> | boolean[],
    before: Promise<void>,
  ): Promise<void> {
    const verdicts = await found
    await before
    questions.forEach(({ answer }, i) => {
      answer(verdicts[i] === true)
    })
  }

  private verdictsOn(items: readonly VerifyItem[]): Promise<boolean[]> | boolean[] {
    return items.length > 1
      ? this.pool.verifyMany(items)
      : items.map((item) => this.verifyOne(item))
  }

  private verifyOne({ sig, message, key }: VerifyItem): boolean {
    return this.direct.acceptsKey(key) && this.direct.verify(sig, message, key)
  }
}
