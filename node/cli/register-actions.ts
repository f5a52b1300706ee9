/** What can be done with a register. */
export const REGISTER_ACTIONS = [
  'list',
  'add',
  'set',
  'remove',
  'show',
  'lint',
  'report',
  'export',
] as const
