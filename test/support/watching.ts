import { createTelltaleClient, type TelltaleClient, type TelltaleClientOptions } from '@telltale/client'
import { applyPresence, type Contract, type PresenceFrame, type PresenceMember } from '@telltale/contract'
import type { Access, TelltaleOptions } from '@telltale/server'
import { type LiveServer, startServer } from './live-server.ts'
import { createStockClient } from './stock-client.ts'

/** What is watched where nothing else is said. */
export const conversationId = 'c1'

/** A token is the name of a user; nobody may see what is secret. */
export const access: Access = {
  authenticate: ({ token }) => ({ userId: token ?? 'guest' }),
  authorize: (_identity, _action, id) => !id.startsWith('secret'),
}

export const start = (options: TelltaleOptions<Contract> = {}): Promise<LiveServer> =>
  startServer({ access, ...options })

/** A client of a user, which shows at once what it has. */
export function connect(url: string, userId: string, options: Partial<TelltaleClientOptions> = {}): TelltaleClient {
  return createTelltaleClient({ url, token: () => userId, random: () => 0, renderIntervalMs: 0, ...options })
}

/** Watches, until it is told to stop. */
export function watch(client: TelltaleClient, id = conversationId): () => void {
  const subscription = client.status({ conversationId: id, from: 'live' }).subscribe({})
  return () => subscription.unsubscribe()
}

/** The members as `user connections`. */
export const shortly = (members: readonly PresenceMember[]): string[] =>
  members.map(({ userId, metas }) => `${userId} ${metas.length}`)

/** The same of those the server knows. */
export const present = ({ telltale }: LiveServer, id = conversationId): string[] => shortly(telltale.presence(id))

/** A stock client that reads presence, and what it has by its frames. */
export function readStock(url: string, id = conversationId) {
  const client = createStockClient(url)
  const frames: { id: string; data: PresenceFrame }[] = []
  const errors: unknown[] = []
  let members: readonly PresenceMember[] = []
  const input = { conversationId: id }
  const subscription = client.trpc.status.presence.subscribe(input, {
    onData: (frame) => {
      frames.push(frame)
      members = applyPresence(members, frame.data)
    },
    onError: (error) => errors.push(error),
  })
  return {
    frames,
    errors,
    get members() {
      return members
    },
    async [Symbol.asyncDispose]() {
      subscription.unsubscribe()
      await client.close()
    },
  }
}
