/** Writes digests on schedule: a file in the home, and an event that says so. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '../api/digest/digest.ts'
import { digestMarkdown } from '../api/digest/markdown.ts'
import { momentText } from '../api/naming.ts'
import type { Alarm } from '../api/node-api.ts'
import { messageOf } from '../home/errors.ts'
import { ensurePrivateDir, writeFileAtomic } from '../home/files.ts'
import type { Core } from './core.ts'
import { lastSlot } from './digest-schedule.ts'

/** Most digests that are kept: a year of daily ones, and a month. */
export const MAX_DIGESTS = 400
/** Name of the note on up to when there is a digest. */
const DIGEST_NOTE = 'digest'

/** What digests are made with. */
export type DigestParts = Pick<Core, 'replica' | 'home' | 'events' | 'alarms' | 'log'>

/** The digests of one node. A span that the node was down for is in the next one. */
export class DigestDesk {
  private readonly parts: DigestParts

  constructor(parts: DigestParts) {
    this.parts = parts
  }

  /** Call now and then: writes the digest that is due, if one is. */
  check(): void {
    const { replica, home } = this.parts
    const { 'digest.every': every, 'digest.hour': hour } = home.config.values
    const to = lastSlot(replica.clock.now(), every, hour)
    if (to === undefined) return
    const from = replica.local.moment(DIGEST_NOTE)
    // The first span begins when somebody asks for digests, not with the coalition.
    if (from === undefined) this.remember(to)
    else if (from < to) this.write(from, to)
  }

  private write(from: number, to: number): void {
    const { replica, home, events, alarms, log } = this.parts
    const digest = digestOf(replica, { from, to })
    if (!digest.ok) return
    const path = join(home.layout.digests, fileName(to))
    try {
      ensurePrivateDir(home.layout.digests)
      writeFileAtomic(path, digestMarkdown(digest.value))
      this.prune()
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'the digest was not written')
      alarms.raise(NOT_WRITTEN)
      return
    }
    alarms.clear(NOT_WRITTEN.code)
    this.remember(to)
    const sentence = `The digest up to ${momentText(to)} is in ${path}.`
    events.add({ kind: 'digest', proposal: null, sentence })
  }

  private remember(to: number): void {
    const { replica } = this.parts
    replica.note([[DIGEST_NOTE, String(to)]])
    replica.flush()
  }

  private prune(): void {
    const { digests } = this.parts.home.layout
    const names = readdirSync(digests)
      .filter((name) => NAME.test(name))
      .sort()
    for (const name of names.slice(0, -MAX_DIGESTS)) rmSync(join(digests, name))
  }
}

const NOT_WRITTEN: Alarm = {
  code: 'digest-failed',
  severity: 'warning',
  sentence: 'The digest that is due was not written.',
  fix: 'see what folkmoot doctor says of the home; folkmoot digest shows it meanwhile',
}

const NAME = /^\d{4}-\d{2}-\d{2}T\d{4}Z\.md$/

/** `2027-01-15T0700Z.md`: names sort as their moments do. */
const fileName = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace(':', '')}Z.md`
