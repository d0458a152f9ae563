import type { ConnectionLimits } from './limits.ts'

type SocketLimits = Pick<
  ConnectionLimits,
  'socketsPerUser' | 'socketsPerAddress' | 'authenticatedPerAddress' | 'connectionsMax'
>

/** Gives a counted place back; again does nothing. */
export type Leave = () => void

/** Counts sockets by address and by user, and says when there are too many. */
export class Admission {
  readonly #limits: SocketLimits
  readonly #strangers = new Tally()
  readonly #known = new Tally()
  readonly #users = new Tally()
  #all = 0

  constructor(limits: SocketLimits) {
    this.#limits = limits
  }

  /** Whether there is no place for anybody. */
  get isFull(): boolean {
    return this.#all >= this.#limits.connectionsMax
  }

  /** A place for a socket that has not said who it is; `null` when its address has too many. */
  enter(address: string): Place | null {
    if (!this.#strangers.add(address, this.#limits.socketsPerAddress)) return null
    this.#all++
    return new Place(this, address)
  }

  /** Makes it the place of somebody who has. Answers whether there was one: its address may have too many. */
  know(place: Place): boolean {
    if (place.standing !== 'stranger') return true
    if (!this.#known.add(place.address, this.#limits.authenticatedPerAddress)) return false
    this.#strangers.remove(place.address)
    place.standing = 'known'
    return true
  }

  /** Adds a user's seat to a known place. Answers whether there was one: the user may have too many. */
  sit(place: Place, userId: string): boolean {
    if (place.standing !== 'known' || place.userId !== null) return true
    if (!this.#users.add(userId, this.#limits.socketsPerUser)) return false
    place.userId = userId
    return true
  }

  /** Gives back a place, with its seat. */
  leave(place: Place): void {
    if (place.standing === 'left') return
    const counts = place.standing === 'known' ? this.#known : this.#strangers
    counts.remove(place.address)
    if (place.userId !== null) this.#users.remove(place.userId)
    place.standing = 'left'
    this.#all--
  }
}

/** Where one connection is counted, from its first word to its last. What was given back stays so. */
export class Place {
  readonly address: string
  standing: 'stranger' | 'known' | 'left' = 'stranger'
  /** Whose seat it has, too. */
  userId: string | null = null
  readonly #admission: Admission

  constructor(admission: Admission, address: string) {
    this.#admission = admission
    this.address = address
  }

  leave(): void {
    this.#admission.leave(this)
  }
}

/** How many there are of each name. */
class Tally {
  readonly #counts = new Map<string, number>()

  /** Answers false when there are as many as there may be. */
  add(name: string, max: number): boolean {
    const count = this.#counts.get(name) ?? 0
    if (count >= max) return false
    this.#counts.set(name, count + 1)
    return true
  }

  remove(name: string): void {
    const left = (this.#counts.get(name) ?? 1) - 1
    if (left > 0) this.#counts.set(name, left)
    else this.#counts.delete(name)
  }
}
