/** Where the daemon's lines go; a pino logger is one. */
import { type NetworkLogger, silentLogger } from '../network/port.ts'

/** A sink for log lines. */
export interface Log extends NetworkLogger {
  error(fields: object, message: string): void
}

/** Says nothing. */
export const silentLog: Log = { ...silentLogger, error() {} }
