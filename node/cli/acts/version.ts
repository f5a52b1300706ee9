/** `version`. */

import { PROTOCOL } from '../../../src/op/type.ts'
import { packageVersion } from '../../api/version.ts'
import type { Report } from '../command.ts'

/** Version of this build, the protocol that it speaks, the Node that it runs on. */
export async function version(): Promise<Report> {
  const data = { version: packageVersion(), protocol: PROTOCOL, node: process.versions.node }
  const text = `folkmoot ${data.version} (protocol ${data.protocol}, Node ${data.node})`
  return { data, text }
}
