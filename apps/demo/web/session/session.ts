import { createTelltaleClient, type TelltaleClient } from '@telltale/react'
import { findPerson, type Person, people } from '../../api/people.ts'
import { scissors } from '../connection/scissors.ts'
import { queries } from '../queries.ts'
import { listMax } from '../stream/requests.ts'
import { createTokens, type Tokens } from './tokens.ts'

/** Who this tab is, and its line to the server. Another person, or other rights, are another session. */
export interface Session {
  /** `null` is a guest, who watches. */
  readonly person: Person | null
  readonly client: TelltaleClient
  readonly tokens: Tokens
  /** By which the server knows the WebSocket of this tab. */
  readonly line: string
  readonly number: number
}

/** In the tab, not in the browser: two tabs can be two people. */
const key = 'telltale.person'
const guestMark = 'guest'
const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
const listeners = new Set<() => void>()
let session = begin(personAtFirst(), 0)

/** The session of this tab; it changes as a whole. */
export const sessions = {
  getSnapshot: (): Session => session,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

/** Becomes somebody else; `null` signs out. */
export function signIn(person: Person | null): void {
  remember(person)
  replace(person)
}

/** Connects anew with a new token: rights that came back are in no older one. */
export function renewSession(): void {
  replace(session.person)
}

function replace(person: Person | null): void {
  const { client, number } = session
  session = begin(person, number + 1)
  // What one person was answered is not for another to see.
  queries.clear()
  for (const listener of listeners) listener()
  void client.close()
}

function begin(person: Person | null, number: number): Session {
  const tokens = createTokens(person)
  // Not randomUUID: the browser has it only under TLS, and a phone in the same room comes without.
  const line = Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join('')
  const client = createTelltaleClient({
    url: `${scheme}://${location.host}/trpc?line=${line}`,
    token: tokens.fresh,
    WebSocket: scissors.WebSocket,
    fetch: scissors.fetch,
    updatesMax: listMax,
    // A page that shows the way back does not let one wait long for it.
    backoff: { baseMs: 300, maxMs: 1_500 },
  })
  return { person, client, tokens, line, number }
}

/** Nobody has to sign in to see something: whoever comes is the first of the two, unless the address names the other. */
function personAtFirst(): Person | null {
  const named = findPerson(new URLSearchParams(location.search).get('as'))
  if (named) remember(named)
  const stored = sessionStorage.getItem(key)
  return stored === guestMark ? null : (findPerson(stored) ?? people[0])
}

function remember(person: Person | null): void {
  sessionStorage.setItem(key, person?.id ?? guestMark)
}
