/** Checks of single words, light enough for every command. */

/** What an id of a stakeholder looks like; that of a charter (design §3.2). */
const STAKEHOLDER_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** What is wrong with the id of a stakeholder, if anything. */
export const stakeholderIdFault = (id: string): string | undefined =>
  STAKEHOLDER_ID.test(id)
    ? undefined
    : `"${id}" is no id: up to 63 lower-case letters, digits and "-"`
