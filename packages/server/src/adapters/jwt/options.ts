import type { CryptoKey, JSONWebKeySet, JWTPayload, KeyObject } from 'jose'
import type { MaybePromise } from '../../async/maybe-promise.ts'
import type { Action, Identity } from '../../seams/access.ts'

/** What `jwtAccess` takes: a `secret`, a `publicKey` or `keys`, and what the tokens have to say. */
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
