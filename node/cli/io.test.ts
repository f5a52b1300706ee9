import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askLine, askSecret, sinkOf } from './io.ts'

/** Asks, and types this when asked. */
async function typed(keys: string) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  input.write(keys)
  const answer = askSecret('Passphrase: ', input, output)
  return { answer, shown: () => String(output.read()) }
}

describe('a secret that is asked for', () => {
  it('is the line that was typed, and is not shown', async () => {
    const { answer, shown } = await typed('correct horse\r')
    expect(await answer).toBe('correct horse')
    expect(shown()).toBe('Passphrase: \n')
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-C after some letters', 'corr\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is none after %s', async (_name, keys) => {
    const { answer } = await typed(keys)
    await expect(answer).rejects.toMatchObject({ code: 'interrupted' })
  })
})

it.each([
  [true, 80, 80],
  [true, 0, undefined],
  [false, 80, undefined],
])('a stream that is a terminal (%s) of %s columns is %s wide', (isTTY, columns, expected) => {
  const stream = Object.assign(new PassThrough(), { isTTY, columns })
  expect(sinkOf(stream).columns).toBe(expected)
})

describe('a question that may be answered in the open', () => {
  it('is asked, and its answer is the line that comes', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const answer = askLine('Name: ', input, output)
    input.write('Grove\nmore\n')
    expect(await answer).toBe('Grove')
    expect(String(output.read())).toBe('Name: ')
  })

  it('is interrupted when nothing comes any more', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const answer = askLine('Name: ', input, output)
    input.end()
    await expect(answer).rejects.toMatchObject({ code: 'interrupted' })
  })
})
