/** Messages of a session: every kind survives the wire, the largest of each fits into a frame. */
import { describe, expect, test } from 'vitest'
import { fakeCid } from '../../test/support/votes.ts'
import { encodeValue } from '../op/cbor.ts'
import {
  decodeMessage,
  encodeMessage,
  FANOUT,
  MAX_DIFFERING,
  MAX_ENTRIES,
  MAX_WANTS,
  NONCE_BYTES,
  PROBE_POINTS,
  type SyncMessage,
  TAG_BYTES,
  type WireEntry,
} from './message.ts'
import { MAX_FRAME_BYTES } from './session-types.ts'

const tag = (fill: number): Uint8Array => new Uint8Array(TAG_BYTES).fill(fill)
const proofs = [fakeCid('one'), fakeCid('other')]

const entry = (over: Partial<WireEntry> = {}): WireEntry => ({
  tag: tag(1),
  length: 7,
  head: tag(2),
  mark: null,
  ...over,
})

const forked = entry({
  length: Number.MAX_SAFE_INTEGER,
  mark: { state: 'forked', print: tag(3), proofs },
})

const MESSAGES: readonly SyncMessage[] = [
  {
    kind: 'hello',
    digest: new Uint8Array(32),
    nonce: new Uint8Array(NONCE_BYTES),
    keys: 5,
  },
  { kind: 'buckets', level: 1, tables: [[0, new Uint8Array(FANOUT * TAG_BYTES)]] },
  {
    kind: 'entries',
    more: false,
    buckets: [3],
    entries: [
      entry(),
      forked,
      entry({ mark: { state: 'cut', print: tag(4), proofs: [] } }),
      entry({ mark: { state: 'open', print: tag(4), proofs: [] } }),
    ],
  },
  { kind: 'probe', tag: tag(1), from: 0, step: 1, prints: [tag(9)] },
  { kind: 'parted', tag: tag(1), seq: 4 },
  { kind: 'parted', tag: tag(1), seq: null },
  { kind: 'want', cids: proofs },
  { kind: 'ops', ops: [{ bytes: Uint8Array.of(1, 2), sig: null }] },
  { kind: 'pushed' },
  { kind: 'bye' },
]

test.each(MESSAGES.map((message) => [message.kind, message] as const))(
  '%s survives the wire',
  (_kind, message) => {
    expect(decodeMessage(encodeMessage(message))).toEqual({ ok: true, value: message })
  },
)

test('hello is far below the 100 bytes that an exchange without a difference may cost', () => {
  const [hello] = MESSAGES
  expect(hello && encodeMessage(hello).length).toBeLessThan(70)
})

describe('the largest of a kind fits into a frame, and one more is refused', () => {
  const buckets = Array.from({ length: MAX_DIFFERING * FANOUT }, (_, i) => 2 ** 28 - 1 - i)
  const table = [2 ** 21, new Uint8Array(FANOUT * TAG_BYTES)] as const
  const largest: readonly (readonly [string, SyncMessage, SyncMessage])[] = [
    [
      'entries',
      { kind: 'entries', more: true, buckets, entries: Array(MAX_ENTRIES).fill(forked) },
      { kind: 'entries', more: true, buckets, entries: Array(MAX_ENTRIES + 1).fill(forked) },
    ],
    [
      'buckets',
      { kind: 'buckets', level: 3, tables: Array(MAX_DIFFERING).fill(table) },
      { kind: 'buckets', level: 3, tables: Array(MAX_DIFFERING + 1).fill(table) },
    ],
    [
      'want',
      { kind: 'want', cids: Array(MAX_WANTS).fill(proofs[0]) },
      { kind: 'want', cids: Array(MAX_WANTS + 1).fill(proofs[0]) },
    ],
    [
      'probe',
      { kind: 'probe', tag: tag(1), from: 0, step: 1, prints: Array(PROBE_POINTS).fill(tag(1)) },
      {
        kind: 'probe',
        tag: tag(1),
        from: 0,
        step: 1,
        prints: Array(PROBE_POINTS + 1).fill(tag(1)),
      },
    ],
  ]

  test.each(largest)('%s', (_kind, most, more) => {
    const frame = encodeMessage(most)
    expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES)
    expect(decodeMessage(frame).ok).toBe(true)
    expect(decodeMessage(encodeMessage(more))).toMatchObject({ ok: false, code: 'malformed' })
  })
})

test.each([
  ['no list', 5],
  ['an unknown kind', [9]],
  ['a negative kind', [-1]],
  ['a field too many', [7, 0]],
  ['a step of zero', [3, tag(1), 0, 0, [tag(1)]]],
  ['a short nonce', [0, 1, new Uint8Array(32), new Uint8Array(3), 5]],
  ['another version', [0, 2, new Uint8Array(32), new Uint8Array(NONCE_BYTES), 5]],
  ['an unknown state', [2, false, [], [[tag(1), 1, tag(1), [3, tag(1), []]]]]],
])('%s is refused', (_what, value) => {
  expect(decodeMessage(encodeValue(value))).toMatchObject({ ok: false, code: 'malformed' })
})
