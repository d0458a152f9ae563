import { type Cancel, type Clock, every } from '../async/clock.ts'
import type { Emit } from '../telemetry/events.ts'
import type { CloseReason } from './close-codes.ts'
import { isExpired } from './guarded-access.ts'
import type { ConnectionLimits } from './limits.ts'
import type { SocketSession } from './session.ts'

/** How long the peer has to answer a goodbye, in milliseconds. */
const goodbyeMs = 1_000

/** So often each session is looked at, in milliseconds, if pings do not ask for more. */
const roundMaxMs = 1_000

/** So often some of them are: to ping a thousand at once would keep everybody waiting, here and at the other end. */
const stepMaxMs = 50

/** Looks after all sessions with one timer: pings the quiet, hangs up on the dead and on those that take nothing. */
export class SessionKeeper {
  readonly #sessions = new Set<SocketSession>()
  readonly #parts: { clock: Clock; emit: Emit; limits: ConnectionLimits }
  readonly #stop: Cancel
  /** Goes around all of them, a step at a time; who comes or goes meanwhile does not disturb it. */
  #round: Iterator<SocketSession>

  constructor(parts: { clock: Clock; emit: Emit; limits: ConnectionLimits }) {
    this.#parts = parts
    const roundMs = Math.min(roundMaxMs, parts.limits.pingIntervalMs / 2)
    const stepMs = Math.min(stepMaxMs, roundMs)
    let lookedAtMs = parts.clock.monotonic()
    this.#round = this.#sessions.values()
    this.#stop = every(parts.clock, stepMs, () => {
      const now = parts.clock.monotonic()
      // While this process itself stood still, nobody could be heard: that is not their silence.
      const stoodStillMs = now - lookedAtMs - stepMs
      lookedAtMs = now
      if (stoodStillMs > roundMs) for (const session of this.#sessions) session.heardAtMs += stoodStillMs
      this.#lookAtNext(Math.ceil((this.#sessions.size * stepMs) / roundMs), now)
    })
  }

  get sessions(): ReadonlySet<SocketSession> {
    return this.#sessions
  }

  add(session: SocketSession): void {
    this.#sessions.add(session)
    this.#parts.emit('connection.opened', { connections: this.#sessions.size })
  }

  remove(session: SocketSession, code: number): void {
    if (!this.#sessions.delete(session)) return
    const durationMs = this.#parts.clock.monotonic() - session.openedAtMs
    this.#parts.emit('connection.closed', { connections: this.#sessions.size, durationMs, code })
  }

  /** Closes every connection of a user. Answers how many there were. */
  disconnect(userId: string): number {
    const own = [...this.#sessions].filter(({ identity }) => identity.userId === userId)
    for (const session of own) this.dismiss(session, 'expired')
    return own.length
  }

  /** Says goodbye to one, and hangs up on it when it does not answer. */
  dismiss(session: SocketSession, reason: CloseReason): void {
    if (!session.isOpen) return
    // What waits for it is not for one who is not to have it any more.
    session.onPark()
    session.close(reason)
    this.#parts.clock.after(goodbyeMs, () => session.terminate())
  }

  stop(): void {
    this.#stop()
  }

  #lookAtNext(count: number, now: number): void {
    for (let looked = 0; looked < count; looked++) {
      const { done, value } = this.#round.next()
      if (done) {
        this.#round = this.#sessions.values()
        return
      }
      this.#look(value, now)
    }
  }

  #look(session: SocketSession, now: number): void {
    const { limits, emit } = this.#parts
    const silentMs = session.isAnswering ? now - session.heardAtMs : 0
    if (silentMs > limits.deadAfterMs) {
      emit('connection.limit', { limit: 'dead', value: silentMs })
      session.terminate()
      return
    }
    // It has been said goodbye to.
    if (!session.isOpen) return
    const stuckMs = session.waitingFrames > 0 ? now - session.takenAtMs : 0
    if (stuckMs > limits.stuckAfterMs) {
      emit('connection.limit', { limit: 'stuck', value: stuckMs })
      // The code reaches a peer that begins to read again before it is hung up on.
      return this.dismiss(session, 'tooSlow')
    }
    if (isExpired(session.identity, this.#parts.clock.now())) {
      emit('access.expired', { connections: 1 })
      return this.dismiss(session, 'expired')
    }
    // Whoever cannot be heard is not found dead: it has to come back and show itself.
    if (!session.isAnswering && now - session.openedAtMs >= limits.streamMaxMs) return session.close('renew')
    const quietMs = now - Math.max(session.heardAtMs, session.pingedAtMs)
    if (quietMs >= limits.pingIntervalMs * paceOf(session)) session.ping()
  }
}

/**
 * Those who came together are not asked together, or thousands would be at once: each a part of its time earlier, by its id,
 * and by a different part each time.
 */
function paceOf({ id, pingedAtMs }: SocketSession): number {
  let sum = Math.floor(pingedAtMs) % 64
  for (let index = 0; index < id.length; index++) sum = (sum * 31 + id.charCodeAt(index)) % 64
  return 0.5 + sum / 128
}
