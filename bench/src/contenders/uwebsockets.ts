import { createRequire } from 'node:module'
import { type Update, updateOf } from '../update.ts'
import type { Contender, Served } from './contender.ts'
import { nothingElse } from './raw-socket-server.ts'

// The package is on no registry, so it is no dependency and brings no types: this is all that is used of it.
interface Package {
  App(): App
  us_socket_local_port(socket: object): number
}

interface App {
  ws(pattern: string, behavior: Behavior): App
  listen(host: string, port: number, listening: (socket: object | false) => void): App
  publish(topic: string, message: string, isBinary: boolean, compress: boolean): boolean
}

interface Behavior {
  readonly compression: number
  readonly maxBackpressure: number
  readonly idleTimeout: number
  open(socket: { subscribe(topic: string): boolean }): void
  close(): void
}

const topic = 'updates'

async function serve(path: string | undefined): Promise<Served> {
  if (path === undefined) throw new Error('uwebsockets: the path of the package is not given')
  const library = createRequire(import.meta.url)(path) as Package
  const app = library.App()
  let readers = 0
  app.ws('/*', {
    compression: 0,
    // What is over it would be dropped in silence, and the benchmark would end with an error.
    maxBackpressure: 64 * 1_024 * 1_024,
    idleTimeout: 0,
    open(socket) {
      socket.subscribe(topic)
      readers++
    },
    close() {
      readers--
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    app.listen('127.0.0.1', 0, (socket) => {
      if (socket === false) reject(new Error('uwebsockets: cannot listen'))
      else resolve(library.us_socket_local_port(socket))
    })
  })
  return {
    port,
    readers: () => readers,
    say: (drafts) => void app.publish(topic, JSON.stringify(drafts.map(updateOf)), false, false),
  }
}

/** The same frames as the mark's, through uWebSockets.js and its own publish. */
export const uwebsockets: Contender = {
  serve,
  protocol: {
    path: '/',
    hello: null,
    receive: nothingElse,
    parse: (text) => JSON.parse(text) as Update[],
  },
}
