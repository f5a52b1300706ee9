/** The one way to add a route: with the scope that it takes. */
import type { Context, Hono } from 'hono'
import type { Refusal } from '../../src/op/refusal.ts'
import type { Scope } from '../home/scope.ts'
import type { Gate } from './gate.ts'
import { problemResponse } from './problem.ts'

/** Routes of an application behind a gate. */
export class Routes {
  private readonly app: Hono
  private readonly gate: Gate

  constructor(app: Hono, gate: Gate) {
    this.app = app
    this.gate = gate
  }

  /** Adds a route that answers whoever has that scope. */
  add(
    scope: Scope,
    method: 'GET' | 'POST',
    path: string,
    answer: (context: Context) => Promise<Response>,
  ): void {
    this.app.on(method, path, async (c) => {
      const stopped = refused(this.gate.allow(c.req.raw, scope))
      return stopped ?? (await answer(c))
    })
  }
}

/** The answer to what was refused. */
export const refused = (refusal: Refusal | undefined): Response | undefined =>
  refusal && problemResponse(refusal)
