/** The files under docs/examples are what the reader may start from: they parse, and risk nothing. */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { besideFile, readProposal } from '../../node/cli/proposal-file.ts'
import { findings } from '../../src/charter/analyser/findings.ts'
import { trackOf } from '../../src/charter/lookup.ts'
import { parseCharter } from '../../src/charter/parse.ts'
import { isSlot } from '../../src/charter/slot.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { rootHex } from '../support/charters.ts'
import { readDocument } from './guide.ts'

const FOLDER = 'docs/examples'
const CHARTERS = { 'charter.yaml': 4, 'next-charter.yaml': 5 }
const IDS = ['acme', 'globex', 'initech', 'umbrella', 'hooli']
const ROOTS = new Map(IDS.map((id, i) => [id, rootHex(i) as KeyId]))

/** An example charter with the roots that cards would give. */
function charterOf(path: string) {
  const parsed = parseCharter(readDocument(path), { roots: ROOTS })
  if (!parsed.ok) return expect.fail(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.charter
}

const proposalOf = (file: string) =>
  readProposal({ text: readDocument(`${FOLDER}/${file}`), file: `${FOLDER}/${file}` }, {})

test.each(Object.entries(CHARTERS))('%s is a charter of %d without findings', (file, members) => {
  const charter = charterOf(`${FOLDER}/${file}`)
  expect(charter.stakeholders).toHaveLength(members)
  expect(findings(charter)).toEqual([])
})

test('upgrade.yaml proposes on a track and a component of that charter', () => {
  const charter = charterOf(`${FOLDER}/charter.yaml`)
  const { track, slot, components } = proposalOf('upgrade.yaml')
  expect(trackOf(charter, track ?? '')).toBeDefined()
  expect(isSlot(slot ?? '')).toBe(true)
  expect(charter.components.map(({ id }) => id)).toEqual(expect.arrayContaining([...components]))
})

test('admit.yaml names the next charter, which differs in one member', () => {
  const { kind, slot, track, amendment } = proposalOf('admit.yaml')
  expect({ kind, slot, track }).toEqual({
    kind: 'amendment',
    slot: 'charter',
    track: 'constitutional',
  })
  const next = charterOf(besideFile(`${FOLDER}/admit.yaml`, amendment ?? ''))
  const before = charterOf(`${FOLDER}/charter.yaml`)
  const { purpose, stakeholders } = next
  expect({ ...before, purpose, stakeholders }).toEqual(next)
  expect(stakeholders.slice(0, -1)).toEqual(before.stakeholders)
})

/** Read here, or where the guide of the simulator is executed. */
const OTHERS = ['admit.yaml', 'upgrade.yaml', 'frontier.yaml', 'outage.yaml']

test('there is no example that this does not read', () => {
  const files = readdirSync(new URL(`../../${FOLDER}`, import.meta.url)).toSorted()
  expect(files).toEqual([...Object.keys(CHARTERS), ...OTHERS].toSorted())
})
