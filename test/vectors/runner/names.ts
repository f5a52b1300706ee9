/** How the names of those checks begin that are about no answer, but about what it costs to find it. */
export const COST = 'cost'
