/**
 * The published package, packed and installed into an empty folder: what is in it, and that it runs
 * on the newest Node and on the oldest it promises. Needs the package registry, so it is asked for:
 * `npm run test:pack`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { freePort } from '../../node/demo/organisation.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const OLDEST = '22.18.0'
/** Longest that packing, or installing with what it depends on, may take, in ms. */
const INSTALL_MS = 240_000
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED|ECONNRESET/

const PACKED = z.array(
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
)

const isAsked = process.env.FOLKMOOT_TEST_PACK === '1'
const directory = isAsked ? mkdtempSync(join(tmpdir(), 'folkmoot-pack-')) : ''
const app = join(directory, 'app')
const launcher = join(app, 'lib/node_modules/folkmoot/bin/folkmoot.js')

/** Runs npm as a user would: without the variables of the npm that runs the tests. */
function npm(...args: readonly string[]) {
  const env = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  const options = { cwd: ROOT, env: Object.fromEntries(env), encoding: 'utf8' } as const
  return spawnSync('npm', [...args, ...quiet], options)
}

/** What npm printed; undefined when the registry cannot be reached. */
function npmOutput(...args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = npm(...args)
  if (status === 0) return stdout
  if (OFFLINE.test(stderr)) return undefined
  return expect.fail(`npm ${args.join(' ')}\n${stderr}`)
}

/** The Node of a version, installed from the registry; undefined when that cannot be reached. */
function nodeOf(version: string): string | undefined {
  const name = `node-${process.platform}-${process.arch}`
  const prefix = join(directory, `node-${version}`)
  mkdirSync(prefix)
  const printed = npmOutput('install', '--prefix', prefix, `${name}@${version}`)
  return printed === undefined ? undefined : join(prefix, 'node_modules', name, 'bin/node')
}

/** The installed command, in a home of its own, under some Node. */
class Installed {
  private readonly node: string
  private readonly env: NodeJS.ProcessEnv

  constructor(node: string, home: string, port: number) {
    this.node = node
    this.env = {
      ...process.env,
      FOLKMOOT_HOME: home,
      FOLKMOOT_LISTEN: `/ip4/127.0.0.1/tcp/${port}`,
      FOLKMOOT_PASSPHRASE: 'correct horse battery staple',
      FOLKMOOT_SCRYPT_WORK_FACTOR: '10',
    }
  }

  run(...args: readonly string[]): string {
    const options = { cwd: directory, env: this.env, encoding: 'utf8' } as const
    const { status, stdout, stderr } = spawnSync(this.node, [launcher, ...args], options)
    expect(status, `folkmoot ${args.join(' ')}\n${stderr}`).toBe(0)
    return stdout
  }

  up() {
    const options = { cwd: directory, env: this.env, stdio: 'ignore' } as const
    return spawn(this.node, [launcher, 'up'], options)
  }
}

