/** Who can be somebody in the demo. There are no passwords: whoever says to be one of them is. */
export const people = [
  { id: 'ada', name: 'Ada' },
  { id: 'grace', name: 'Grace' },
] as const

/** Somebody who may read and say something. */
export type Person = (typeof people)[number]

/** Whoever does not sign in: may watch, and say nothing. */
export const guest = { id: 'guest', name: 'Guest' } as const

/** The person of that id; `null` when there is none. */
export function findPerson(id: string | null | undefined): Person | null {
  return people.find((person) => person.id === id) ?? null
}

/** `POST /api/session/:personId`: signs in; 404 when there is nobody of that id. */
export interface SessionToken {
  /** For the live connection, and for the `Authorization` header of everything under `/api`. */
  readonly token: string
}

/**
 * `DELETE /api/conversations/:conversationId/me`: takes the caller's right to the conversation away, everywhere at once.
 * `PUT` gives it back to whoever signs in anew: 204.
 */
export interface Revoked {
  /** How many open streams ended. */
  readonly streams: number
}

/**
 * `POST /api/conversations/:conversationId/slow?line=<name>`: says a lot in the conversation, while the WebSocket of that
 * name takes nothing for a while, twice. Answers when it is over; 409 when there is no such WebSocket, or it is slow already.
 */
export interface SlowRun {
  /** How many updates were said. */
  readonly said: number
}

/** What the last update of a slow run says in its metadata under `slowLine`: the name of the line. */
export const slowLineKey = 'slowLine'
