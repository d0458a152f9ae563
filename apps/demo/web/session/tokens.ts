import type { Person, SessionToken } from '../../api/people.ts'
import { scissors } from '../connection/scissors.ts'

/** A person's tokens. A guest has none. */
export interface Tokens {
  /** One that was just given. */
  readonly fresh: () => Promise<string | null>
  /** The last one, as long as it is good. */
  readonly current: () => Promise<string | null>
}

/** A token is not used any more when it ends in so many milliseconds. */
const spareMs = 2_000

/** Signs a person in whenever a token is asked for. */
export function createTokens(person: Person | null): Tokens {
  let last: { readonly token: string; readonly goodUntilMs: number } | null = null

  async function fresh(): Promise<string | null> {
    if (!person) return null
    const response = await scissors.fetch(`/api/session/${person.id}`, { method: 'POST' })
    if (!response.ok) throw new Error(`signing in was answered with ${response.status}`)
    const { token } = (await response.json()) as SessionToken
    last = { token, goodUntilMs: endOf(token) - spareMs }
    return token
  }

  return {
    fresh,
    current: async () => (last && Date.now() < last.goodUntilMs ? last.token : fresh()),
  }
}

/** When a token ends, in milliseconds since 1970, as it says itself. */
function endOf(token: string): number {
  const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''
  const { exp } = JSON.parse(atob(payload)) as { readonly exp: number }
  return exp * 1_000
}
