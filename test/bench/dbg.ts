import { makeHistory } from './history.ts'
import { keys, openNodeReplica, readViews } from './node-replica.ts'
import { PooledVerifier } from '../../node/crypto/pooled-verifier.ts'
import { signingInput } from '../../src/op/operation.ts'
const h = makeHistory({keys:100, ops:12000, signed:'all'})
const items=h.ops.map(({op,bytes,sig})=>({sig:sig!,message:signingInput(bytes),key:op.key}))
const pool=new PooledVerifier(keys)
for(let r=0;r<3;r++){
let t=performance.now(); const c0=process.cpuUsage(); await pool.verifyMany(items); const el=performance.now()-t; const c=process.cpuUsage(c0); console.log('pool us/op',(el)*1000/12000, 'cpu', (c.user+c.system)/12000)
t=performance.now(); for(let i=0;i<12000;i+=64) await pool.verifyMany(items.slice(i,i+64)); console.log('pool by 64 us/op',(performance.now()-t)*1000/12000)
}
