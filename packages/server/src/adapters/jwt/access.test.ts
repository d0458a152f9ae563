import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { exportJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { jwtAccess } from './access.ts'
import type { JwtAccessOptions } from './options.ts'

// Long enough for HS512: what is refused there is the algorithm.
const secret = 'a secret of more than thirty-two bytes, and of more than sixty-four'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const nowSeconds = 1_800_000_000
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const edwards = generateKeyPairSync('ed25519')
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const good = { sub: 'ada', iat: nowSeconds - 10, exp: nowSeconds + 600, conversations: ['c1'] }

type Key = KeyObject | Uint8Array
const sign = (claims: JWTPayload, key: Key = bytes(secret), header: { alg: string; kid?: string } = { alg: 'HS256' }) =>
  new SignJWT(claims).setProtectedHeader(header).sign(key)

const open = (options: JwtAccessOptions) => jwtAccess({ now: () => nowSeconds * 1_000, ...options })
const show = (access: ReturnType<typeof jwtAccess>, token: string | null) =>
  access.authenticate({ token, headers: {}, remoteAddress: '127.0.0.1' })

describe('a token', () => {
  it('says who somebody is, when that ends, and since when it was so', async () => {
    expect(await show(open({ secret }), await sign({ ...good, name: 'Ada' }))).toEqual({
      ...good,
      name: 'Ada',
      userId: 'ada',
      issuedAt: good.iat * 1_000,
      expiresAt: good.exp * 1_000,
    })
  })

  const without = (claims: JWTPayload, name: string): JWTPayload =>
    Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name))
  it.each<[string, () => Promise<string> | string]>([
    ['that is none', () => 'not a token'],
    ['that is empty', () => ''],
    ['that nobody signed', () => new UnsecuredJWT(good).encode()],
    ['whose signature was cut off', async () => `${(await sign(good)).slice(0, (await sign(good)).lastIndexOf('.'))}.`],
    ['signed with another secret', () => sign(good, bytes('another secret of more than thirty-two bytes'))],
    ['of another algorithm of the same secret', () => sign(good, bytes(secret), { alg: 'HS512' })],
    ['that has expired', () => sign({ ...good, exp: nowSeconds - 6 })],
    ['that is not good yet', () => sign({ ...good, nbf: nowSeconds + 6 })],
    ['that was issued in a time to come', () => sign({ ...good, iat: nowSeconds + 6 })],
    ['that never ends', () => sign(without(good, 'exp'))],
    ['that does not say since when', () => sign(without(good, 'iat'))],
    ['that lives for more than 14 days', () => sign({ ...good, exp: good.iat + 14 * 24 * 3_600 + 1 })],
    ['of nobody', () => sign(without(good, 'sub'))],
    ['of somebody without a name', () => sign({ ...good, sub: '' })],
    ['that is huge', () => sign({ ...good, padding: 'x'.repeat(4_096) })],
  ])('%s is refused', async (_name, make) => {
    expect(await show(open({ secret }), await make())).toBeNull()
  })

  it('may be off by the clock’s tolerance, 5 seconds if nothing else is said', async () => {
    const late = await sign({ ...good, exp: nowSeconds - 4 })
    expect(await show(open({ secret }), late)).not.toBeNull()
    expect(await show(open({ secret, clockToleranceSeconds: 0 }), late)).toBeNull()
  })

  it('may live for less than 14 days only, where that is asked for', async () => {
    const token = await sign(good)
    expect(await show(open({ secret, lifetimeMaxSeconds: 610 }), token)).not.toBeNull()
    expect(await show(open({ secret, lifetimeMaxSeconds: 609 }), token)).toBeNull()
  })

  it('is of the right issuer and for this audience, where those are named', async () => {
    const access = open({ secret, issuer: ['https://id.example', 'https://id2.example'], audience: 'telltale' })
    const named = { ...good, iss: 'https://id2.example', aud: ['other', 'telltale'] }
    expect(await show(access, await sign(named))).not.toBeNull()
    expect(await show(access, await sign({ ...named, iss: 'https://id2.example.evil' }))).toBeNull()
    expect(await show(access, await sign({ ...named, aud: 'telltale-2' }))).toBeNull()
    expect(await show(access, await sign(good))).toBeNull()
  })

  it('is nothing without one, and what the app makes of it cannot make it last longer', async () => {
    const access = open({ secret, toIdentity: ({ sub }) => ({ userId: `user-${sub}`, expiresAt: 9e15 }) })
    expect(await show(access, null)).toBeNull()
    expect(await show(access, await sign(good))).toMatchObject({ userId: 'user-ada', expiresAt: good.exp * 1_000 })
    expect(await show(open({ secret, toIdentity: () => null }), await sign(good))).toBeNull()
  })
})

