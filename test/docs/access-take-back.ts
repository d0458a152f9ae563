import type { Telltale } from '@telltale/server'

/** The app's own. */
export interface Members {
  remove(userId: string, conversationId: string): Promise<void>
}

export async function remove(telltale: Telltale, members: Members, userId: string, conversationId: string) {
  // First what decides from now on, then what is open.
  await members.remove(userId, conversationId)
  const { streams } = telltale.revoke({ userId, conversationId })
  return `${streams} streams ended`
}
