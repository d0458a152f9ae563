import type { IncomingMessage } from 'node:http'
import type { Identity } from '../seams/access.ts'
import { Admission, type Leave, type Place } from './admission.ts'
import type { GuardedAccess } from './guarded-access.ts'
import type { ConnectionLimits } from './limits.ts'
import { isLoopback } from './loopback.ts'
import { isLocalHost, isLocalOrigin, judgeOrigin, withoutCookies } from './origin.ts'

/** Why somebody is not let in, as HTTP says it. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 503
  readonly reason: string
  readonly retryAfterSeconds?: number
}

/** Somebody who knocked and has not said yet who they are. */
export interface Stranger {
  readonly request: IncomingMessage
  readonly address: string
  /** Where it is counted, whoever it turns out to be. */
  readonly place: Place
  /** Gives that back. */
  readonly leave: Leave
}

/** Somebody who is known, and may have something asked for. */
export interface Guest {
  readonly identity: Identity
  readonly leave: Leave
  /** Takes one of the user's seats, for what lasts: it goes with the place. Anonymous users count by address alone. */
  sit(): Leave | Refusal
}

/** A seat in the house, and who has it. */
export type Seat = Pick<Guest, 'identity' | 'leave'>

/** What a reception is made of. */
export interface ReceptionParts {
  readonly access: GuardedAccess
  readonly isLocalOnly: boolean
  /** Other origins whose pages may come with what their browser adds. */
  readonly origins: ReadonlySet<string>
  readonly limits: ConnectionLimits
}

/** Lets people in, by whatever door they come: counts them, and asks who they are. */
export class Reception {
  readonly #parts: ReceptionParts
  readonly #admission: Admission
  #isClosed = false

  constructor(parts: ReceptionParts) {
    this.#parts = parts
    this.#admission = new Admission(parts.limits)
  }

  /** Lets nobody in any more. */
  close(): void {
    this.#isClosed = true
  }

  /** What can be said without knowing who it is. */
  receive(request: IncomingMessage, search: URLSearchParams): Stranger | Refusal {
    const address = request.socket.remoteAddress ?? ''
    if (this.#isClosed) return closing
    if (search.has('token')) return { status: 400, reason: 'a token in the url' }
    if (this.#parts.isLocalOnly && !isLoopback(address)) {
      return { status: 403, reason: 'no access option: only this machine may connect' }
    }
    // A page of anybody's can give its own name the address of this machine.
    if (this.#parts.isLocalOnly && !isLocalHost(request.headers.host)) {
      return { status: 403, reason: 'no access option: only this machine may connect, by its own name' }
    }
    if (this.#admission.isFull) return { status: 503, reason: 'too many connections', retryAfterSeconds: 5 }
    const place = this.#admission.enter(address)
    if (!place) return { status: 429, reason: 'too many connections of an address', retryAfterSeconds: 5 }
    return { request, address, place, leave: () => place.leave() }
  }

  /** Judges the page behind a request; what a browser added for a page that is not ours is taken away. */
  judge(request: IncomingMessage, hasToken: boolean): Refusal | null {
    const { headers } = request
    const isNamed = headers.origin !== undefined && this.#parts.origins.has(headers.origin)
    if (this.#parts.isLocalOnly && !isNamed && !isLocalOrigin(headers.origin))
      return { status: 403, reason: 'origin not allowed' }
    if (judgeOrigin({ origin: headers.origin, host: headers.host }, this.#parts.origins) === 'trusted') return null
    // Its token, should it have one, is its own.
    if (headers.cookie !== undefined && !hasToken) return { status: 403, reason: 'origin not allowed' }
    withoutCookies(request)
    return null
  }

  /** Asks who it is. The stranger's place becomes that of one who is known. */
  async know({ request, address, place, leave }: Stranger, token: string | null): Promise<Guest | Refusal> {
    const identity = await this.#parts.access.authenticate({ token, headers: request.headers, remoteAddress: address })
    // It may have taken its time.
    if (this.#isClosed) return closing
    if (identity === 'unknown') return { status: 503, reason: 'who it is cannot be found out', retryAfterSeconds: 1 }
    if (!identity) return { status: 401, reason: 'not authorized' }
    if (!this.#admission.know(place)) {
      return { status: 429, reason: 'too many connections of an address', retryAfterSeconds: 5 }
    }
    const sit = (): Leave | Refusal => {
      if (identity['anonymous'] === true || this.#admission.sit(place, identity.userId)) return leave
      return { status: 429, reason: 'too many connections of a user', retryAfterSeconds: 5 }
    }
    return { identity, leave, sit }
  }

  /** The same, and a seat at once. */
  async seat(stranger: Stranger, token: string | null): Promise<Seat | Refusal> {
    const guest = await this.know(stranger, token)
    if (isRefusal(guest)) return guest
    const seat = guest.sit()
    if (typeof seat === 'function') return guest
    guest.leave()
    return seat
  }
}

const closing: Refusal = { status: 503, reason: 'closing', retryAfterSeconds: 1 }

/** Whether an answer of the reception is a refusal. */
export function isRefusal(answer: object): answer is Refusal {
  return 'status' in answer
}
