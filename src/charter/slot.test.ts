/** Names of slots. */
import { expect, test } from 'vitest'
import { isSlot, slotWord } from './slot.ts'

test.each(['charter', 'core@main', 'policy@embargo', 'core-2@1.x', 'core@V2_rc.1'])(
  '%s',
  (slot) => {
    expect(isSlot(slot)).toBe(true)
  },
)

test.each([
  '',
  'core',
  'Charter',
  'core@',
  '@main',
  'core@main@x',
  'Core@main',
  'core@ma in',
  'core@main\n',
  `core@${'x'.repeat(64)}`,
])('"%s" is no slot', (slot) => {
  expect(isSlot(slot)).toBe(false)
})

test('the word is what stands before the @; the slot charter has none', () => {
  expect(slotWord('core@main')).toBe('core')
  expect(slotWord('charter')).toBeUndefined()
})
