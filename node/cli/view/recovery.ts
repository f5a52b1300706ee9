/** The way back from a loss, as lines for people (design §2.3). */
import type { Recovery, RecoveryStep } from '../../api/recovery.ts'
import type { Paint } from './paint.ts'
import { plain } from './text.ts'

/** What a node waits for; each with its command, where it is the operator's. */
export const recoveryLines = ({ why, steps }: Recovery, paint: Paint): string[] => [
  `${paint('warn', '!')} recovering: ${plain(why)}; waiting for`,
  ...steps.flatMap((step) => stepLines(step, paint)),
]

function stepLines({ done, sentence, fix }: RecoveryStep, paint: Paint): string[] {
  const line = `  ${done ? paint('good', '✓') : paint('warn', '…')} ${plain(sentence)}`
  return fix === '' ? [line] : [line, `    ${paint('dim', 'Hint:')} ${fix}`]
}
