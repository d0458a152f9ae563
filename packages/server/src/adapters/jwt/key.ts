import { createPublicKey } from 'node:crypto'
import { TelltaleError } from '@telltale/contract'
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import type { JwtAccessOptions } from './options.ts'

/** A secret shorter than its hash can be guessed (RFC 7518, section 3.2). */
const secretMinBytes = 32
const symmetric = ['HS256']
const asymmetric = ['RS256', 'PS256', 'ES256', 'EdDSA']

/** What tokens are checked with. */
export interface ResolvedKey {
  readonly keyOf: JWTVerifyGetKey
  readonly algorithms: readonly string[]
}

/** Decides once and for all which kind of key it is, so that no token can choose (`INVALID_OPTION`). */
export function resolveKey({ secret, publicKey, keys, algorithms }: JwtAccessOptions): ResolvedKey {
  const given = [secret, publicKey, keys].filter((one) => one !== undefined)
  if (given.length !== 1) throw invalid('give exactly one of secret, publicKey and keys')
  const isSymmetric = secret !== undefined
  const allowed = algorithms ?? (isSymmetric ? symmetric : asymmetric)
  for (const algorithm of allowed) {
    if (algorithm.startsWith('HS') === isSymmetric && algorithm !== 'none') continue
    throw invalid(`the algorithm ${algorithm} does not go with ${isSymmetric ? 'a secret' : 'a public key'}`)
  }
  if (keys !== undefined) return { keyOf: createLocalJWKSet(keys), algorithms: allowed }
  const key = secret === undefined ? readPublicKey(publicKey) : readSecret(secret)
  return { keyOf: async () => key, algorithms: allowed }
}

function readSecret(secret: string | Uint8Array): Uint8Array {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  if (bytes.length < secretMinBytes) throw invalid(`secret has ${bytes.length} bytes; ${secretMinBytes} are the least`)
  // A public key is known to everybody: as a secret it would let everybody sign.
  if (typeof secret === 'string' && secret.includes('-----BEGIN')) throw invalid('secret is a PEM key: give publicKey')
  return bytes
}

function readPublicKey(given: JwtAccessOptions['publicKey']): Exclude<typeof given, string | undefined> {
  if (typeof given !== 'string') {
    if (given?.type === 'public') return given
    throw invalid(`publicKey is a ${given?.type} key`)
  }
  // Node would take the public half of a private key; a server that only checks must not hold one.
  if (!given.includes('-----BEGIN PUBLIC KEY-----')) throw invalid('publicKey is PEM: -----BEGIN PUBLIC KEY-----')
  try {
    return createPublicKey(given)
  } catch (error) {
    throw new TelltaleError('INVALID_OPTION', 'jwtAccess: publicKey cannot be read', { cause: error })
  }
}

function invalid(problem: string): TelltaleError {
  return new TelltaleError('INVALID_OPTION', `jwtAccess: ${problem}`)
}
