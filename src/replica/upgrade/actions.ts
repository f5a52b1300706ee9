/**
 * Actions of a retrospective: rows of the register of tasks, each with an owner and a date. The
 * retrospective names the row, the row names the upgrade: one finds either from the other (§3.4).
 */
import type { OpCid } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { FieldValue } from '../../register/field.ts'
import type { RegisterRow } from '../../register/lint.ts'
import type { RowInput } from '../register-acts.ts'

/** An action as somebody writes it; what a row that is there says already may be left out. */
export interface ActionInput {
  /** Id of the row in the register of tasks. */
  readonly row: string
  readonly title?: string
  readonly owner?: string
  readonly due?: string
  readonly note?: string
}

/** A task that a retrospective names, as the register has it. */
export interface LinkedTask {
  readonly row: string
  readonly title: string | null
  readonly owner: string | null
  readonly due: string | null
  readonly status: string | null
  /** `both`: each names the other. `one-way`: the task is of another upgrade. `missing`: no such row. */
  readonly link: 'both' | 'one-way' | 'missing'
}

/** The tasks that a retrospective names, by the rows of the register. */
export const linkedTasks = (
  named: readonly string[],
  rows: readonly RegisterRow[],
  proposal: OpCid,
): LinkedTask[] =>
  named.map((row) => {
    const whole = rows.filter(({ id, isWhole }) => id === row && isWhole)
    const own = whole.find(({ fields }) => isOfUpgrade(fields.upgrade, proposal))
    const fields = (own ?? whole[0])?.fields ?? {}
    return {
      row,
      title: textOf(fields.title),
      owner: textOf(fields.owner),
      due: textOf(fields.due),
      status: textOf(fields.status),
      link: own ? 'both' : whole.length > 0 ? 'one-way' : 'missing',
    }
  })

/**
 * How the row of an action is written: begun, or completed with the upgrade that it comes of. Undefined
 * where the row says all of it already. Refuses (`task-elsewhere`) the task of another upgrade.
 */
export function actionRow(
  { row, ...given }: ActionInput,
  rows: readonly RegisterRow[],
  proposal: OpCid,
): Result<RowInput | undefined> {
  const same = rows.filter(({ id }) => id === row)
  const own = same.find(({ fields }) => isOfUpgrade(fields.upgrade, proposal))
  const found = own ?? same.find(({ fields }) => fields.upgrade === undefined)
  if (!found && same.length > 0)
    return refuse(
      'task-elsewhere',
      `task "${row}" is of another upgrade already`,
      'choose another id for this one',
    )
  const fields: Record<string, FieldValue> = { ...given, ...(!own && { upgrade: proposal }) }
  if (!found) return accept({ row, act: 'add', fields: { status: 'todo', ...fields }, clear: [] })
  if (Object.keys(fields).length === 0) return accept(undefined)
  // cast: rows stand in documents, whose ids are those of operations.
  const document = found.document as OpCid
  return accept({ row, act: 'set', fields, clear: [], document })
}

/** True where a row names that upgrade: its proposal, or the end of its id. All ids begin alike. */
export const isOfUpgrade = (upgrade: FieldValue | undefined, proposal: string): boolean =>
  typeof upgrade === 'string' && upgrade.length >= SHORTEST_END && proposal.endsWith(upgrade)

/** Fewer characters at the end of an id would mean any upgrade. */
export const SHORTEST_END = 4

const textOf = (value: FieldValue | undefined): string | null =>
  typeof value === 'string' ? value : null
