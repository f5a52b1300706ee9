/** Where members are known to be: a flood from elsewhere must not keep them out (design §6.3). */
import { multiaddr } from '@multiformats/multiaddr'
import type { KeyId } from '../../src/op/ids.ts'
import { placeOf } from './inbound-gate.ts'

/** How long a look at the address book serves, in ms. */
export const KNOWN_PLACES_MS = 1_000

/** The places of all addresses in a book, looked up again now and then. */
export class KnownPlaces {
  private readonly book: () => ReadonlyMap<KeyId, readonly string[]>
  private readonly now: () => number
  private places: ReadonlySet<string> = new Set()
  private readAt = Number.NEGATIVE_INFINITY

  /** `now` in ms. */
  constructor(book: () => ReadonlyMap<KeyId, readonly string[]>, now: () => number) {
    this.book = book
    this.now = now
  }

  /** True for a place that somebody in the book said to be at. */
  has(place: string): boolean {
    if (Math.abs(this.now() - this.readAt) >= KNOWN_PLACES_MS) {
      this.readAt = this.now()
      this.places = new Set([...this.book().values()].flat().flatMap(placesOf))
    }
    return this.places.has(place)
  }
}

function placesOf(address: string): string[] {
  try {
    const place = placeOf(multiaddr(address))
    return place === undefined ? [] : [place]
  } catch {
    // A member may have announced what is no address.
    return []
  }
}
