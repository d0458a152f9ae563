import type { ConnectionLimits } from './limits.ts'

type SocketLimits = Pick<
  ConnectionLimits,
  'socketsPerUser' | 'socketsPerAddress' | 'authenticatedPerAddress' | 'connectionsMax'
>

/** A counted place; given back once. */
export type Leave = () => void

/** Counts sockets by address and by user, and says when there are too many. */
export class Admission {
  readonly #limits: SocketLimits
  readonly #strangers = new Map<string, number>()
  readonly #known = new Map<string, number>()
  readonly #users = new Map<string, number>()
  #all = 0

  constructor(limits: SocketLimits) {
    this.#limits = limits
  }

  /** Whether there is no place for anybody. */
  get isFull(): boolean {
    return this.#all >= this.#limits.connectionsMax
  }

  /** A place for a socket that has not said who it is; `null` when its address has too many. */
  enter(address: string): Leave | null {
    return this.#count(take(this.#strangers, address, this.#limits.socketsPerAddress))
  }

  /** A place for somebody who has; `null` when the address has too many. */
  know(address: string): Leave | null {
    return this.#count(take(this.#known, address, this.#limits.authenticatedPerAddress))
  }

  /** A place for a socket of a user; `null` when the user has too many. */
  sit(userId: string): Leave | null {
    return take(this.#users, userId, this.#limits.socketsPerUser)
  }

  #count(leave: Leave | null): Leave | null {
    if (!leave) return null
    this.#all++
    let isCounted = true
    return () => {
      if (isCounted) this.#all--
      isCounted = false
      leave()
    }
  }
}

function take(counts: Map<string, number>, name: string, limit: number): Leave | null {
  const count = counts.get(name) ?? 0
  if (count >= limit) return null
  counts.set(name, count + 1)
  let isTaken = true
  return () => {
    if (!isTaken) return
    isTaken = false
    const left = (counts.get(name) ?? 1) - 1
    if (left > 0) counts.set(name, left)
    else counts.delete(name)
  }
}
