/**
 * automerge-repo as its documentation has it for two processes: the websocket adapters, storage in
 * files, one document with a list. Nothing is signed. Entries are pushed by a change each or, where
 * its documentation would have it for many at once, all by one change.
 */
import { once } from 'node:events'
import { Repo } from '@automerge/automerge-repo'
import {
  WebSocketClientAdapter,
  WebSocketServerAdapter,
} from '@automerge/automerge-repo-network-websocket'
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs'
import { WebSocketServer } from 'ws'
import { type Contender, type Peer, type PeerOptions, until } from './contender.ts'
import { versionOf } from './versions.ts'

interface Entries {
  list: string[]
}

const openWith =
  (isBatched: boolean) =>
  async ({ folder, role }: PeerOptions): Promise<Peer> => {
    const storage = new NodeFSStorageAdapter(folder)
    return role === 'writer' ? openWriter(storage, isBatched) : openReader(storage)
  }

async function openWriter(storage: NodeFSStorageAdapter, isBatched: boolean): Promise<Peer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const repo = new Repo({ storage, network: [new WebSocketServerAdapter(server)] })
  const handle = repo.create<Entries>({ list: [] })
  const { port } = server.address() as { port: number }
  return {
    address: { url: handle.url, port },
    connect: async () => undefined,
    listened: () => until(() => repo.peers.length > 0),
    async write(payloads) {
      if (isBatched)
        handle.change((entries) => {
          entries.list.push(...payloads)
        })
      else
        for (const [i, payload] of payloads.entries()) {
          handle.change((entries) => {
            entries.list.push(payload)
          })
          // Changes are synchronous: without a pause nothing would be sent before the last.
          if (i % 16 === 15) await new Promise((resolve) => setImmediate(resolve))
        }
    },
    holds: async () => undefined,
    async close() {
      await repo.shutdown()
      server.close()
    },
  }
}

async function openReader(storage: NodeFSStorageAdapter): Promise<Peer> {
  let repo: Repo | undefined
  let count = () => 0
  return {
    address: null,
    async connect(given) {
      const { url, port } = given as { url: never; port: number }
      repo = new Repo({ storage, network: [new WebSocketClientAdapter(`ws://127.0.0.1:${port}`)] })
      const handle = await repo.find<Entries>(url)
      count = () => handle.doc().list.length
    },
    listened: async () => undefined,
    write: async () => undefined,
    async holds(wanted) {
      await until(() => count() >= wanted)
      await repo?.flush()
    },
    async close() {
      await repo?.shutdown()
    },
  }
}

const versions = [versionOf('@automerge/automerge-repo'), versionOf('@automerge/automerge')]

/** automerge-repo, a change for each entry. */
export const automergeRepo: Contender = {
  name: 'automerge-repo',
  versions,
  open: openWith(false),
}

/** automerge-repo, one change for all entries: its strong suit. */
export const automergeBatched: Contender = {
  name: 'automerge-repo, all in one change',
  versions,
  open: openWith(true),
}
