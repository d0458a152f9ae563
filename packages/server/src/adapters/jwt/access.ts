import { TelltaleError } from '@telltale/contract'
import { type CryptoKey, type JSONWebKeySet, type JWTPayload, jwtVerify, type KeyObject } from 'jose'
import type { MaybePromise } from '../../async/maybe-promise.ts'
import type { Access, Action, Identity } from '../../seams/access.ts'
import { claimedConversations, mayByClaims } from './claims.ts'
import { resolveKey } from './key.ts'

/** What {@link jwtAccess} takes: a `secret`, a `publicKey` or `keys`, and what the tokens have to say. */
export interface JwtAccessOptions {
  /** Shared with whoever signs (HS256): at least 32 bytes. There is no default. */
  secret?: string | Uint8Array
  /** Of whoever signs, for asymmetric algorithms: PEM (SPKI), or a key of Web Crypto or Node. */
  publicKey?: string | CryptoKey | KeyObject
  /** Several public keys, chosen by the token's `kid`: a JSON Web Key Set (RFC 7517, section 5). */
  keys?: JSONWebKeySet
  /**
   * Which algorithms are taken; `none` never is, and a secret is never taken for a public key or the other way round.
   * @default ['HS256'] with a secret, else ['RS256', 'PS256', 'ES256', 'EdDSA']
   */
  algorithms?: readonly string[]
  /** What `iss` has to be. @default anything */
  issuer?: string | readonly string[]
  /** What `aud` has to name. @default anything */
  audience?: string | readonly string[]
  /** Longest life of a token from `iat` to `exp`, in seconds; both have to be there. @default 1_209_600, 14 days, which is also the most */
  lifetimeMaxSeconds?: number
  /** By how much the signer's clock may be off, in seconds. @default 5 */
  clockToleranceSeconds?: number
  /** Who a token stands for; `null` refuses it. @default the user of `sub`, with all claims */
  toIdentity?: (claims: JWTPayload) => MaybePromise<Identity | null>
  /**
   * Who may do what. @default the token says: its claim `conversations` lists ids, or beginnings of ids that end in `*`; its
   * claim `actions` lists what may be done there, by default `subscribe`, `history` and `presence`, but not `publish`.
   */
  authorize?: (identity: Identity, action: Action, conversationId: string) => MaybePromise<boolean>
  /** Time in milliseconds since 1970, for tests. @default Date.now */
  now?: () => number
}

const lifetimeMostSeconds = 14 * 24 * 60 * 60
/** No token of ours is longer; parsing what a stranger sends should cost little. */
const tokenMaxLength = 4_096

/**
 * Lets in whoever has a signed token (JWT, RFC 7519; checked by the library `jose`). Tokens come as the first message of a
 * WebSocket or in the `Authorization` header, never in the URL. When a token expires its connections are closed, unless the
 * client has refreshed it, as ours does by itself.
 * Throws `INVALID_OPTION` for a missing, weak or unfit key.
 *
 * @example
 * ```ts
 * const telltale = createTelltale({
 *   access: jwtAccess({
 *     secret: process.env['JWT_SECRET'] ?? '',
 *     audience: 'telltale',
 *     authorize: (identity, action, conversationId) => conversationId.startsWith(`${identity.userId}:`),
 *   }),
 * })
 * ```
 */
export function jwtAccess(options: JwtAccessOptions): Access {
  const { keyOf, algorithms } = resolveKey(options)
  const lifetimeMaxMs = resolveLifetime(options.lifetimeMaxSeconds) * 1_000
  const { issuer, audience, now = Date.now, toIdentity = identityOf, authorize = mayByClaims } = options

  async function verify(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: [...algorithms],
      clockTolerance: options.clockToleranceSeconds ?? 5,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'iat'],
      ...(issuer !== undefined && { issuer: [issuer].flat() as string[] }),
      ...(audience !== undefined && { audience: [audience].flat() as string[] }),
    })
    return payload
  }

  return {
    async authenticate({ token }) {
      if (token === null || token.length > tokenMaxLength) return null
      let claims: JWTPayload
      try {
        claims = await verify(token)
      } catch {
        // Whatever is wrong with it, it is no token of ours: the caller learns no more.
        return null
      }
      const { exp = 0, iat = 0 } = claims
      if (exp * 1_000 - iat * 1_000 > lifetimeMaxMs) return null
      const identity = await toIdentity(claims)
      // Whatever the app makes of the claims, the token ends when it ends.
      return identity && { ...identity, expiresAt: exp * 1_000, issuedAt: iat * 1_000 }
    },
    authorize,
  }
}

/** The user of `sub`; what the token says of conversations and actions is kept for the default `authorize`. */
function identityOf(claims: JWTPayload): Identity | null {
  if (typeof claims.sub !== 'string' || claims.sub === '') return null
  return { ...claims, conversations: claimedConversations(claims), userId: claims.sub }
}

function resolveLifetime(seconds = lifetimeMostSeconds): number {
  if (seconds > 0 && seconds <= lifetimeMostSeconds) return seconds
  throw new TelltaleError('INVALID_OPTION', `lifetimeMaxSeconds is from 1 to ${lifetimeMostSeconds}, not ${seconds}`)
}
