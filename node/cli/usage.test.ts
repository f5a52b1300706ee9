import { afterAll, describe, expect, it } from 'vitest'
import { refuse } from '../../src/op/refusal.ts'
import type { NodeApi } from '../api/node-api.ts'
import { CliError, failureOf, noDaemon } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import { SocketServices, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

describe('a line that cannot be understood exits with 2', () => {
  it.each([
    [['vot', 'x'], 'did you mean "vote"?'],
    [['peers', 'blok', 'x'], 'did you mean "peers block"?'],
    [['keys', 'rotat'], 'did you mean "keys rotate"?'],
    [['status', '--jsn'], 'did you mean "--json"?'],
    [['vote', 'abcd', 'maybe'], 'folkmoot vote --help'],
    [['--home', 'here', 'vote', 'abcd'], 'folkmoot vote --help'],
    [['export'], 'folkmoot export --help'],
    [['wait', '--timeout', 'soon'], 'folkmoot wait --help'],
    [['wait', '--peers', 'many'], 'folkmoot wait --help'],
    [['status', 'now'], 'folkmoot status --help'],
    [['keys', 'revoke'], 'folkmoot keys revoke --help'],
    [['--frobnicate'], 'folkmoot --help'],
  ])('%j', async (argv, hint) => {
    const { exit, err, out } = await place.run(argv)
    expect(exit).toBe(EXIT.usage)
    expect(out).toBe('')
    expect(err).toMatch(/^✗ /)
    expect(err).toContain('Hint: ')
    expect(err).toContain(hint)
  })

  it.each([
    [['vote', 'abcd', 'maybe'], '"maybe" is no choice. Choose one of yes, no, abstain, veto.'],
    [['wait', '--timeout', 'soon'], '"soon" is not possible for --timeout <time>. It must be'],
    [['proposals', '--outcome', 'won'], '"won" is not possible for --outcome <outcome>. Choose'],
  ])('%j says what would be right', async (argv, sentence) => {
    expect((await place.run(argv)).err).toContain(sentence)
  })

  it('says so in JSON where JSON was asked for', async () => {
    const { exit, json, err } = await place.run(['vot', '--json'])
    expect(exit).toBe(EXIT.usage)
    expect(err).toBe('')
    expect(json()).toEqual({
      ok: false,
      code: 'usage',
      message: 'unknown command "vot"',
      hint: 'did you mean "vote"?',
    })
  })

  it('is not --version, which scripts try before they know the commands', async () => {
    const { out } = await place.run(['version'])
    for (const flag of ['--version', '-V']) {
      const asked = await place.run([flag])
      expect(asked).toMatchObject({ exit: EXIT.ok, out })
    }
  })

  it('shows the commands when there is none', async () => {
    const { exit, out } = await place.run([])
    expect(exit).toBe(EXIT.usage)
    expect(out).toContain('Commands:')
  })
})

describe('exit codes', () => {
  it('3 when no daemon runs', async () => {
    await place.init('quiet')
    const { exit, err } = await place.run(['status'], { home: 'quiet' })
    expect(exit).toBe(EXIT.noDaemon)
    expect(err).toBe(
      `✗ no daemon is running for ${place.path('quiet')}\nHint: start it with \`folkmoot up\`\n`,
    )
  })

  it('4 when a rule refuses, with the rule’s own code and hint', async () => {
    await place.init('voter')
    const services = new SocketServices(
      onlyApi({
        proposal: async () =>
          refuse('unknown-id', 'no proposal is called "abcd"', 'folkmoot proposals'),
      }),
    )
    const { exit, json } = await place.run(['vote', 'abcd', 'yes', '--json'], {
      home: 'voter',
      services,
    })
    expect(exit).toBe(EXIT.refused)
    expect(json()).toEqual({
      ok: false,
      code: 'unknown-id',
      message: 'no proposal is called "abcd"',
      hint: 'folkmoot proposals',
    })
    expect(services.open).toBe(0)
  })

  it('1 for what is no home', async () => {
    const { exit, err } = await place.run(['status'], { home: 'nowhere' })
    expect(exit).toBe(EXIT.failed)
    expect(err).toContain('folkmoot init')
  })

  it('come with whatever was thrown', () => {
    expect(failureOf(noDaemon('/h')).exit).toBe(EXIT.noDaemon)
    expect(failureOf(new CliError('a', 'b', 'c')).exit).toBe(EXIT.failed)
    expect(failureOf(Object.assign(new Error('gone'), { code: 'no-daemon', hint: 'up' }))).toEqual({
      failure: { ok: false, code: 'no-daemon', message: 'gone', hint: 'up' },
      exit: EXIT.noDaemon,
    })
    expect(failureOf(new Error('oops')).failure.code).toBe('internal')
  })
})

/** A node that answers only these questions; any other fails the test. */
function onlyApi(answers: Partial<NodeApi>): NodeApi {
  return new Proxy(answers, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => {
        throw new RangeError(`${String(name)} was not expected`)
      }),
  }) as NodeApi
}
