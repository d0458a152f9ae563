import type { Action, Identity } from '../../seams/access.ts'

/** Producers are named by their tokens; whoever only watches needs no more. */
const defaultActions: readonly Action[] = ['subscribe', 'history', 'presence']

/** What a token says of conversations: texts only, whatever somebody signed. */
export function claimedConversations(claims: { readonly [claim: string]: unknown }): readonly string[] {
  return textsOf(claims['conversations'])
}

/** Whether an identity's token itself says that it may do this there. One that says nothing may do nothing. */
export function mayByClaims(identity: Identity, action: Action, conversationId: string): boolean {
  const actions = identity['actions'] === undefined ? defaultActions : textsOf(identity['actions'])
  if (!actions.includes(action)) return false
  return claimedConversations(identity).some((pattern) =>
    pattern.endsWith('*') ? conversationId.startsWith(pattern.slice(0, -1)) : conversationId === pattern,
  )
}

function textsOf(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((item) => typeof item === 'string') : []
}
