/** Signatures of gossiped operations: one at a time on this thread, several on the pool (§2.6). */
import type { Verifier } from '../../src/op/signature.ts'
import type { PooledVerifier, VerifyItem } from '../crypto/pooled-verifier.ts'

interface Question {
  readonly item: VerifyItem
  readonly answer: (isValid: boolean) => void
}

/**
 * The first signature of a turn of the event loop is checked at once; what else comes in that turn
 * is gathered for the pool. Answers come in the order of the questions: what a key said first goes
 * in first.
 */
export class GossipVerifier {
  private readonly direct: Verifier
  private readonly pool: Pick<PooledVerifier, 'verifyMany'>
  private questions: Question[] = []
  private isGathering = false
  private unanswered = 0
  /** Settles when all that was gathered before is answered. */
  private before: Promise<void> = Promise.resolve()

  constructor(direct: Verifier, pool: Pick<PooledVerifier, 'verifyMany'>) {
    this.direct = direct
    this.pool = pool
  }

  /** True for a valid signature of an accepted key. */
  verify(item: VerifyItem): Promise<boolean> {
    const isFirst = !this.isGathering && this.unanswered === 0
    if (!this.isGathering) setImmediate(() => this.endTurn())
    this.isGathering = true
    if (isFirst) return Promise.resolve(this.verifyOne(item))
    this.unanswered++
    return new Promise((answer) => {
      this.questions.push({ item, answer })
    })
  }

  private endTurn(): void {
    const questions = this.questions
    this.questions = []
    this.isGathering = false
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
    this.unanswered -= questions.length
    questions.forEach(({ answer }, i) => {
      answer(verdicts[i] === true)
    })
  }

  private verdictsOn(items: readonly VerifyItem[]): Promise<boolean[]> | boolean[] {
    const verifyHere = (): boolean[] => items.map((item) => this.verifyOne(item))
    // Where the pool fails nothing is known about the signatures: they are checked here.
    return items.length > 1 ? this.pool.verifyMany(items).catch(verifyHere) : verifyHere()
  }

  private verifyOne({ sig, message, key }: VerifyItem): boolean {
    return this.direct.acceptsKey(key) && this.direct.verify(sig, message, key)
  }
}
