import { TelltaleError } from '@telltale/contract'
import { type JWTPayload, jwtVerify } from 'jose'
import type { Access, Identity } from '../../seams/access.ts'
import { claimedConversations, mayByClaims } from './claims.ts'
import { resolveKey } from './key.ts'
import type { JwtAccessOptions } from './options.ts'

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
  const toleranceSeconds = options.clockToleranceSeconds ?? 5
  const { issuer, audience, now = Date.now, toIdentity = identityOf, authorize = mayByClaims } = options

  async function verify(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: [...algorithms],
      clockTolerance: toleranceSeconds,
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
      // From a time to come it would outlive what is taken back until then.
      if (iat * 1_000 > now() + toleranceSeconds * 1_000) return null
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
