import type { PositionedFrame } from '@telltale/contract'
import type { LaneSink } from '../transport/lane.ts'
import type { SocketSession } from '../transport/session.ts'
import type { Outbound } from './outbound.ts'
import type { Reply } from './reply.ts'

/** What a connection does with a subscription that is over. */
export interface LaneOwner {
  readonly session: SocketSession
  readonly outbound: Outbound
  /** It was stopped, or ended by itself. */
  laneEnded(reply: Reply): void
  laneFailed(reply: Reply, path: string, error: unknown): void
}

/** The frames of a subscription, on their way to its socket. */
export class LaneReply implements LaneSink {
  readonly #owner: LaneOwner
  readonly #reply: Reply
  readonly #path: string

  constructor(owner: LaneOwner, reply: Reply, path: string) {
    this.#owner = owner
    this.#reply = reply
    this.#path = path
  }

  frame(frame: PositionedFrame): void {
    const { outbound, session } = this.#owner
    outbound.frame(session, this.#reply, frame)
  }

  ended(): void {
    this.#owner.laneEnded(this.#reply)
  }

  failed(error: unknown): void {
    this.#owner.laneFailed(this.#reply, this.#path, error)
  }
}
