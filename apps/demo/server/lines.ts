import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** The connection of one tab. */
export interface Line {
  /** From now on it takes nothing: what is sent waits in the server, as it does when a network or a browser is too slow. */
  hold(): void
  /** Whatever waits goes out. */
  release(): void
  readonly isHeld: boolean
}

/** The WebSockets that are open, by the names their tabs gave them. */
export interface Lines {
  /** Listen with it to `upgrade`. */
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex) => void
  /** `null` when there is none of that name. */
  get(name: string): Line | null
}

/** Where WebSockets are served. */
const livePath = '/trpc'

/** Creates an empty list of lines. */
export function createLines(): Lines {
  const lines = new Map<string, Line>()
  return {
    onUpgrade(request, socket) {
      const url = URL.parse(request.url ?? '', 'http://localhost')
      // Where several listen, each leaves what it does not know to the others.
      if (url && url.pathname !== livePath) socket.destroy()
      const name = url?.searchParams.get('line')
      // A stranger must not take the name of another's.
      if (!name || name.length > 64 || lines.has(name) || !(socket instanceof Socket)) return
      const line = lineOf(socket)
      lines.set(name, line)
      socket.once('close', () => lines.delete(name))
    },
    get: (name) => lines.get(name) ?? null,
  }
}

function lineOf(socket: Socket): Line {
  let isHeld = false
  return {
    hold() {
      if (!isHeld) socket.cork()
      isHeld = true
    },
    release() {
      if (isHeld) socket.uncork()
      isHeld = false
    },
    get isHeld() {
      return isHeld
    },
  }
}
