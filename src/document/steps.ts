/**
 * Long work in steps: it yields where others may have their turn. Who is in a hurry finishes it at
 * once, a daemon takes it up again after it has answered others.
 */

/** Work that gives `T` in the end. */
export type Steps<T> = Generator<undefined, T, void>

/** Does all that is left at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
