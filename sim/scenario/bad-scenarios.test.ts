/** Twenty kinds of bad scenario: each is told by line, path and what would be right. */
import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../src/charter/problem.ts'
import { parseKnown } from './catalogue.ts'

const GOOD = `name: good
shows: what a good scenario looks like
duration: 5d
coalition: { stakeholders: 6 }
network: { regions: { eu: 4, us: 2 } }
workload:
  - { at: 1d, propose: { slot: core@main } }
faults:
  - { at: 1d, partition: [[eu], [us]], until: 2d }
`

const problemsOf = (text: string): string[] => {
  const parsed = parseKnown(text)
  return parsed.ok ? [] : parsed.problems.map((found) => formatProblem(found, 'bad.yaml'))
}
const with_ = (line: string, instead: string): string => {
  expect(GOOD).toContain(line)
  return GOOD.replace(line, instead)
}

test('the scenario that the others are made from is good', () => {
  expect(problemsOf(GOOD)).toEqual([])
})

const FAULT = '{ at: 1d, partition: [[eu], [us]], until: 2d }'

describe('told exactly', () => {
  test.each([
    [
      'an unknown fault',
      with_(FAULT, '{ at: 1d, partitoin: [[eu], [us]] }'),
      'bad.yaml:9:15 faults[0].partitoin: ',
      'did you mean "partition"?',
    ],
    [
      'two faults in one line',
      with_(FAULT, '{ at: 1d, crash: [s1], clog: [s2] }'),
      'bad.yaml:9:5 faults[0]: ',
      'one fault a line',
    ],
    [
      'a partition that names nobody',
      with_(FAULT, '{ at: 1d, partition: [[eu], []] }'),
      'faults[0].partition: ',
      'a side with nobody',
    ],
    [
      'somebody on two sides',
      with_(FAULT, '{ at: 1d, partition: [[s1], [s1, s2]] }'),
      'faults[0].partition[1]: ',
      '"s1" on two sides',
    ],
    [
      'a node that does not exist',
      with_(FAULT, '{ at: 1d, crash: [s7] }'),
      'faults[0].crash[0]: ',
      'did you mean "s1"?',
    ],
    [
      'negative time',
      with_(FAULT, '{ at: -1d, crash: [s1] }'),
      'faults[0].at: ',
      'time does not run backwards here',
    ],
    [
      'an end before the beginning',
      with_(FAULT, '{ at: 3d, crash: [s1], until: 2d }'),
      'faults[0].until: ',
      'a time after at',
    ],
    [
      'a time after the end',
      with_(FAULT, '{ at: 9d, crash: [s1] }'),
      'faults[0].at: ',
      'a time before duration',
    ],
    [
      'a billion stakeholders',
      with_('stakeholders: 6', 'stakeholders: 1000000000'),
      'coalition.stakeholders: ',
      'a whole number from 1 to 1000',
    ],
    [
      'no stakeholders',
      with_('{ stakeholders: 6 }', '{ preset: consortium }'),
      'coalition: ',
      'how many stakeholders',
    ],
    [
      'overlapping ids',
      with_('{ stakeholders: 6 }', '{ members: [{ id: a }, { id: a }] }'),
      'coalition.members',
      '"a" twice',
    ],
    ['regions for others', with_('eu: 4', 'eu: 5'), 'network.regions: ', 'a place for each of 6'],
    [
      'an unknown preset',
      with_('stakeholders: 6', 'stakeholders: 6, preset: consortum'),
      'coalition.preset: ',
      'did you mean "consortium"?',
    ],
    [
      'weights of a law that there is not',
      with_('stakeholders: 6', 'stakeholders: 6, weights: pareto(2)'),
      'coalition.weights: ',
      'zipf(1.1)',
    ],
    [
      'a charter that cannot be',
      with_(
        'stakeholders: 6',
        'stakeholders: 6, charter: { tracks: { standard: { quorum: 3/2 } } }',
      ),
      'coalition.charter.tracks.standard.quorum: ',
      'a fraction',
    ],
    [
      'an unknown misbehaviour',
      with_(FAULT, '{ at: 1d, byzantine: 1, as: [twin] }'),
      'faults[0].as[0]: ',
      'did you mean "twins"?',
    ],
    [
      'more faulty than there are',
      with_(FAULT, '{ at: 1d, byzantine: 7, as: [twins] }'),
      'faults[0].byzantine: ',
      'at most the 6',
    ],
    [
      'a track that the charter has not',
      with_('slot: core@main', 'track: standart'),
      'workload[0].propose.track: ',
      'did you mean "standard"?',
    ],
    [
      'work without a time',
      with_('at: 1d, propose', 'propose'),
      'workload[0]: ',
      'when it is proposed',
    ],
    [
      'an endless workload',
      with_('at: 1d, propose', 'every: 0s, propose'),
      'workload[0].every: ',
      'it would never end',
    ],
    [
      'a distribution that there is not',
      with_('duration: 5d', 'duration: 5d\npeople: { delay: "normal(1h, 2)" }'),
      'people.delay: ',
      'one of constant, uniform',
    ],
    [
      'one that is misspelt, within braces',
      with_('duration: 5d', 'duration: 5d\npeople: { delay: lognorml(8h, 1.2), yes: 1 }'),
      'bad.yaml:4:11 people.delay: ',
      'did you mean "lognormal"?',
    ],
    [
      'what is no slot',
      with_('slot: core@main', 'slot: core'),
      'workload[0].propose.slot: ',
      'core@main',
    ],
    [
      'a share above one',
      with_('duration: 5d', 'duration: 5d\npeople: { turnout: 120% }'),
      'people.turnout: ',
      'a share from 0 to 1',
    ],
    [
      'a duration of nothing',
      with_('duration: 5d', 'duration: 0s'),
      'bad.yaml:3:1 duration: ',
      'more than 0s',
    ],
    [
      'a field that there is not',
      with_('duration: 5d', 'duration: 5d\nlenght: 3d'),
      'bad.yaml:4:1 lenght: ',
      'the field "lenght"',
    ],
    ['a name in another case', with_('name: good', 'name: Good One'), 'name: ', 'kebab-case'],
    [
      'a situation that there is not',
      with_('duration: 5d', 'duration: 5d\nexpect: { reaches: [adoptd] }'),
      'expect.reaches[0]: ',
      'did you mean "adopted"?',
    ],
    ['YAML that is none', 'name: [', 'bad.yaml:', 'YAML that cannot be read'],
    ['no map at all', '- a', 'bad.yaml:1:1', 'a scenario: name, shows'],
    [
      'an event about an unknown proposal',
      with_(
        'duration: 5d',
        'duration: 5d\nevents: [{ at: 1d, do: vote, by: s1, proposal: p9, choice: yes }]',
      ),
      'events[0].proposal: ',
      'p9',
    ],
  ])('%s', (_, text, where, what) => {
    const problems = problemsOf(text)
    expect(problems.length).toBeGreaterThan(0)
    expect(problems[0]).toContain(where)
    expect(problems[0]).toContain(what)
  })
})
