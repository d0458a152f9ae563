import type { Update } from '../update.ts'
import type { Contender } from './contender.ts'
import { encodeHundred, nothingElse, serveRaw } from './raw-socket-server.ts'

/** The mark: what is said in one turn is one frame, encoded once. No resume, no filter, no limit, no backpressure. */
export const rawHundred: Contender = {
  serve: () => serveRaw(encodeHundred),
  protocol: {
    path: '/',
    hello: null,
    receive: nothingElse,
    parse: (text) => JSON.parse(text) as Update[],
  },
}
