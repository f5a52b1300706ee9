import { gossipIngest } from './gossip-ingest.ts'
console.log(await gossipIngest.run({quick: process.argv[2]==='q', progress: console.error}))
