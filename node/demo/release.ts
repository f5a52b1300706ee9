/** Releases of the demo's gateway: small programs that serve their version over HTTP. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A release as the coalition decides on it: a file and its digest. */
export interface Release {
  readonly version: string
  readonly name: string
  readonly digest: string
}

/** Writes the program of a version; every `failsEvery`-th request fails, none where it is 0. */
export function writeRelease(folder: string, version: string, failsEvery = 0): Release {
  const name = `gateway-${version}.mjs`
  const text = program(version, failsEvery)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
  return { version, name, digest: `sha256:${createHash('sha256').update(text).digest('hex')}` }
}

const program = (version: string, failsEvery: number): string =>
  `import { createServer } from 'node:http'
let asked = 0
createServer((request, response) => {
  if (request.url === '/version') return response.end('${version}')
  asked++
  response.statusCode = ${failsEvery} > 0 && asked % ${failsEvery} === 0 ? 500 : 200
  response.end('routed')
}).listen(Number(process.argv[2]), '127.0.0.1')
`
