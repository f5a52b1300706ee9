/** Whose words count on which ballots once a member has left (design §3.3). */
import { expect, test } from 'vitest'
import { testCharter, testMembers } from '../../test/support/coalition.ts'
import { fakeCid } from '../../test/support/votes.ts'
import type { Charter } from '../charter/schema.ts'
import { linkOf } from '../op/cid.ts'
import { keyBytes } from '../op/key-id.ts'
import { lastEditUnder, lastSeqUnder } from './leaving.ts'

const members = testMembers([1, 1, 1])
const [, , leaver] = members
const staying = members.slice(0, 2)
if (!leaver) throw new RangeError('three members')
const { root, node } = leaver
const other = members[0]?.node.key ?? node.key

const names = (seq: number): Partial<Charter> => ({
  leavers: [{ key: keyBytes(node.key), seq, cid: linkOf(fakeCid('last')) }],
})

/** Three members, then two, then three again. */
const line = [
  { id: fakeCid('one'), charter: testCharter(members) },
  { id: fakeCid('two'), charter: testCharter(staying, names(7)) },
  { id: fakeCid('three'), charter: testCharter(members) },
  { id: fakeCid('four'), charter: testCharter(staying, names(9)) },
]
const lastSeqOf = lastSeqUnder(line)

test('a key has its last word on ballots of charters before its member left', () => {
  expect(lastSeqOf(node.key, root.key, fakeCid('one'))).toBe(7)
  expect(lastSeqOf(node.key, root.key, fakeCid('three'))).toBe(9)
})

test('a key of a leaver that is not named had said nothing', () => {
  expect(lastSeqOf(other, root.key, fakeCid('one'))).toBe(-1)
})

test('who is taken in again speaks on the ballots from then on', () => {
  expect(lastSeqUnder(line.slice(0, 3))(node.key, root.key, fakeCid('three'))).toBe(Infinity)
})

test('who stays speaks without end, and so does everybody under a charter that was never adopted', () => {
  const first = members[0]?.root.key ?? root.key
  expect(lastSeqOf(other, first, fakeCid('one'))).toBe(Infinity)
  expect(lastSeqOf(node.key, root.key, fakeCid('elsewhere'))).toBe(Infinity)
})

test('who stays and loses the right to edit has its last edit; its votes have no end', () => {
  const first = members[0]?.root.key ?? root.key
  const named = names(4)
  const [one, two] = [fakeCid('one'), fakeCid('two')]
  const stayed = [
    { id: one, charter: testCharter(members) },
    { id: two, charter: testCharter(members, named) },
    { id: fakeCid('three'), charter: testCharter(members) },
  ]
  const mayEdit = (charter: Charter): boolean => charter.leavers.length === 0
  const lastEdit = lastEditUnder(stayed)
  expect(lastEdit(node.key, one, mayEdit)).toBe(4)
  expect(lastEdit(other, one, mayEdit), 'a key that is not named had said nothing').toBe(-1)
  expect(
    lastEdit(node.key, one, () => true),
    'where the right is another',
  ).toBe(Infinity)
  expect(lastEdit(node.key, fakeCid('three'), mayEdit), 'by the charter that gives it back').toBe(
    Infinity,
  )
  expect(lastSeqUnder(stayed)(node.key, root.key, one)).toBe(Infinity)
  expect(lastSeqUnder(stayed)(other, first, one)).toBe(Infinity)
})
