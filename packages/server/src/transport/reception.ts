import type { IncomingMessage } from 'node:http'
import type { Identity } from '../seams/access.ts'
import { Admission, type Leave } from './admission.ts'
import type { GuardedAccess } from './guarded-access.ts'
import type { ConnectionLimits } from './limits.ts'
import { isLoopback } from './loopback.ts'

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
  readonly leave: Leave
}

/** A place in the house, and who has it. */
export interface Seat {
  readonly identity: Identity
  readonly leave: Leave
}

/** What a reception is made of. */
export interface ReceptionParts {
  readonly access: GuardedAccess
  readonly isLocalOnly: boolean
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
    if (this.#isClosed) return { status: 503, reason: 'closing', retryAfterSeconds: 1 }
    if (search.has('token')) return { status: 400, reason: 'a token in the url' }
    if (this.#parts.isLocalOnly && !isLoopback(address)) {
      return { status: 403, reason: 'no access option: only this machine may connect' }
    }
    const leave = this.#admission.enter(address)
    if (!leave) return { status: 429, reason: 'too many connections of an address', retryAfterSeconds: 5 }
    return { request, address, leave }
  }

  /** Asks who it is, and finds a seat. The stranger's own place is given up for it. */
  async seat({ request, address, leave }: Stranger, token: string | null): Promise<Seat | Refusal> {
    const identity = await this.#parts.access.authenticate({ token, headers: request.headers, remoteAddress: address })
    if (!identity) return { status: 401, reason: 'not authorized' }
    const userId = identity['anonymous'] === true ? null : identity.userId
    const seat = this.#admission.authenticate(address, userId)
    if (!seat) return { status: 429, reason: 'too many connections of a user', retryAfterSeconds: 5 }
    leave()
    return { identity, leave: seat }
  }
}

/** Whether an answer of the reception is a refusal. */
export function isRefusal(answer: object): answer is Refusal {
  return 'status' in answer
}
