/** `bin/folkmoot.js` and what it shares with `bin/folkmoot-sim.js`, as old and new Nodes run it. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importsOf } from './imports.ts'
import { collect, unitOf } from './tree.ts'

const bin = fileURLToPath(new URL('../../bin/folkmoot.js', import.meta.url))
const launch = fileURLToPath(new URL('../../bin/launch.js', import.meta.url))
let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'folkmoot-launcher-'))
})
afterAll(() => rmSync(root, { recursive: true }))

/** A package around the launcher, with the files given. */
function packageAt(folder: string, files: Record<string, string>): string {
  const place = join(root, folder)
  mkdirSync(join(place, 'bin'), { recursive: true })
  cpSync(bin, join(place, 'bin/folkmoot.js'))
  cpSync(launch, join(place, 'bin/launch.js'))
  writeFileSync(join(place, 'package.json'), '{"type":"module"}')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(place, path, '..'), { recursive: true })
    writeFileSync(join(place, path), text)
  }
  return join(place, 'bin/folkmoot.js')
}

const run = (node: string, script: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(node, [script, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

const main = 'node/cli/main.ts'
const built = 'dist/node/cli/main.js'
const says = (name: string) =>
  `console.log(${JSON.stringify(name)}, process.argv.slice(2).join(' '))\n`

describe('on this Node', () => {
  test('a source checkout runs its sources, with the arguments', () => {
    const script = packageAt('checkout', {
      [main]: `const said: string = 'sources'\nconsole.log(said, process.argv.slice(2).join(' '))\n`,
      [built]: says('built'),
    })
    const expected = { status: 0, stdout: 'sources vote --json\n', stderr: '' }
    expect(run(process.execPath, script, 'vote', '--json')).toEqual(expected)
  })

  test('an installed package runs what was built, even with sources beside', () => {
    const files = { [main]: says('sources'), [built]: says('built') }
    const script = packageAt('app/node_modules/folkmoot', files)
    expect(run(process.execPath, script, 'up')).toMatchObject({ status: 0, stdout: 'built up\n' })
  })

  test('without sources what was built runs', () => {
    const script = packageAt('released', { [built]: says('built') })
    expect(run(process.execPath, script)).toMatchObject({ status: 0, stdout: 'built \n' })
  })

  test('experimental warnings are silent, others are not', () => {
    const script = packageAt('warns', {
      [built]:
        "process.emitWarning('new', 'ExperimentalWarning')\nprocess.emitWarning('mind this')\n",
    })
    const { stderr } = run(process.execPath, script)
    expect(stderr).toContain('mind this')
    expect(stderr).not.toContain('ExperimentalWarning')
  })

  test('the exit code and the errors of the command are kept', () => {
    const fails = packageAt('fails', { [built]: 'process.exitCode = 75\n' })
    expect(run(process.execPath, fails).status).toBe(75)
    const throws = packageAt('throws', { [built]: "throw new TypeError('broken')\n" })
    expect(run(process.execPath, throws)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('broken'),
    })
  })
})

describe('on an old Node', () => {
  const [oldNode] = (process.env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/local/bin', '/usr/bin')
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path) && isOld(path))

  test.skipIf(oldNode === undefined)('one sentence says what to do', () => {
    const script = packageAt('old', { [built]: says('built') })
    const { status, stdout, stderr } = run(oldNode ?? '', script, 'up')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(
      /^folkmoot needs Node 22\.18 or newer, this is \d+\.\d+\.\d+: install Node 24 \(https:\/\/nodejs\.org\) or run `npx .*`\.\n$/,
    )
  })

  test.each([
    ['12.22.12', true],
    ['20.20.2', true],
    ['22.17.1', true],
    ['22.18.0', false],
    ['23.5.0', true],
    ['23.6.0', false],
    ['24.0.0', false],
    ['100.0.0', false],
  ])('%s is too old: %s', (version, isTooOld) => {
    const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`
    const script = packageAt('pretends', { [built]: says('built') })
    const { status } = spawnSync(process.execPath, ['--import', pretend, script])
    expect(status).toBe(isTooOld ? 2 : 0)
  })
})

describe('the file can be read by Node 12', () => {
  const unit = unitOf('bin/launch.js', readFileSync(launch, 'utf8'))

  test('it imports built-in modules without the prefix that Node 12 does not know', () => {
    const specifiers = importsOf(unit).map(({ specifier }) => specifier)
    expect(specifiers.toSorted()).toEqual(['fs', 'module', 'os', 'path', 'url'])
  })

  test('it has no syntax younger than 2020', () => {
    const young = collect(unit, (node) => {
      const isYoung =
        ts.isAwaitExpression(node) ||
        ts.isQuestionDotToken(node) ||
        ts.isPrivateIdentifier(node) ||
        node.kind === ts.SyntaxKind.QuestionQuestionToken ||
        node.kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
        node.kind === ts.SyntaxKind.BarBarEqualsToken ||
        node.kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
        ts.isClassStaticBlockDeclaration(node)
      return isYoung ? node.getText() : undefined
    })
    expect(young).toEqual([])
  })
})

function isOld(node: string): boolean {
  try {
    const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    return Number.parseInt(version, 10) < 22
  } catch {
    return false
  }
}
