import type { LabServer } from './lab-server.ts'

/** Servers that take over from one another, as one. */
export interface Rolling<TServer extends LabServer> extends LabServer {
  readonly current: TServer
  /** The next takes over; the answer is the one before, which is the caller's to end. */
  next(): Promise<TServer>
}

/** Starts the first. */
export async function startRolling<TServer extends LabServer>(
  start: () => Promise<TServer>,
): Promise<Rolling<TServer>> {
  let current = await start()
  return {
    get current() {
      return current
    },
    get port() {
      return current.port
    },
    async next() {
      const old = current
      current = await start()
      return old
    },
    say: (updates) => current.say(updates),
    flush: () => current.flush(),
    measure: () => current.measure(),
    present: (conversationId) => current.present(conversationId),
    close: () => current.close(),
  }
}
