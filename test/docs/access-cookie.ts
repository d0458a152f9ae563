import { type Access, createTelltale, type Telltale } from '@telltale/server'

/** The app's own: who has which session until when, and who is a member of what. */
export interface Store {
  session(id: string): Promise<{ userId: string; endsAt: Date } | null>
  isMember(userId: string, conversationId: string): Promise<boolean>
}

export function createServer(store: Store): Telltale {
  const access: Access = {
    async authenticate({ headers }) {
      const [, id = ''] = /(?:^|; )session=([^;]+)/.exec(headers.cookie ?? '') ?? []
      const session = await store.session(id)
      return session && { userId: session.userId, expiresAt: session.endsAt.getTime() }
    },
    authorize: ({ userId }, action, conversationId) => action !== 'publish' && store.isMember(userId, conversationId),
  }
  return createTelltale({ access, origins: ['https://app.example.com'] })
}
