/** Sizes as people read them. */

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'] as const
const STEP = 1024

/** "312 bytes", "1.5 MiB". */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / STEP ** power
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`
}

/** "37 %": never 100 before it is all. */
export const shareText = (done: number, total: number): string =>
  `${total === 0 ? 100 : Math.floor((100 * done) / total)} %`
