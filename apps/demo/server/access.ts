import { randomBytes } from 'node:crypto'
import { type Access, type Identity, jwtAccess } from '@telltale/server'
import { SignJWT } from 'jose'
import { overviewConversation } from '../api/analysis.ts'
import { guest, type Person } from '../api/people.ts'

/** How long the token of a worker is good, in seconds: longer than any analysis may take. */
const workerSeconds = 600
/** Most rights that are taken away at the same time; the oldest comes back first. */
const barsMax = 10_000

/** Who may do what here: two people everything, until it is taken from them; guests watch; workers speak of their work. */
export interface DemoAccess extends Access {
  /** Signs a person in. */
  personToken(person: Person): Promise<string>
  /** Lets a worker speak of its work, and of nothing else. */
  workerToken(conversationId: string): Promise<string>
  /** From now on somebody may do nothing in a conversation. What is open there has to be revoked, too. */
  bar(userId: string, conversationId: string): void
  unbar(userId: string, conversationId: string): void
}

/** Creates access with a secret of its own: tokens of an earlier start are good for nothing. */
export function createDemoAccess({ tokenSeconds }: { readonly tokenSeconds: number }): DemoAccess {
  const secret = randomBytes(32)
  const tokens = jwtAccess({ secret })
  const barred = new Set<string>()

  function sign(userId: string, claims: Record<string, unknown>, lifetimeSeconds: number): Promise<string> {
    // With its fraction: a token that is given in the second in which a right came back must not seem older than that.
    const now = Date.now() / 1_000
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(secret)
  }

  return {
    authenticate: (credentials) => (credentials.token === null ? asGuest : tokens.authenticate(credentials)),
    authorize: (identity, action, conversationId) =>
      !barred.has(nameOf(identity.userId, conversationId)) && tokens.authorize(identity, action, conversationId),
    personToken({ id, name }) {
      const actions = ['subscribe', 'history', 'presence', 'publish']
      return sign(id, { name, conversations: ['*'], actions }, tokenSeconds)
    },
    workerToken: (conversationId) =>
      sign('worker', { conversations: [conversationId, overviewConversation], actions: ['publish'] }, workerSeconds),
    bar(userId, conversationId) {
      barred.add(nameOf(userId, conversationId))
      for (const oldest of barred) {
        if (barred.size <= barsMax) return
        barred.delete(oldest)
      }
    },
    unbar: (userId, conversationId) => void barred.delete(nameOf(userId, conversationId)),
  }
}

/** Counted by their addresses: they are not one user. */
const asGuest: Identity = { userId: guest.id, name: guest.name, conversations: ['*'], anonymous: true }

function nameOf(userId: string, conversationId: string): string {
  return JSON.stringify([userId, conversationId])
}
