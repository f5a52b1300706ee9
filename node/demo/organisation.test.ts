import { expect, test } from 'vitest'
import { demoEnvironment } from './organisation.ts'

test('the demo leaves out what a real node is told by the environment', () => {
  const env = demoEnvironment({
    PATH: '/bin',
    FOLKMOOT_HOME: '/real',
    FOLKMOOT_LISTEN: '/ip4/0.0.0.0/tcp/4001',
    FOLKMOOT_PASSPHRASE_FILE: '/real/passphrase',
  })
  expect(env).toMatchObject({ PATH: '/bin', FOLKMOOT_PASSPHRASE: expect.any(String) })
  for (const name of ['FOLKMOOT_HOME', 'FOLKMOOT_LISTEN', 'FOLKMOOT_PASSPHRASE_FILE'])
    expect(env).not.toHaveProperty(name)
})
