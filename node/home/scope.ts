/** What a token of the API is good for, each scope with all before it (design §6.5). */
export const SCOPES = ['read', 'operate', 'admin'] as const
/** What a token is good for. */
export type Scope = (typeof SCOPES)[number]
