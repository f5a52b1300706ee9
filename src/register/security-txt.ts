/**
 * A member's disclosure policies as a `security.txt` (RFC 9116): where to report a vulnerability. Only
 * what that member wrote itself may come in here, as whoever is named reads reports of others' holes.
 */
import { accept, type Result, refuse } from '../op/refusal.ts'
import { DAY_MS, dateMs, dateOf } from './dates.ts'

/** A row of policies, as far as it goes into the file. */
export interface DisclosurePolicy {
  readonly id: string
  readonly by: string
  readonly what: string
  readonly url?: string
  readonly contact?: string
  readonly canonical?: string
  readonly encryption?: string
  readonly acknowledgments?: string
  readonly languages?: readonly string[]
  readonly reviewBy: string
}

/** For whom, by whose clock. */
export interface SecurityTxtScene {
  readonly member: string
  /** The member's name, for the comment at the top. */
  readonly name: string
  /** In ms. */
  readonly now: number
}

/** The file holds for so many days at most; RFC 9116, 2.5.5 asks for less than a year. */
export const MAX_VALID_DAYS = 364

/** Schemes of each field (RFC 9116, 2.5); addresses of the web are secure ones. */
const SCHEMES = {
  Contact: /^(https:\/\/|mailto:|tel:)/,
  Encryption: /^(https:\/\/|dns:|openpgp4fpr:)/,
  web: /^https:\/\//,
} as const
/** Characters of an address (RFC 3986): none of them could begin another line. */
const ADDRESS = /^[!#-;=?-[\]_a-z~]+$/i
/** A language as BCP 47 writes it. */
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/

/** True where an address may stand after `Contact:`. */
export const isContact = (address: string): boolean =>
  SCHEMES.Contact.test(address) && ADDRESS.test(address)

/** The fields that are lists of addresses, in the order of the file. */
const FIELDS = [
  ['Contact', 'contact', SCHEMES.Contact],
  ['Encryption', 'encryption', SCHEMES.Encryption],
  ['Acknowledgments', 'acknowledgments', SCHEMES.web],
  ['Policy', 'url', SCHEMES.web],
  ['Canonical', 'canonical', SCHEMES.web],
] as const

/**
 * The file of a member, of all its disclosure policies in the order of their ids. Refuses what the RFC
 * would have readers refuse: no contact (`no-contact`), a policy that is over (`policy-over`), an
 * address or a language that may not stand there (`odd-address`, `odd-language`).
 */
export function securityTxt(
  rows: readonly DisclosurePolicy[],
  { member, name, now }: SecurityTxtScene,
): Result<string> {
  const own = rows
    .filter(({ by, what }) => by === member && what === 'disclosure')
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const fault = ownFault(own, member, now) ?? addressFault(own) ?? languageFault(own)
  if (fault) return fault
  const languages = [...new Set(own.flatMap((row) => row.languages ?? []))]
  const lines = [
    `# Where to report a vulnerability to ${name.replaceAll(/\p{Cc}/gu, ' ')}.`,
    ...fieldLines(own, FIELDS.slice(0, 1)),
    `Expires: ${expiryOf(own, now)}T23:59:59Z`,
    ...fieldLines(own, FIELDS.slice(1)),
    ...(languages.length === 0 ? [] : [`Preferred-Languages: ${languages.join(', ')}`]),
  ]
  return accept(lines.map((line) => `${line}\n`).join(''))
}

function fieldLines(
  own: readonly DisclosurePolicy[],
  fields: readonly (typeof FIELDS)[number][],
): string[] {
  return fields.flatMap(([field, name]) => [
    ...new Set(own.flatMap((row) => (row[name] === undefined ? [] : `${field}: ${row[name]}`))),
  ])
}

/** The day of the first review, at most so far ahead that no reader takes the file for a stale one. */
const expiryOf = (own: readonly DisclosurePolicy[], now: number): string =>
  [dateOf(now + MAX_VALID_DAYS * DAY_MS), ...own.map(({ reviewBy }) => reviewBy)].toSorted()[0] ??
  ''

function ownFault(
  own: readonly DisclosurePolicy[],
  member: string,
  now: number,
): Result<never> | undefined {
  const add = `folkmoot register policies add ${member}-disclosure --by ${member} --what disclosure --contact mailto:… --url https://… --review-by …`
  if (own.every(({ contact }) => contact === undefined))
    return refuse('no-contact', `${member} wrote no disclosure policy with a contact`, add)
  const over = own.find(({ reviewBy }) => (dateMs(reviewBy) ?? 0) + DAY_MS <= now)
  if (!over) return undefined
  const fix = `review it, then: folkmoot register policies set ${over.id} --review-by …`
  return refuse('policy-over', `${over.id} was to be reviewed by ${over.reviewBy}`, fix)
}

function addressFault(own: readonly DisclosurePolicy[]): Result<never> | undefined {
  for (const [field, name, scheme] of FIELDS)
    for (const { id, [name]: address } of own)
      if (address !== undefined && !(scheme.test(address) && ADDRESS.test(address)))
        return refuse(
          'odd-address',
          `${id}: ${address} cannot stand after ${field}: in a security.txt`,
          `one that begins with ${SCHEME_WORDS[field]}: folkmoot register policies set ${id}`,
        )
  return undefined
}

const SCHEME_WORDS = {
  Contact: 'https://, mailto: or tel:',
  Encryption: 'https://, dns: or openpgp4fpr:',
  Acknowledgments: 'https://',
  Policy: 'https://',
  Canonical: 'https://',
} as const

function languageFault(own: readonly DisclosurePolicy[]): Result<never> | undefined {
  const odd = own.flatMap(({ languages = [] }) => languages).find((one) => !LANGUAGE.test(one))
  return odd === undefined
    ? undefined
    : refuse('odd-language', `"${odd}" is no language`, 'write it as en, de or pt-BR')
}
