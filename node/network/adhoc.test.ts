import { test } from 'vitest'
import { startNode, acquaint, until, connectedTo } from './testing.ts'
import { DEFAULT_TIMINGS } from './limits.ts'
test('adhoc', async () => {
  const t0 = performance.now(); const log = (s: string) => console.log(((performance.now() - t0) / 1000).toFixed(2), s)
  const nodes = await Promise.all(Array.from({ length: 12 }, (_, i) => startNode(i + 1, { timings: DEFAULT_TIMINGS })))
  acquaint(...nodes)
  const full = () => nodes.every((n) => connectedTo(n, ...nodes.filter((o) => o !== n)))
  const conns = () => nodes.map((n) => (Reflect.get(n.host, 'node') as any).getConnections().length).join(' ')
  const outs = () => nodes.map((n) => n.host.peers().filter(p => p.inMesh).length).join(' ')
  await until('full', full, 30000); log('full ' + conns())
  await new Promise(r => setTimeout(r, 3000)); log('later ' + conns() + ' | mesh ' + outs())
  const halves = [nodes.slice(0, 6), nodes.slice(6)]
  for (const n of halves[0]!) n.host.setBlocked(halves[1]!.map(o => o.key))
  await until('part', () => nodes.every(n => n.host.peers().length === 5)); log('partitioned')
  halves[0]![0]!.port.items.add('x'); 
  await new Promise(r => setTimeout(r, 40000)); log('healing')
  for (const n of halves[0]!) n.host.setBlocked([])
  await until('full', full, 60000); log('healed ' + conns())
  await until('x', () => nodes.every(n => n.port.items.has('x')), 60000); log('x everywhere')
  await new Promise(r => setTimeout(r, 3000)); log('later ' + conns() + ' | mesh ' + outs())
}, 200000)
