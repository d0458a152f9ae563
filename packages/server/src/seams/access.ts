import type { IncomingHttpHeaders } from 'node:http'
import type { MaybePromise } from '../async/maybe-promise.ts'

/** Who somebody is. */
export interface Identity {
  readonly userId: string
  /** When the credentials end, in milliseconds since 1970: then the connection is closed, unless they were refreshed. @default never */
  readonly expiresAt?: number
  /** When the credentials were issued, in milliseconds since 1970: what was taken back after that, they do not give again. */
  readonly issuedAt?: number
  /** Anything of the app's. */
  readonly [claim: string]: unknown
}

/** What somebody shows to be let in. */
export interface Credentials {
  /** From the client's `token` option, sent as the first message; never from the URL. */
  readonly token: string | null
  readonly headers: IncomingHttpHeaders
  readonly remoteAddress: string
}

/** What somebody wants to do with a conversation. */
export type Action = 'subscribe' | 'publish' | 'history' | 'presence'

/** Who may come in, and what they may do. Both have 3 seconds; what throws or hangs denies. */
export interface Access {
  /** Who this is; `null` refuses the connection. */
  authenticate(credentials: Credentials): MaybePromise<Identity | null>
  /** Whether this identity may do this with this conversation. A denial looks like not-found. */
  authorize(identity: Identity, action: Action, conversationId: string): MaybePromise<boolean>
}

/**
 * Lets everybody do everything. For local development and public feeds; `listen` on an address that others can reach
 * asks for it by name.
 *
 * @example
 * ```ts
 * const telltale = createTelltale({ access: publicAccess() })
 * ```
 */
export function publicAccess(): Access {
  return { authenticate: () => ({ userId: 'anonymous', anonymous: true }), authorize: () => true }
}
