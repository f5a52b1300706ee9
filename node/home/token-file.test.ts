import { readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { ensurePrivateDir } from './files.ts'
import { layoutOf } from './layout.ts'
import {
  addToken,
  MAX_TOKEN_LABEL,
  MAX_TOKENS,
  readTokens,
  revokeToken,
  TokenBook,
} from './token-file.ts'

const NOW = 1_000

function place() {
  const layout = layoutOf(tempDir())
  ensurePrivateDir(layout.dir)
  return layout
}

const add = (layout: ReturnType<typeof place>, label: string, expiresAt: number | null = null) =>
  addToken(layout, { label, scope: 'read', expiresAt }, NOW)

test('who reads the file has no token, and nobody else may read it', () => {
  const layout = place()
  const { text } = add(layout, 'ci')
  const kept = readFileSync(layout.tokens, 'utf8')
  expect(text).toMatch(/^folkmoot_[\w-]{43}$/)
  expect(kept).not.toContain(text.slice(9))
  expect(statSync(layout.tokens).mode & 0o777).toBe(0o600)
  expect(new TokenBook(layout).find(text)?.label).toBe('ci')
})

test('a book that is open follows the file', () => {
  const layout = place()
  const book = new TokenBook(layout)
  expect(book.find('folkmoot_x')).toBeUndefined()
  const { text, record } = add(layout, 'ci')
  expect(book.find(text)).toEqual(record)
  const other = add(layout, 'other')
  revokeToken(layout, record.id)
  expect(book.find(text)).toBeUndefined()
  expect(book.find(other.text)?.label).toBe('other')
})

test(`a home has ${MAX_TOKENS} tokens, each with a label of its own`, () => {
  const layout = place()
  for (let i = 0; i < MAX_TOKENS; i++) add(layout, `t${i}`)
  expect(() => add(layout, 'more')).toThrow(`there are ${MAX_TOKENS} tokens already`)
  revokeToken(layout, 't0')
  add(layout, 'more')
  expect(readTokens(layout)).toHaveLength(MAX_TOKENS)
  expect(() => revokeToken(layout, 't0')).toThrow('there is no token "t0"')
})

test('a label is short and new, and a token is good for some time', () => {
  const layout = place()
  add(layout, 'x'.repeat(MAX_TOKEN_LABEL))
  expect(() => add(layout, 'x'.repeat(MAX_TOKEN_LABEL + 1))).toThrow('1 to 100 characters')
  expect(() => add(layout, '')).toThrow('1 to 100 characters')
  expect(() => add(layout, 'x'.repeat(MAX_TOKEN_LABEL))).toThrow('already')
  expect(() => add(layout, 'late', NOW)).toThrow('expired already')
  expect(add(layout, 'soon', NOW + 1).record.expiresAt).toBe(NOW + 1)
})
