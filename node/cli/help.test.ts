import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { completionScript, SHELLS } from './completion.ts'
import { GROUPS } from './groups.ts'
import { Workplace } from './testing.ts'
import { COMMANDS } from './tree.ts'

const place = new Workplace()
afterAll(() => place.remove())

describe('every command', () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    '%s explains itself, with examples that use it',
    async (name, command) => {
      expect(command.about).toMatch(/^[^A-Z]/)
      expect(command.examples.length).toBeGreaterThan(0)
      const [first = name] = name.split(' ')
      for (const { run, does } of command.examples) {
        expect(run).toContain(`folkmoot ${first}`)
        expect(does).not.toBe('')
      }
      const { exit, out } = await place.run([...name.split(' '), '--help'], { home: 'nowhere' })
      expect(exit).toBe(0)
      expect(out).toContain('Examples:')
      expect(out).toContain('--json')
      expect(out.trimEnd().indexOf('Global options:')).toBeGreaterThan(
        out.lastIndexOf('\nOptions:'),
      )
    },
  )

  it('that cannot do without an option says so', async () => {
    const { out } = await place.run(['init', '--help'])
    expect(out).toMatch(/--id <id> .*\(required\)/s)
  })

  it.each(Object.keys(GROUPS))('of %s is an example in the help of the group', async (group) => {
    const { out } = await place.run([group, '--help'])
    for (const { name, examples } of COMMANDS)
      if (name.startsWith(`${group} `)) expect(out).toContain(examples[0]?.run)
  })

  it('is unique, and its group is described', () => {
    const names = COMMANDS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) {
      const [group = '', second] = name.split(' ')
      if (second !== undefined) expect(GROUPS).toHaveProperty(group)
    }
  })

  it('can be tried first where it signs', () => {
    const signing = ['card', 'found', 'join', 'ratify', 'accept', 'propose', 'vote', 'comment']
    signing.push('doc new', 'doc import', 'doc edit', 'doc freeze')
    signing.push('withdraw', 'keys delegate', 'keys revoke', 'keys rotate')
    signing.push('artefact add', 'artefact release', 'note add', 'note reveal')
    for (const name of signing)
      expect(COMMANDS.find((command) => command.name === name)?.options).toHaveProperty('dryRun')
  })
})

describe('completion', () => {
  it.each(SHELLS)('of %s knows every command and option', async (shell) => {
    const { exit, out } = await place.run(['completion', shell])
    expect(exit).toBe(0)
    expect(out.trimEnd()).toBe(completionScript(shell, COMMANDS).trimEnd())
    for (const { name, options } of COMMANDS) {
      for (const word of name.split(' ')) expect(out).toContain(word)
      for (const option of Object.keys(options)) {
        const kebab = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
        expect(out).toContain(shell === 'fish' ? `-l ${kebab}` : `--${kebab}`)
      }
    }
  })

  it.each([
    ['folkmoot vo', 'vote'],
    ['folkmoot keys ro', 'rotate'],
    ['folkmoot vote x y', 'yes'],
    ['folkmoot --json export --o', '--out'],
    ['folkmoot completion z', 'zsh'],
  ])('in bash turns "%s" into "%s"', (line, expected) => {
    const words = line.split(' ')
    const script = `${completionScript('bash', COMMANDS)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_folkmoot
printf '%s\\n' "\${COMPREPLY[@]}"`
    const reply = execFileSync('bash', ['-c', script], { encoding: 'utf8' })
    expect(reply.split('\n')).toContain(expected)
  })
})

describe('start-up', () => {
  it('loads the parser and nothing heavy: handlers import what they need', () => {
    expect(packagesFrom(resolve(import.meta.dirname, 'main.ts'))).toEqual(new Set(['commander']))
  })
})

/** Packages that a module imports when it is loaded, itself or through others. */
function packagesFrom(start: string): Set<string> {
  const found = new Set<string>()
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const text = readFileSync(path, 'utf8')
    for (const [, from = ''] of text.matchAll(
      /^(?:import|export) (?!type)[{\w*][^'"()]*? from '([^']+)'/gm,
    )) {
      if (from.startsWith('.')) visit(join(dirname(path), from))
      else if (!from.startsWith('node:')) found.add(from)
    }
  }
  visit(start)
  return found
}
