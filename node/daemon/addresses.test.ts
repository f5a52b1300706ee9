import { describe, expect, test } from 'vitest'
import type { Issued } from '../../src/replica/replica.ts'
import { found, openReplica } from '../../test/support/coalition.ts'
import { bootstrapOf } from '../api/bootstrap.ts'
import { peerIdOf } from '../network/peer-key.ts'
import { addressBook } from './address-book.ts'
import { isAllowed, kindOf } from './address-filter.ts'
import { Announcer } from './announcer.ts'
import { silentLog } from './log.ts'

const PUBLIC = '/ip4/198.51.100.7/tcp/4001'
const PRIVATE = '/ip4/192.168.1.9/tcp/4001'
const LOOPBACK = '/ip4/127.0.0.1/tcp/4001'
const OPEN = { allowLoopback: true, allowPrivate: true }
const STRICT = { allowLoopback: false, allowPrivate: false }

function setUp() {
  const founded = found([1, 1, 1, 1])
  const [member, other] = founded.members
  if (!member || !other) throw new RangeError('four members')
  return { founded, member, other, replica: openReplica(founded, { member }) }
}

describe('the filter', () => {
  test.each([
    [PUBLIC, 'public'],
    ['/dns4/moot.example.org/tcp/4001', 'public'],
    ['/ip6/2001:db8::1/tcp/4001', 'public'],
    [PRIVATE, 'private'],
    ['/ip4/172.31.0.1/tcp/1', 'private'],
    ['/ip4/172.32.0.1/tcp/1', 'public'],
    ['/ip4/100.64.0.1/tcp/1', 'private'],
    ['/ip6/fd00::1/tcp/1', 'private'],
    ['/ip6/fe80::1/tcp/1', 'private'],
    [LOOPBACK, 'loopback'],
    ['/ip6/::1/tcp/1', 'loopback'],
    ['/dns4/localhost/tcp/1', 'loopback'],
    ['/ip4/0.0.0.0/tcp/1', 'invalid'],
    ['198.51.100.7:4001', 'invalid'],
  ])('%s is %s', (address, kind) => {
    expect(kindOf(address)).toBe(kind)
  })

  test('what the settings forbid is not used, what nobody can dial never is', () => {
    const allowed = (rules: typeof OPEN) =>
      [PUBLIC, PRIVATE, LOOPBACK, 'nonsense'].filter((address) => isAllowed(address, rules))
    expect(allowed(STRICT)).toEqual([PUBLIC])
    expect(allowed({ ...STRICT, allowPrivate: true })).toEqual([PUBLIC, PRIVATE])
    expect(allowed(OPEN)).toEqual([PUBLIC, PRIVATE, LOOPBACK])
  })
})

test('the book has what the invite said until the key says it itself, then both', () => {
  const { other, member, founded, replica } = setUp()
  const entry = `${LOOPBACK}/p2p/${peerIdOf(other.node.key)}`
  const bootstrap = bootstrapOf({ peers: [entry, PUBLIC, '/p2p/nonsense'] })
  expect(addressBook(replica, bootstrap, OPEN)).toEqual(new Map([[other.node.key, [LOOPBACK]]]))
  const theirs = openReplica(founded, { member: other })
  const said = theirs.issue({
    type: 'node.address',
    refs: [],
    body: { addresses: [PUBLIC, PRIVATE] },
  })
  replica.ingest(said.ok ? [said.value] : [])
  replica.issue({ type: 'node.address', refs: [], body: { addresses: [PUBLIC] } })
  const book = addressBook(replica, bootstrap, { ...OPEN, allowPrivate: false })
  expect(book.get(other.node.key)).toEqual([PUBLIC, LOOPBACK])
  expect(book.has(member.node.key)).toBe(false)
})

describe('the announcer', () => {
  function announcing(announce: readonly string[] = []) {
    const stage = setUp()
    const published: Issued[] = []
    const listen = { addresses: [LOOPBACK, PUBLIC] }
    const announcer = new Announcer({
      replica: stage.replica,
      log: silentLog,
      announce,
      rules: STRICT,
      listenAddresses: () => listen.addresses,
      isReadOnly: () => false,
      publish: (issued) => void published.push(...issued),
    })
    return { ...stage, published, listen, announcer }
  }

  test('says where we are once, and again only when that changed', () => {
    const { announcer, published, listen } = announcing()
    announcer.check()
    announcer.check()
    listen.addresses = [LOOPBACK, PUBLIC, '/ip4/198.51.100.8/tcp/4001']
    announcer.check()
    announcer.check()
    expect(published.map(({ op }) => op.body.addresses)).toEqual([
      [PUBLIC],
      [PUBLIC, '/ip4/198.51.100.8/tcp/4001'],
    ])
  })

  test("an operator's word goes before what the host found out", () => {
    const { announcer, published } = announcing(['/dns4/moot.example/tcp/1'])
    announcer.check()
    expect(published[0]?.op.body.addresses).toEqual(['/dns4/moot.example/tcp/1'])
  })

  test('a key that nobody delegated says nothing', () => {
    const { founded, member } = setUp()
    const replica = openReplica({ ...founded, ops: [] }, { member })
    const published: Issued[] = []
    new Announcer({
      replica,
      log: silentLog,
      announce: [PUBLIC],
      rules: STRICT,
      listenAddresses: () => [],
      isReadOnly: () => false,
      publish: (issued) => void published.push(...issued),
    }).check()
    expect(published).toEqual([])
  })
})
