/** What follows from a list of ballots and is asked for with each of them: worked out once. */

/** The same function; a list that is asked for again is not looked through again. */
export function oncePerList<Item, Found>(
  of: (list: readonly Item[]) => Found,
): (list: readonly Item[]) => Found {
  const known = new WeakMap<readonly Item[], { readonly found: Found }>()
  return (list) => {
    const before = known.get(list) ?? { found: of(list) }
    known.set(list, before)
    return before.found
  }
}
