import { describe, expect, it } from 'vitest'
import { CliError } from './errors.ts'
import { readProposal } from './proposal-file.ts'

const GOOD = 'title: Meet weekly\nslot: policy@meetings\ntext: Tuesdays\n'
const read = (text: string, flags = {}) => readProposal({ text, file: 'dir/p.yaml' }, flags)

/** What is wrong with a proposal's text, as users see it. */
function faultOf(text: string, flags = {}): string {
  try {
    read(text, flags)
  } catch (error) {
    if (error instanceof CliError) return error.message
    throw error
  }
  return ''
}

describe('a proposal’s file', () => {
  it('needs little', () => {
    expect(read(GOOD)).toMatchObject({ title: 'Meet weekly', components: [], kind: null })
  })

  it.each([
    ['an unknown field', `${GOOD}sumary: x\n`, /p\.yaml:4:1 sumary: .*did you mean "summary"\?/],
    ['an unknown kind', `${GOOD}kind: upgrad\n`, /p\.yaml:4:1 kind: .*did you mean "upgrade"\?/],
    ['no title', 'slot: policy@x\ntext: y\n', /title: found nothing/],
    ['no slot', 'title: x\ntext: y\n', /slot: found nothing/],
    ['no text', 'title: x\nslot: policy@x\n', /text: found nothing/],
    ['text and document', `${GOOD}document: d.md\n`, /either text or document/],
    ['a window', `${GOOD}windows: { voting: 3x }\n`, /p\.yaml:4:12 windows\.voting: .*7d/],
    ['a moment without offset', `${GOOD}opensAt: 2026-01-01\n`, /opensAt: .*2026-03-01T09:00:00Z/],
    ['a reference', `${GOOD}replaces: bafy\n`, /replaces: .*bafyrei…/],
    ['no YAML', 'title: [', /p\.yaml:1:\d+ .*YAML/],
    ['an amendment without a charter', `${GOOD}kind: amendment\n`, /amendment: found nothing/],
  ])('names %s with line and path', (_what, text, fault) => {
    expect(faultOf(text)).toMatch(fault)
    expect(faultOf(text)).toContain('in dir/p.yaml')
  })

  it('lists all problems at once', () => {
    expect(faultOf('titel: x\nkind: nothing\n')).toMatch(/^2 problems/)
  })

  it('gives way to flags', () => {
    const flags = { title: 'Other', components: ['core'], summary: undefined }
    expect(read(GOOD, flags)).toMatchObject({ title: 'Other', components: ['core'] })
  })

  it('is of one kind, on one track, in one slot where it amends the charter', () => {
    expect(read('title: Admit\namendment: next.yaml\n')).toMatchObject({
      kind: 'amendment',
      track: 'constitutional',
      slot: 'charter',
    })
  })

  it('reads moments with an offset, and "none" as replacing nothing', () => {
    const text = `${GOOD}opensAt: 2026-03-01T10:00:00+01:00\nreplaces: none\n`
    expect(read(text)).toMatchObject({ opensAt: Date.UTC(2026, 2, 1, 9), replaces: 'none' })
  })
})
