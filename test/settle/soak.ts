import { runSeed } from './world.ts'
const from = Number(process.argv[2] ?? 1), n = Number(process.argv[3] ?? 20)
const level = process.argv[4] === 'x' ? 'excessive' : 'tolerated'
const tot: Record<string, number> = {}
const t0 = performance.now()
for (let s = from; s < from + n; s++) {
  const t = performance.now()
  const r = runSeed({ seed: s, level })
  for (const [k, v] of Object.entries(r.coverage)) if (v) tot[k] = (tot[k] ?? 0) + 1
  const ms = Math.round(performance.now() - t)
  if (r.findings.length || process.argv[5]) console.log(s, ms + 'ms', Math.round(r.tookMs / 1000) + 's', JSON.stringify(r.findings.slice(0, 4), null, 1))
}
console.log(tot, (performance.now() - t0) / n, 'ms/run')
