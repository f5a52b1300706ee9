import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { isOurFault } from './stray-fault.ts'

const OWN = resolve(import.meta.dirname, '../..')

/** An error that was thrown there. */
function thrownAt(...places: readonly string[]): Error {
  const error = new TypeError('x')
  error.stack = ['TypeError: x', ...places.map((place) => `    at act (${place}:1:2)`)].join('\n')
  return error
}

test.each([
  ['a socket that was reset', ['node:internal/stream_base_commons'], false],
  ['the network library', [`${OWN}/node_modules/@libp2p/yamux/dist/src/stream.js`], false],
  ['the library called by us', ['/x/node_modules/y/z.js', `${OWN}/node/network/host.ts`], true],
  ['our own code', [`${pathToFileURL(OWN)}/node/daemon/daemon.ts`], true],
])('what %s threw', (_, places, isOurs) => {
  expect(isOurFault(thrownAt(...places))).toBe(isOurs)
})

test('what is no error may be anybody’s: the process ends', () => {
  expect(isOurFault('thrown')).toBe(true)
})
