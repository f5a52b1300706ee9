/** What the analyser says of gates is what a replica does with them. */
import { expect, test } from 'vitest'
import { GATES, JUDGED_GATES } from '../../src/charter/gates.ts'
import { gatesOf } from '../../src/replica/gates.ts'

test('the gates that are said to be judged are those that hold or not by what is known', () => {
  const untouched = { comments: [], accepts: [] } as unknown as Parameters<typeof gatesOf>[0]
  const rules = {
    body: {},
    track: { gates: Object.fromEntries(Object.keys(GATES).map((name) => [name, {}])) },
  } as unknown as Parameters<typeof gatesOf>[1]
  const keyring = {} as unknown as Parameters<typeof gatesOf>[2]
  const judged = gatesOf(untouched, rules, keyring)
    .filter(({ sentence }) => sentence !== 'no evidence for it is held')
    .map(({ gate }) => gate)
  expect(judged.toSorted()).toEqual([...JUDGED_GATES].toSorted())
})