/** The hash of a simulated run under some Node. */
function traceOn(node: string): string {
  const simulator = join(app, 'lib/node_modules/folkmoot/bin/folkmoot-sim.js')
  const { status, stdout, stderr } = spawnSync(node, [simulator, 'run', 'clean', '--json'], {
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout).traceHash
}

/** What the code reads beside itself. */
const READ_AT_RUN_TIME = [
  'dist/sim/report/page/page.css',
  'dist/sim/report/page/page.js',
  'dist/sim/scenarios/clean.yaml',
  'dist/sim/oracle/oracle.d.ts',
  'dist/sim/world/strategy.d.ts',
]

/** The report of a simulated run, first without the library of its charts, then with it. */
function reportOn(node: string): string {
  const modules = join(app, 'lib/node_modules')
  const args = [join(modules, 'folkmoot/bin/folkmoot-sim.js'), 'report', 'even-split']
  const out = join(directory, 'report.html')
  const report = () => spawnSync(node, [...args, '-o', out], { encoding: 'utf8' })
  const without = report()
  expect(without).toMatchObject({ status: 2 })
  expect(without.stderr).toContain('npm install echarts@')
  symlinkSync(join(ROOT, 'node_modules/echarts'), join(modules, 'echarts'))
  expect(report()).toMatchObject({ status: 0, stderr: '' })
  return readFileSync(out, 'utf8')
}

const CHARTER = `extends: small-team
name: Alone
stakeholders: [{ id: alone }]
limits: { maxWeightShare: 1/1 }
`

/** From keys to a daemon that was up and is down again. */
async function firstDay(node: string, name: string): Promise<void> {
  const folkmoot = new Installed(node, join(directory, name), await freePort())
  const charter = join(directory, `${name}.yaml`)
  writeFileSync(charter, CHARTER)
  folkmoot.run('init', '--id', 'alone')
  expect(folkmoot.run('card', '-o', '-')).toContain('"id": "alone"')
  const invite = join(directory, `${name}.invite`)
  folkmoot.run('found', charter, '-o', invite, '--accept-risk', 'no-fault-tolerance')
  const daemon = folkmoot.up()
  folkmoot.run('wait', '--active')
  expect(JSON.parse(folkmoot.run('status', '--json'))).toMatchObject({
    stakeholder: 'alone',
    pid: daemon.pid,
    ratified: { active: true },
    alarms: [],
  })
  const ended = once(daemon, 'close')
  folkmoot.run('stop')
  await ended
  expect(daemon.exitCode).toBe(0)
  expect(folkmoot.run('log')).toContain('alone')
}

describe.skipIf(!isAsked)('the package', () => {
  let files: readonly string[] = []
  let isOffline = false

  beforeAll(() => {
    const packed = npmOutput('pack', '--json', '--pack-destination', directory) ?? ''
    const [found] = PACKED.parse(JSON.parse(packed.slice(packed.indexOf('['))))
    if (!found) return expect.fail('npm packed nothing')
    files = found.files.map(({ path }) => path)
    const tarball = join(directory, found.filename)
    isOffline = npmOutput('install', '--global', '--prefix', app, tarball) === undefined
  }, INSTALL_MS)

  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('holds what was built and what users read, and no tests, sources or paths of this machine', () => {
    const odd = files.filter(
      (path) =>
        !/^(bin\/(folkmoot|folkmoot-sim|launch)\.js|dist\/(src|node|sim)\/.*\.(js|d\.ts)|dist\/sim\/scenarios\/.*\.yaml|dist\/sim\/report\/page\/page\.css|docs\/.*\.(md|yaml)|LICENSE|[A-Z]+\.md|package\.json)$/.test(
          path,
        ) || /\.test\.|\/(test|demo)\/|\/testing\./.test(path),
    )
    expect(odd).toEqual([])
    expect(files.length).toBeGreaterThan(100)
    expect(files).toEqual(expect.arrayContaining(READ_AT_RUN_TIME))
    const telling = files.filter((path) => readFileSync(join(ROOT, path), 'utf8').includes(ROOT))
    expect(telling).toEqual([])
  })

  test(`runs on this Node ${process.versions.node}`, { timeout: INSTALL_MS }, async (context) => {
    context.skip(isOffline, 'the package registry cannot be reached: nothing could be installed')
    expect(existsSync(join(app, 'bin/folkmoot'))).toBe(true)
    const { stdout } = spawnSync(join(app, 'bin/folkmoot'), ['--version'], { encoding: 'utf8' })
    expect(stdout).toMatch(/^folkmoot \d+\.\d+\.\d+ \(protocol 1, Node /)
    await firstDay(process.execPath, 'newest')
    expect(traceOn(process.execPath)).toMatch(/^[0-9a-f]{16}$/)
    expect(reportOn(process.execPath)).toContain('two even halves')
  })

  test(`runs on Node ${OLDEST}, and judges signatures alike there`, {
    timeout: INSTALL_MS,
  }, async (context) => {
    const node = isOffline ? undefined : nodeOf(OLDEST)
    if (node === undefined)
      return context.skip(`the package registry cannot be reached: no Node ${OLDEST}`)
    await firstDay(node, 'oldest')
    expect(traceOn(node)).toBe(traceOn(process.execPath))
    const suite = ['node_modules/vitest/vitest.mjs', 'run', 'test/acceptance/signature.test.ts']
    const { status, stdout } = spawnSync(node, suite, { cwd: ROOT, encoding: 'utf8' })
    expect(status, stdout).toBe(0)
  })

  test('is a library too', (context) => {
    context.skip(isOffline, 'the package registry cannot be reached: nothing could be installed')
    const script = "const { verdict } = await import('folkmoot'); console.log(typeof verdict)"
    const cwd = join(app, 'lib/node_modules/folkmoot')
    const args = ['--input-type=module', '-e', script]
    expect(spawnSync(process.execPath, args, { cwd, encoding: 'utf8' }).stdout).toBe('function\n')
  })

  const [ancient] = (process.env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/local/bin', '/usr/bin')
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path) && isTooOld(path))

  test.skipIf(!ancient)('says one sentence on a Node that is too old', (context) => {
    context.skip(isOffline, 'the package registry cannot be reached: nothing could be installed')
    const { status, stderr } = spawnSync(ancient ?? '', [launcher, 'up'], { encoding: 'utf8' })
    expect(status).toBe(2)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toContain('folkmoot needs Node 22.18 or newer')
  })
})

function isTooOld(node: string): boolean {
  const { stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
  return Number.parseInt(stdout, 10) < 22
}
