/** A digest over all that counts of one ballot; what other ballots make of it is not in it. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Ballot } from './ballot.ts'

/** Hex sha256; that of a ballot at rest is known without counting it. */
export const countedPrint = (ballot: Ballot): string =>
  ballot.rest?.print ?? bytesToHex(sha256(utf8ToBytes(JSON.stringify(countedOf(ballot)))))

function countedOf(ballot: Ballot): unknown {
  const { board, positions, tally, withdrawn, settlements, votes, gates, gateScene } = ballot
  return [
    [...positions].map(([member, position]) => [member, position.stance]).sort(),
    [...votes.keys()].sort(),
    tally.yes,
    withdrawn,
    [...board.endorse].sort(),
    [...board.decline].sort(),
    settlements.map(({ cid }) => cid).sort(),
    ballot.provisional?.seals.map(({ cid }) => cid).sort() ?? [],
    gates.map(({ gate, met, overriddenBy = null }) => [gate, met, overriddenBy]),
    [...ballot.appeals].map(([member, { cid }]) => [member, cid]).sort(),
    gateScene.attestations.map(({ cid, stakeholder }) => [cid, stakeholder]),
    gateScene.comments.map(({ cid, stakeholder }) => [cid, stakeholder]),
  ]
}
