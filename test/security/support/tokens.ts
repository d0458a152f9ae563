import { Buffer } from 'node:buffer'
import { jwtAccess } from '@telltale/server'
import { SignJWT } from 'jose'

/** What the tokens of these tests are signed with. */
export const secret = 'a secret of more than thirty-two bytes'
const key = new TextEncoder().encode(secret)

/** What a token says, beside who it stands for. */
export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>
  /** @default 600 */
  readonly lifetimeSeconds?: number
  /** In milliseconds since 1970. @default now */
  readonly issuedAt?: number
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: Uint8Array
}

/** A token that is good, but for what is asked for. It names the control reader's conversation, and `c` with any ending. */
export function sign(userId: string, options: TokenOptions = {}): Promise<string> {
  const { claims = {}, lifetimeSeconds = 600, issuedAt = Date.now(), header = {} } = options
  const actions = ['subscribe', 'history', 'presence', 'publish']
  return new SignJWT({ conversations: ['healthy', 'c*'], actions, ...claims })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .setSubject(userId)
    .setIssuedAt(Math.floor(issuedAt / 1_000))
    .setExpirationTime(Math.floor(issuedAt / 1_000) + lifetimeSeconds)
    .sign(options.key ?? key)
}

/** A token put together by hand, with whatever signature. */
export function forge(header: object, claims: object, signature = ''): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  return `${encode(header)}.${encode(claims)}.${signature}`
}

/** Access by such tokens, to the second. */
export const byToken = (more: Partial<Parameters<typeof jwtAccess>[0]> = {}): ReturnType<typeof jwtAccess> =>
  jwtAccess({ secret, clockToleranceSeconds: 0, ...more })
