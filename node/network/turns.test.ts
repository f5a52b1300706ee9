import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

/** Requests at turns of one place, finished by hand in the order in which they began. */
class Desk {
  readonly began: string[] = []
  private readonly turns: Turns
  private readonly running: (() => void)[] = []

  constructor(places: number) {
    this.turns = new Turns(places)
  }

  ask(peer: string): Promise<void> {
    return this.turns.take(peer, () => {
      this.began.push(peer)
      const end = Promise.withResolvers<void>()
      this.running.push(end.resolve)
      return end.promise
    })
  }

  async finish(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.running.shift()?.()
  }
}

test('a peer with a thousand requests delays another by one turn only', async () => {
  const desk = new Desk(1)
  const all = ['greedy', 'greedy', 'greedy', 'greedy', 'modest', 'other'].map((who) =>
    desk.ask(who),
  )
  for (let i = 0; i < 6; i++) await desk.finish()
  await Promise.all(all)
  expect(desk.began).toEqual(['greedy', 'greedy', 'modest', 'other', 'greedy', 'greedy'])
})

test('no more at once than there are places, and a failure frees its place', async () => {
  const desk = new Desk(2)
  const all = ['a', 'b', 'c'].map((who) => desk.ask(who))
  await new Promise((resolve) => setImmediate(resolve))
  expect(desk.began).toEqual(['a', 'b'])
  for (let i = 0; i < 3; i++) await desk.finish()
  await Promise.all(all)
  const turns = new Turns(1)
  await expect(turns.take('a', () => Promise.reject(new RangeError('bad')))).rejects.toThrow('bad')
  expect(await turns.take('b', async () => 'served')).toBe('served')
})
