/** Branded identifiers and units. Strings inside, distinct types outside. */
import type { CID } from 'multiformats/cid'

declare const brand: unique symbol
type Brand<T, B extends string> = T & { readonly [brand]: B }

/** CIDv1 (dag-cbor, sha2-256) of an operation, as a base32 string `bafyrei…`. */
export type OpCid = Brand<string, 'OpCid'>
/** An ed25519 public key, as 64 lowercase hex digits. */
export type KeyId = Brand<string, 'KeyId'>
/** A stakeholder's short name in the charter, unique there: `acme`. */
export type StakeholderId = Brand<string, 'StakeholderId'>
/** The coalition's id: the CID of its founding operation. */
export type CoalitionId = OpCid
/** What only one adopted proposal may hold at a time: `core@main`, `charter`. */
export type SlotId = Brand<string, 'SlotId'>

/** Any value that dag-cbor can carry in an operation (no floats). */
export type Value =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | CID
  | readonly Value[]
  | { readonly [key: string]: Value }
