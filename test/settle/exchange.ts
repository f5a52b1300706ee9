/**
 * Anti-entropy as a function: what one replica would send another (design §2.6). Chains go from the
 * first operation that the other lacks to one that is signed; of broken chains whatever counts, each
 * with the run that vouches for it, and what the other asks for by CID.
 */
import { type Chain, type Held, isCounted } from '../../src/chain/held.ts'
import type { Incoming } from '../../src/chain/run.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'

/** How operations are sent. */
export interface ExchangeStyle {
  /** Leave out the signatures inside a run: the one at its end vouches for all. */
  readonly stripsSignatures: boolean
  /** Keys whose operations are kept back. */
  readonly without?: ReadonlySet<KeyId>
}

/** What `source` holds and `target` lacks, as runs that each end in a signed operation. */
export function lackingRuns(source: Replica, target: Replica, style: ExchangeStyle): Incoming[] {
  const wanted = new Set(target.missing())
  const lacks = ({ op }: Held): boolean => !target.ledger.byCid.has(op.cid)
  const sent: Incoming[] = []
  for (const chain of source.ledger.chains.values()) {
    if (style.without?.has(chain.key) || !source.ledger.keyring.knows(chain.key)) continue
    const first = chain.main.findIndex(lacks)
    if (first >= 0) sent.push(...mainRun(source, chain, first, style))
    for (const held of chain.strays.values())
      if (lacks(held) && (isCounted(held) || wanted.has(held.op.cid)))
        sent.push(...runOf(source, pathToSigned(held, chain), style))
  }
  return sent
}

/** The main chain from a position on, to its last operation that anything vouches for. */
function mainRun(source: Replica, chain: Chain, from: number, style: ExchangeStyle): Incoming[] {
  const last = chain.main.at(-1)
  if (!last || last.signed) return runOf(source, chain.main.slice(from), style)
  return runOf(source, [...chain.main.slice(from, -1), ...pathToSigned(last, chain)], style)
}

/** The shortest way from an operation to a signed one that chains to it, both included. */
function pathToSigned(held: Held, chain: Chain): Held[] {
  const paths = [[held]]
  for (let path = paths.shift(); path; path = paths.shift()) {
    const end = path.at(-1)
    if (!end || end.signed) return path
    for (const next of [...chain.main, ...chain.strays.values()])
      if (next.op.prev === end.op.cid) paths.push([...path, next])
  }
  return []
}

function runOf(source: Replica, run: readonly Held[], style: ExchangeStyle): Incoming[] {
  return run.flatMap(({ op }, i) => {
    const stored = source.stored(op.cid)
    if (!stored) return []
    const strips = style.stripsSignatures && i < run.length - 1
    return { bytes: stored.bytes, sig: strips ? null : stored.sig, op }
  })
}
