/** Where the node keys of others are to be found: what they signed, and what the invite said (§6.3). */
import type { KeyId } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Bootstrap } from '../api/bootstrap.ts'
import { type AddressRules, isAllowed } from './address-filter.ts'

/** Addresses by node key, ourselves aside; the signed ones come first. */
export function addressBook(
  { views, signer }: Replica,
  bootstrap: Bootstrap,
  rules: AddressRules,
): ReadonlyMap<KeyId, readonly string[]> {
  const book = new Map<KeyId, readonly string[]>()
  const add = (key: KeyId, addresses: readonly string[]): void => {
    const allowed = addresses.filter((address) => isAllowed(address, rules))
    if (key !== signer?.key) book.set(key, [...new Set([...(book.get(key) ?? []), ...allowed])])
  }
  for (const [key, { list }] of views.topics.addresses) add(key, list)
  for (const [key, addresses] of bootstrap) add(key, addresses)
  return book
}
