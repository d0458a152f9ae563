import { createTelltale, jwtAccess, type Telltale } from '@telltale/server'

export function createServer(secret: string): Telltale {
  return createTelltale({
    access: jwtAccess({ secret }),
    presence: ({ userId, name }) => ({ name: typeof name === 'string' ? name : userId }),
  })
}

/** Somebody who looks at the page needs no mail. */
export function isWatching(telltale: Telltale, conversationId: string, userId: string): boolean {
  return telltale.presence(conversationId).some((member) => member.userId === userId)
}
