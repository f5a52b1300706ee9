/**
 * Normal form C by a pinned version of Unicode (design §2.1). The platform's tables grow: a mark
 * that is unknown to one Node and known to another would make text normal here and not there, and
 * nodes that disagree about one string split. So only characters that Unicode 14 knew are judged.
 */

import type { Value } from './ids.ts'
import { accept, type Result, refuse } from './refusal.ts'

/**
 * Unicode 14's characters that normalisation can change, with neighbours that it cannot, but
 * none that Unicode 14 had not assigned: hexadecimal ranges. Unicode's stability policy
 * (https://www.unicode.org/policies/stability_policy.html) keeps them as they are for ever.
 */
const JUDGED = `
  3b-374 37e 385-38a 38c 38e-3a1 3a5-4f9 591-5c7 5d0-5ea 5f2 610-6ed 711-74a 7eb-7f3 7fd-82d
  859-85b 898-95f 9a1-9a2 9af 9bc-9be 9c7 9cb-9cd 9d7 9dc-9dd 9df 9fe a16-a1c a2b a32-a33 a36
  a38 a3c a4d a59-a5b a5e abc acd b21-b22 b3c-b3e b47-b48 b4b-b4d b56-b57 b5c-b5d b92-b94 bbe
  bc6-bc7 bca-bcd bd7 c3c c46-c48 c4d c55-c56 cbc-cc2 cc6-cc8 cca-ccd cd5-cd6 d3b-d3e d46-d47
  d4a-d4d d57 dca dcf dd9-ddf e38-e3a e48-e4b eb8-eba ec8-ecb f18-f43 f4c-f69 f71-f93 f9c-fb9
  fc6 1025-108d 1100-11c2 135d-135f 1714-1715 1734 17d2-17dd 18a9 1939-193b 1a17-1a18 1a60-1a7c
  1a7f 1ab0-1ace 1b05-1b44 1b6b-1b73 1baa-1bf3 1c37 1cd0-1cf9 1dc0-1f15 1f18-1f1d 1f20-1f45
  1f48-1f4d 1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef
  1ff2-1ff4 1ff6-1ffe 2000-2003 20d0-20f0 2126-212b 2190-232a 2adc-2add 2cef-2cf1 2d7f 2de0-2dff
  3008-302f 3046-3094 3099-30fe 349e-9f9c a66f-a6f1 a806-a82c a8c4 a8e0-a953 a9b3-a9c0 aab0-aac1
  aaf6 abed ac00-d7a3 f900-fa6d fa70-fad9 fb1d-fb36 fb38-fb3c fb3e fb40-fb41 fb43-fb44 fb46-fb4e
  fe20-fe2f 101fd 102e0 10376-1037a 10a0d-10a0f 10a38-10a3a 10a3f 10ae5-10ae6 10d24-10d27
  10eab-10eac 10f46-10f50 10f82-10f85 11046 11070 1107f-110ba 11100-11134 11173 111c0-111ca
  11235-11236 112e9-112ea 1133b-1133e 11347 1134b-1134d 11357 11366-1136c 11370-11374
  11442-11446 1145e 114b0-114c3 115af 115b8-115c0 1163f 116b6-116b7 1172b 11839-1183a
  11930-11935 11938 1193d-11943 119e0 11a34-11a47 11a99 11c3f 11d42-11d45 11d97 16af0-16af4
  16b30-16b36 16ff0-16ff1 1bc9e 1d157-1d1c0 1d242-1d244 1e000-1e006 1e008-1e018 1e01b-1e021
  1e023-1e024 1e026-1e02a 1e130-1e136 1e2ae 1e2ec-1e2ef 1e8d0-1e8d6 1e944-1e94a 20122-2a600
  2f800-2fa1d
`

const JUDGED_RUNS = new RegExp(
  `[${JUDGED.trim()
    .replace(/[0-9a-f]+/g, '\\u{$&}')
    .replace(/\s/g, '')}]+`,
  'gu',
)

/** True when every run of judged characters in the text is in normal form C. */
export function isNormal(text: string): boolean {
  // A part of normal text is normal, so the platform's yes is final and only its no is not.
  if (text === text.normalize('NFC')) return true
  return (text.match(JUDGED_RUNS) ?? []).every((run) => run === run.normalize('NFC'))
}

/**
 * The same value with all its text in normal form C; itself where it is. Bytes and links stay as they
 * are. Refuses `same-name` where two names of one map become one: one of their values would be lost.
 */
export function normalised<T extends Value>(value: T): Result<T> {
  const name = sharedName(value)
  if (name === undefined) return accept(composed(value))
  return refuse(
    'same-name',
    `two names in one map are both written "${name}", once composed and once not`,
    'give one of them another name, or leave it out',
  )
}

/** A name that two of one map have in normal form C, anywhere in the value. */
function sharedName(value: Value): string | undefined {
  if (Array.isArray(value)) {
    for (const one of value) {
      const name = sharedName(one)
      if (name !== undefined) return name
    }
    return undefined
  }
  if (!isMap(value)) return undefined
  const seen = new Set<string>()
  for (const [key, one] of Object.entries(value)) {
    const name = key.normalize('NFC')
    if (seen.has(name)) return name
    seen.add(name)
    const deeper = sharedName(one)
    if (deeper !== undefined) return deeper
  }
  return undefined
}

function composed<T extends Value>(value: T): T
function composed(value: Value): Value {
  if (typeof value === 'string') return value.normalize('NFC')
  if (Array.isArray(value)) {
    const list = value.map((one: Value) => composed(one))
    return list.some((one, i) => one !== value[i]) ? list : value
  }
  if (!isMap(value)) return value
  const entries = Object.entries(value)
  const normal = entries.map(([key, one]) => [key.normalize('NFC'), composed(one)] as const)
  const isSame = normal.every(([key, one], i) => key === entries[i]?.[0] && one === entries[i]?.[1])
  return isSame ? value : Object.fromEntries(normal)
}

const isMap = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