describe('a public key', () => {
  it.each<[string, { publicKey: KeyObject; privateKey: KeyObject }, string]>([
    ['RSA', rsa, 'RS256'],
    ['RSA', rsa, 'PS256'],
    ['an elliptic curve', elliptic, 'ES256'],
    ['an Edwards curve', edwards, 'EdDSA'],
  ])('of %s, as PEM or as a key, takes what its private one signed: %s %s', async (_name, pair, alg) => {
    const token = await sign(good, pair.privateKey, { alg })
    const text = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    for (const publicKey of [pair.publicKey, text]) {
      expect(await show(open({ publicKey }), token)).toMatchObject({ userId: 'ada' })
    }
  })

  it('is never taken for a secret, which everybody knows', async () => {
    const access = open({ publicKey: pem })
    for (const known of [pem, pem.trim()]) {
      expect(await show(access, await sign(good, bytes(known)))).toBeNull()
    }
    expect(await show(access, await sign(good, other.privateKey, { alg: 'RS256' }))).toBeNull()
    expect(await show(access, new UnsecuredJWT(good).encode())).toBeNull()
  })

  it('of a set is chosen by the token’s kid, and a kid is a name and nothing else', async () => {
    const keys = { keys: [{ ...(await exportJWK(rsa.publicKey)), kid: '2026-11', alg: 'RS256' }] }
    const access = open({ keys })
    const of = (kid: string, key = rsa.privateKey) => sign(good, key, { alg: 'RS256', kid })
    expect(await show(access, await of('2026-11'))).toMatchObject({ userId: 'ada' })
    expect(await show(access, await of('2026-11', other.privateKey))).toBeNull()
    for (const kid of ['2026-12', '../../dev/null', '/dev/null', '__proto__', 'constructor', "' OR 1=1 --", '0', '']) {
      expect(await show(access, await of(kid)), kid).toBeNull()
    }
    const empty = await sign(good, bytes(''.padEnd(32, '\0')), { alg: 'HS256', kid: '/dev/null' })
    expect(await show(access, empty)).toBeNull()
  })
})

describe('what it is checked with', () => {
  it.each<[string, JwtAccessOptions, RegExp]>([
    ['nothing', {}, /exactly one of secret, publicKey and keys/],
    ['two things', { secret, publicKey: pem }, /exactly one of secret, publicKey and keys/],
    ['an empty secret', { secret: '' }, /secret has 0 bytes; 32 are the least/],
    ['a short secret', { secret: 'x'.repeat(31) }, /secret has 31 bytes; 32 are the least/],
    ['a public key for a secret', { secret: pem }, /secret is a PEM key: give publicKey/],
    [
      'a private key',
      { publicKey: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
      /publicKey is PEM: -----BEGIN PUBLIC KEY-----/,
    ],
    ['a private key object', { publicKey: rsa.privateKey }, /publicKey is a private key/],
    ['a key that is none', { publicKey: '-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----' }, /cannot be read/],
    ['an algorithm of public keys', { secret, algorithms: ['RS256'] }, /RS256 does not go with a secret/],
    ['an algorithm of secrets', { publicKey: pem, algorithms: ['HS256'] }, /HS256 does not go with a public key/],
    ['no algorithm', { publicKey: pem, algorithms: ['none'] }, /none does not go with a public key/],
    ['a life of 15 days', { secret, lifetimeMaxSeconds: 15 * 86_400 }, /lifetimeMaxSeconds is from 1 to 1209600/],
    ['no life at all', { secret, lifetimeMaxSeconds: 0 }, /lifetimeMaxSeconds is from 1 to 1209600, not 0/],
  ])('cannot be %s, and says why', (_name, options, problem) => {
    expect(() => jwtAccess(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(problem) }),
    )
  })
})

describe('what a token says of conversations', () => {
  it.each<[string, JWTPayload, string, 'subscribe' | 'publish' | 'history' | 'presence', boolean]>([
    ['one by its id', { conversations: ['c1'] }, 'c1', 'subscribe', true],
    ['not what begins like it', { conversations: ['c1'] }, 'c12', 'subscribe', false],
    ['all that begin so', { conversations: ['team:*'] }, 'team:7', 'history', true],
    ['only those', { conversations: ['team:*'] }, 'team', 'history', false],
    ['all', { conversations: ['*'] }, 'anything', 'presence', true],
    ['none, when it says nothing', {}, 'c1', 'subscribe', false],
    ['none, when it says something else', { conversations: 'c1' }, 'c1', 'subscribe', false],
    ['none, by what is no text', { conversations: [{ toString: 'c1' }, 1, null] }, '1', 'subscribe', false],
    ['publish has to be named', { conversations: ['*'] }, 'c1', 'publish', false],
    ['and may be', { conversations: ['*'], actions: ['publish'] }, 'c1', 'publish', true],
    ['then nothing else is', { conversations: ['*'], actions: ['publish'] }, 'c1', 'subscribe', false],
    ['nothing, when its actions are none', { conversations: ['*'], actions: [] }, 'c1', 'subscribe', false],
    ['nothing, when its actions are no list', { conversations: ['*'], actions: 'publish' }, 'c1', 'publish', false],
  ])('%s', async (_name, claims, conversationId, action, isAllowed) => {
    const access = open({ secret })
    const { conversations: _, ...rest } = good
    const identity = await show(access, await sign({ ...rest, ...claims }))
    expect(identity && access.authorize(identity, action, conversationId)).toBe(isAllowed)
  })
})
