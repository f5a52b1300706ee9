/** Figures of a load run: a name, a value, its unit, and what was promised of it. */

/** One measured value. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What was promised; absent where it is merely told. */
  readonly goal?: string
  readonly met?: boolean
}

/** One part of the run. */
export interface LoadPart {
  readonly name: string
  run(options: LoadOptions): Promise<Figure[]>
}

/** How to run. */
export interface LoadOptions {
  /** Sizes of the histories. */
  readonly histories: readonly number[]
  readonly daemons: number
  readonly progress: (line: string) => void
}

/** A table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const digits = (value: number): string =>
    Math.abs(value) >= 100
      ? Math.round(value).toLocaleString('en-GB')
      : value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
  const rows = figures.map(({ name, value, unit, goal = '', met }) => {
    const verdict = met === undefined ? '' : met ? 'yes' : 'NO'
    return `| ${name} | ${digits(value)} ${unit} | ${goal} | ${verdict} |`
  })
  return ['| what | reached | goal | met |', '|---|---|---|---|', ...rows, ''].join('\n')
}
