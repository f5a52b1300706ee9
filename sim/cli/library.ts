/**
 * Libraries that only some commands need. Who runs a node does not install them: they are asked for when
 * they are used, by name and version.
 */
import { SimError } from './errors.ts'

/** What to install, by the name of the library. */
const INSTALL = {
  echarts: 'npm install echarts@6.1.0',
} as const

/** Loads a module of ours that needs a library. Throws `SimError` (`no-library`) where that is absent. */
export async function library<T>(name: keyof typeof INSTALL, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    const isAbsent =
      error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    if (!isAbsent || !error.message.includes(name)) throw error
    throw new SimError('no-library', `this needs ${name}, which is not installed`, INSTALL[name])
  }
}
