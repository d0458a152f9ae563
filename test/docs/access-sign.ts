import { SignJWT } from 'jose'

/** For somebody who watches. `actions: ['publish']` makes it one for a producer. */
export function signToken(secret: string, userId: string, conversations: readonly string[]): Promise<string> {
  return new SignJWT({ conversations })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuer('https://app.example.com')
    .setAudience('telltale')
    .setIssuedAt(Date.now() / 1_000)
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret))
}
