/** The manual of registers says what the table of kinds says; `npx vitest run test/docs/registers.test.ts --update` writes it anew. */
import { expect, test } from 'vitest'
import { registersPage } from './registers-page.ts'

test('docs/registers.md is what the table of kinds gives', async () => {
  await expect(registersPage()).toMatchFileSnapshot('../../docs/registers.md')
})
