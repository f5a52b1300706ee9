/** Amounts of money, exactly: whole numbers of a currency's smallest unit. */

/** Currencies whose smallest unit is not a hundredth (ISO 4217). */
const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'UYI',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
])

/** Digits behind the point in amounts of a currency. */
export const exponentOf = (currency: string): number => EXPONENTS.get(currency) ?? 2

/** An amount in smallest units; undefined where it has more digits than its currency. */
export function parseAmount(amount: string, currency: string): bigint | undefined {
  const [whole = '', part = ''] = amount.split('.')
  const exponent = exponentOf(currency)
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(part) || part.length > exponent) return undefined
  return BigInt(whole + part.padEnd(exponent, '0'))
}

/** Smallest units as an amount: `1200.50`, `-3.00`. */
export function formatAmount(units: bigint, currency: string): string {
  const exponent = exponentOf(currency)
  const digits = (units < 0n ? -units : units).toString().padStart(exponent + 1, '0')
  const sign = units < 0n ? '-' : ''
  if (exponent === 0) return sign + digits
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}
