import { describe, expect, it } from 'vitest'
import { unwrap } from '../op/refusal.ts'
import { DAY_MS } from './dates.ts'
import { type DisclosurePolicy, isContact, MAX_VALID_DAYS, securityTxt } from './security-txt.ts'

const NOW = Date.UTC(2031, 0, 15)
const POLICY: DisclosurePolicy = {
  ...{ id: 'acme-disclosure', by: 'acme', what: 'disclosure', reviewBy: '2031-06-01' },
  ...{ url: 'https://acme.example/security', contact: 'mailto:security@acme.example' },
}
const fileOf = (...rows: readonly Partial<DisclosurePolicy>[]) =>
  securityTxt(
    rows.map((row) => ({ ...POLICY, ...row })),
    { member: 'acme', name: 'Acme Ltd', now: NOW },
  )

/** Reads a file by the grammar of RFC 9116, section 4, and holds it to sections 2.3 to 2.5. */
function fieldsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '' || /^#[\t\x20-\x7e\x80-\uffff]*$/.test(line)) continue
    const [, name = '', value = ''] = /^([!-9;-~]+): (\S(?:.*\S)?)$/.exec(line) ?? []
    expect(name, line).not.toBe('')
    fields.set(name.toLowerCase(), [...(fields.get(name.toLowerCase()) ?? []), value])
  }
  const of = (name: string): readonly string[] => fields.get(name) ?? []
  expect(of('contact').length).toBeGreaterThan(0)
  expect(of('expires')).toHaveLength(1)
  expect(of('preferred-languages').length).toBeLessThanOrEqual(1)
  expect(of('expires')[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const expires = Date.parse(of('expires')[0] ?? '')
  expect(expires).toBeGreaterThan(NOW)
  expect(expires).toBeLessThan(NOW + 365 * DAY_MS)
  for (const name of ['contact', 'encryption', 'acknowledgments', 'policy', 'canonical', 'hiring'])
    for (const value of of(name)) {
      const { protocol } = new URL(value)
      expect(protocol, 'addresses of the web are secure').not.toBe('http:')
    }
  return fields
}

describe('a security.txt', () => {
  it('has a contact, one end, and what else its owner wrote, as RFC 9116 asks', () => {
    const text = unwrap(
      fileOf({
        ...{ encryption: 'https://acme.example/key.asc', languages: ['en', 'pt-BR'] },
        canonical: 'https://acme.example/.well-known/security.txt',
        acknowledgments: 'https://acme.example/thanks',
      }),
    )
    expect(Object.fromEntries(fieldsOf(text))).toEqual({
      contact: ['mailto:security@acme.example'],
      expires: ['2031-06-01T23:59:59Z'],
      encryption: ['https://acme.example/key.asc'],
      acknowledgments: ['https://acme.example/thanks'],
      'preferred-languages': ['en, pt-BR'],
      canonical: ['https://acme.example/.well-known/security.txt'],
      policy: ['https://acme.example/security'],
    })
  })

  it('has the contacts of all disclosure policies of its member, and of nothing else', () => {
    const fields = fieldsOf(
      unwrap(
        fileOf(
          { id: 'b', contact: 'https://acme.example/report', reviewBy: '2031-03-01' },
          { id: 'a', contact: 'tel:+1-201-555-0123', url: POLICY.url ?? '' },
          { id: 'c', by: 'globex', contact: 'mailto:x@globex.example' },
          { id: 'd', what: 'privacy', contact: 'mailto:privacy@acme.example' },
        ),
      ),
    )
    expect(fields.get('contact')).toEqual(['tel:+1-201-555-0123', 'https://acme.example/report'])
    expect(fields.get('policy')).toHaveLength(1)
    expect(fields.get('expires')).toEqual(['2031-03-01T23:59:59Z'])
  })

  it('ends at the first review, and in less than a year in any case', () => {
    const expires = (reviewBy: string) => fieldsOf(unwrap(fileOf({ reviewBy }))).get('expires')?.[0]
    const last = new Date(NOW + MAX_VALID_DAYS * DAY_MS).toISOString().slice(0, 10)
    const after = new Date(NOW + (MAX_VALID_DAYS + 1) * DAY_MS).toISOString().slice(0, 10)
    expect([expires(last), expires(after)]).toEqual([`${last}T23:59:59Z`, `${last}T23:59:59Z`])
    // The day of the review itself still counts; once it is over nothing is written.
    expect(expires('2031-01-15')).toBe('2031-01-15T23:59:59Z')
    expect(fileOf({ reviewBy: '2031-01-14' })).toMatchObject({
      code: 'policy-over',
      hint: expect.stringContaining('--review-by'),
    })
  })

  it('is refused, with the fix, where readers would have to refuse it', () => {
    expect(fileOf()).toMatchObject({
      code: 'no-contact',
      hint: expect.stringContaining('add acme'),
    })
    const { contact: _none, ...mute } = POLICY
    const scene = { member: 'acme', name: 'Acme', now: NOW }
    expect(securityTxt([mute], scene)).toMatchObject({ code: 'no-contact' })
    for (const odd of [
      { contact: 'http://acme.example/report' },
      { contact: 'security@acme.example' },
      { contact: 'javascript:alert(1)' },
      { contact: 'https://acme.example/\u2028Contact:https://mallory.example' },
      { url: 'http://acme.example/security' },
      { canonical: 'ftp://acme.example/security.txt' },
      { encryption: 'data:application/pgp-keys,…' },
    ])
      expect(fileOf(odd), JSON.stringify(odd)).toMatchObject({ code: 'odd-address' })
    expect(fileOf({ languages: ['en', 'de, fr'] })).toMatchObject({ code: 'odd-language' })
  })

  it('has no line that somebody’s name could begin', () => {
    const scene = { member: 'acme', name: 'Acme\nContact: mailto:mallory@example.org', now: NOW }
    expect(fieldsOf(unwrap(securityTxt([POLICY], scene))).get('contact')).toEqual([POLICY.contact])
  })
})

it('a contact is an address that reports can be sent to', () => {
  for (const good of ['mailto:a@b.example', 'https://b.example', 'tel:+1-201-555-0123'])
    expect(isContact(good)).toBe(true)
  for (const bad of ['http://b.example', 'a@b.example', 'ssh:b.example', 'mailto:a@b example'])
    expect(isContact(bad)).toBe(false)
})
